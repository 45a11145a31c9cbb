"""What exercise inception_module of lab 3 is checked on."""

from course_utils.exercises import Case, Exercise

from ._modules import ends_swapped, model_of, output_alone, with_batch

_TYPED = (64, 64, 64, 64, 96, 32)


def _convolve(layers, x, filters, size, *, padding="same", bias=False, norm=True, curve="relu"):
    """Convolution, normalisation, ReLU; pieces may be exchanged. norm: True, False or "last"."""
    x = layers.Conv2D(filters, size, padding=padding, use_bias=bias)(x)
    x = layers.BatchNormalization(momentum=0.9)(x) if norm is True else x
    x = layers.Activation(curve)(x) if curve else x
    return layers.BatchNormalization(momentum=0.9)(x) if norm == "last" else x


def _pooled(layers, x, kind="MaxPooling2D", size=3, strides=1, padding="same"):
    return getattr(layers, kind)(size, strides, padding)(x)


def _inception(*, widths=lambda *widths: widths, order=(0, 1, 2, 3), sizes=(3, 3, 3), pool=3, **of):
    """An answer to `inception_module` with pieces exchanged.

    widths: what is made of the six arguments; None leaves a convolution out. order: of the four
    branches at the end. sizes: of the filter of the second branch and of the two of the third;
    None leaves one out. pool: its size; None leaves it out. of: goes to every convolution.
    """

    def wire(layers, x, *given):
        n1, reduce3, n3, reduce33, n33, n_pool = widths(*given)

        def convolve(x, filters, size):
            return x if None in (filters, size) else _convolve(layers, x, filters, size, **of)

        third = convolve(convolve(x, reduce33, 1), n33, sizes[1])
        branches = [
            convolve(x, n1, 1),
            convolve(convolve(x, reduce3, 1), n3, sizes[0]),
            convolve(third, n33, sizes[2]),
            convolve(_pooled(layers, x, size=pool) if pool else x, n_pool, 1),
        ]
        return layers.Concatenate()([branches[i] for i in order])

    return model_of(wire)


def _first(layers, x, n1, *_):
    return _convolve(layers, x, n1, 1)


def _second(layers, x, n1, reduce3, n3, *_):
    return _convolve(layers, _convolve(layers, x, reduce3, 1), n3, 3)


def _third(layers, x, n1, reduce3, n3, reduce33, n33, n_pool):
    return _convolve(layers, _convolve(layers, _convolve(layers, x, reduce33, 1), n33, 3), n33, 3)


def _fourth(layers, x, *widths):
    return _convolve(layers, _pooled(layers, x), widths[-1], 1)


_BRANCHES = (_first, _second, _third, _fourth)


def _concatenated(layers, branches):
    return layers.Concatenate()(branches)


def _wired(first=_first, second=_second, third=_third, fourth=_fourth, join=_concatenated):
    """The module with one of its branches, or the way they are joined, written otherwise."""
    return model_of(
        lambda layers, x, *widths: join(
            layers, [branch(layers, x, *widths) for branch in (first, second, third, fourth)]
        )
    )


def _pooling(**pieces):
    """The module with another pooling."""
    return _wired(
        fourth=lambda layers, x, *widths: _convolve(
            layers, _pooled(layers, x, **pieces), widths[-1], 1
        )
    )


def _shared_reduction(layers, x, n1, reduce3, n3, reduce33, n33, n_pool):
    """One reduction for both branches of 3 x 3."""
    small = _convolve(layers, x, reduce3, 1)
    third = _convolve(layers, _convolve(layers, small, n33, 3), n33, 3)
    branches = [_convolve(layers, x, n1, 1), _convolve(layers, small, n3, 3), third]
    return _concatenated(layers, [*branches, _fourth(layers, x, n_pool)])


def _third_from_second(layers, x, n1, reduce3, n3, reduce33, n33, n_pool):
    """The third branch goes on where the second ends."""
    second = _second(layers, x, n1, reduce3, n3)
    third = _third(layers, second, n1, reduce3, n3, reduce33, n33, n_pool)
    return _concatenated(layers, [_first(layers, x, n1), second, third, _fourth(layers, x, n_pool)])


def _in_a_row(layers, x, n1, reduce3, n3, reduce33, n33, n_pool):
    """The branches as one chain."""
    for filters, size in ((n1, 1), (reduce3, 1), (n3, 3), (reduce33, 1), (n33, 3), (n33, 3)):
        x = _convolve(layers, x, filters, size)
    return _fourth(layers, x, n_pool)


def _step_by_step(shape, n1, reduce3, n3, reduce33, n33, n_pool):
    """Written out layer by layer, in loops over the branches."""
    import keras
    from keras import layers

    x = keras.Input(shape=shape)
    p = layers.MaxPool2D(pool_size=(3, 3), strides=(1, 1), padding="same")(x)
    ends = []
    for start, steps in (
        (x, [(n1, 1)]),
        (x, [(reduce3, 1), (n3, 3)]),
        (x, [(reduce33, 1), (n33, 3), (n33, 3)]),
        (p, [(n_pool, 1)]),
    ):
        y = start
        for filters, size in steps:
            y = layers.Conv2D(filters, (size, size), padding="same", use_bias=False)(y)
            y = layers.BatchNormalization()(y)
            y = layers.ReLU()(y)
        ends.append(y)
    return keras.Model(inputs=x, outputs=layers.concatenate(ends, axis=3))


def _of_sequentials(shape, n1, reduce3, n3, reduce33, n33, n_pool):
    """Each branch a Sequential model of its own; 1 x 1 convolutions pad nothing."""
    import keras
    from keras import layers

    def step(filters, size):
        return [
            layers.Conv2D(filters, size, padding="same" if size > 1 else "valid", use_bias=False),
            layers.BatchNormalization(momentum=0.9),
            layers.Activation("relu"),
        ]

    branches = [
        keras.Sequential(step(n1, 1)),
        keras.Sequential(step(reduce3, 1) + step(n3, 3)),
        keras.Sequential(step(reduce33, 1) + step(n33, 3) + step(n33, 3)),
        keras.Sequential([layers.MaxPooling2D(3, strides=1, padding="same"), *step(n_pool, 1)]),
    ]
    inputs = keras.Input(shape)
    return keras.Model(inputs, keras.ops.concatenate([b(inputs) for b in branches], axis=-1))


def _inception_cases(rng):
    def widths():
        """Six different widths: the reductions are the smaller ones, as they should be."""
        reduce3, reduce33 = (int(n) for n in rng.permutation(range(2, 5))[:2])
        n1, n3, n33, n_pool = (int(n) for n in rng.permutation(range(5, 11))[:4])
        return n1, reduce3, n3, reduce33, n33, n_pool

    yield Case("6 x 6 pixels, 12 maps", (6, 6, 12), *widths())
    height, maps = (int(n) for n in rng.integers([4, 3], [6, 10]))
    yield Case("not square", (height, height + 1, maps), *widths())


inception_module = Exercise(
    points=3,
    cases=_inception_cases,
    hints=[
        "Begin with x = keras.Input(shape). Four branches start from this same x: give the end of "
        "each a name of its own.",
        "A branch is convolve of convolve: the inner one is the 1 x 1 that reduces, the outer ones "
        "are the 3 x 3.",
        "The pooling is that of widen, above. At the end: keras.layers.Concatenate()([...]), then "
        "keras.Model(x, the result).",
    ],
    alternatives=[_step_by_step, _of_sequentials, _wired()],
    mistakes={
        "The branches of 3 x 3 work on all maps of the input: their 1 x 1 reductions are "
        "missing.": _inception(widths=lambda a, r, b, s, c, d: (a, None, b, None, c, d)),
        "The single 3 x 3 works on all maps of the input: its 1 x 1 reduction is missing.": (
            _inception(widths=lambda a, r, b, s, c, d: (a, None, b, s, c, d))
        ),
        "The double 3 x 3 works on all maps of the input: its 1 x 1 reduction is missing.": (
            _inception(widths=lambda a, r, b, s, c, d: (a, r, b, None, c, d))
        ),
        "The 1 x 1 convolution behind the pooling is missing.": (
            _inception(widths=lambda a, r, b, s, c, d: (a, r, b, s, c, None))
        ),
        "This is the module without any reduction: no 1 x 1 before the 3 x 3, none behind the "
        "pooling.": _inception(widths=lambda a, r, b, s, c, d: (a, None, b, None, c, None)),
        "The third branch has a single 3 x 3: it needs two, one behind the other.": (
            _inception(sizes=(3, 3, None))
        ),
        "The second branch has two 3 x 3: that is the third branch.": _wired(
            second=lambda layers, x, n1, reduce3, n3, *_: _convolve(
                layers, _second(layers, x, n1, reduce3, n3), n3, 3
            )
        ),
        "This is the module of 2014, with a 5 x 5 in the third branch. Here two 3 x 3 take its "
        "place.": _inception(sizes=(3, 5, None)),
        "The second of the double 3 x 3 is a 5 x 5: both are 3 x 3.": _inception(sizes=(3, 3, 5)),
        "Both filters of the third branch are 5 x 5: they are 3 x 3.": _inception(sizes=(3, 5, 5)),
        "The first of the double 3 x 3 has reduce33 maps: both have n33.": _wired(
            third=lambda layers, x, n1, reduce3, n3, reduce33, n33, n_pool: _convolve(
                layers,
                _convolve(layers, _convolve(layers, x, reduce33, 1), reduce33, 3),
                n33,
                3,
            )
        ),
        "In the branch of the pooling the 1 x 1 comes behind the pooling; yours stands before "
        "it.": _wired(
            fourth=lambda layers, x, *widths: _pooled(layers, _convolve(layers, x, widths[-1], 1))
        ),
        "The 1 x 1 comes before the 3 x 3, where it saves work; yours stand behind them.": _wired(
            second=lambda layers, x, n1, reduce3, n3, *_: _convolve(
                layers, _convolve(layers, x, reduce3, 3), n3, 1
            ),
            third=lambda layers, x, n1, reduce3, n3, reduce33, n33, n_pool: _convolve(
                layers,
                _convolve(layers, _convolve(layers, x, reduce33, 3), n33, 3),
                n33,
                1,
            ),
        ),
        "The pooling is missing: its 1 x 1 works on the input itself.": _inception(pool=None),
        "The pooling takes the mean: the largest is asked.": _pooling(kind="AveragePooling2D"),
        "The pooling is over 2 x 2: 3 x 3 is asked.": _pooling(size=2),
        "The pooling is over 5 x 5: 3 x 3 is asked.": _pooling(size=5),
        "Without strides=1 the pooling steps by its own size, and its branch no longer fits to the "
        "others.": _pooling(strides=None),
        "Without padding='same' the pooling loses the border, and its branch no longer fits to the "
        "others.": _pooling(padding="valid"),
        "The pooling halves the size (strides=2), and its branch no longer fits to the others: "
        "strides=1.": _pooling(strides=2),
        "The filters lose the border, so that the branches differ in size: padding='same'.": (
            _inception(padding="valid")
        ),
        "reduce3 and n3 are swapped: the reduction comes first.": (
            _inception(widths=lambda a, r, b, s, c, d: (a, b, r, s, c, d))
        ),
        "reduce33 and n33 are swapped: the reduction comes first.": (
            _inception(widths=lambda a, r, b, s, c, d: (a, r, b, c, s, d))
        ),
        "The reductions and what follows them are swapped, in both branches: the reduction comes "
        "first.": _inception(widths=lambda a, r, b, s, c, d: (a, b, r, c, s, d)),
        "The two reductions are swapped: reduce3 belongs to the single 3 x 3.": (
            _inception(widths=lambda a, r, b, s, c, d: (a, s, b, r, c, d))
        ),
        "n1 and n_pool are swapped.": (
            _inception(widths=lambda a, r, b, s, c, d: (d, r, b, s, c, a))
        ),
        "n3 and n33 are swapped: n33 belongs to the double 3 x 3.": (
            _inception(widths=lambda a, r, b, s, c, d: (a, r, c, s, b, d))
        ),
        "The branch of the single 1 x 1 is missing.": _inception(order=(1, 2, 3)),
        "The branch of the single 3 x 3 is missing.": _inception(order=(0, 2, 3)),
        "The branch of the double 3 x 3 is missing.": _inception(order=(0, 1, 3)),
        "The branch of the pooling is missing.": _inception(order=(0, 1, 2)),
        "The branches are joined in another order: 1 x 1, single 3 x 3, double 3 x 3, pooling.": (
            _inception(order=(0, 2, 1, 3))
        ),
        "The branch of the pooling is joined first: it comes last.": _inception(order=(3, 0, 1, 2)),
        "The branches are joined in the opposite order: 1 x 1 first, pooling last.": (
            _inception(order=(3, 2, 1, 0))
        ),
        "The 1 x 1 is joined last: it comes first.": _inception(order=(1, 2, 3, 0)),
        "Add needs branches of equally many maps; these are laid behind one another: "
        "Concatenate.": _wired(join=lambda layers, branches: layers.Add()(branches)),
        "Concatenate joins along the last axis, the maps; you gave it another one.": (
            _wired(join=lambda layers, branches: layers.Concatenate(axis=1)(branches))
        ),
        "The input is joined to the branches: only the four of them are asked.": (
            model_of(
                lambda layers, x, *widths: _concatenated(
                    layers,
                    [x, *(branch(layers, x, *widths) for branch in _BRANCHES)],
                )
            )
        ),
        "The branches of 3 x 3 are swapped: the second has one of them, the third two.": _wired(
            second=lambda layers, x, n1, reduce3, n3, *_: _convolve(
                layers, _second(layers, x, n1, reduce3, n3), n3, 3
            ),
            third=lambda layers, x, n1, reduce3, n3, reduce33, n33, n_pool: _second(
                layers, x, n1, reduce33, n33
            ),
        ),
        "The 1 x 1 behind the pooling is a 3 x 3 here.": _wired(
            fourth=lambda layers, x, *widths: _convolve(layers, _pooled(layers, x), widths[-1], 3)
        ),
        "The 1 x 1 of the first branch is a 3 x 3 here.": _wired(
            first=lambda layers, x, n1, *_: _convolve(layers, x, n1, 3)
        ),
        "The four branches are a list of four outputs: Concatenate makes one of them.": (
            _wired(join=lambda layers, branches: branches)
        ),
        "Both branches of 3 x 3 share one reduction: each has its own.": (
            model_of(_shared_reduction)
        ),
        "The third branch goes on where the second ends. Each of them starts from the input, x.": (
            model_of(_third_from_second)
        ),
        "The branches stand one behind the other. Each of them starts from the input, x.": (
            model_of(_in_a_row)
        ),
        "The convolutions are not normalised: convolve, given above, does it.": (
            _inception(norm=False)
        ),
        "The convolutions are not normalised and have a bias: convolve, given above, is what is "
        "asked.": _inception(norm=False, bias=True),
        "The convolutions have a bias: the normalisation has one already. convolve, given above, "
        "is what is asked.": _inception(bias=True),
        "ReLU is missing behind the convolutions: convolve, given above, has it.": (
            _inception(curve=None)
        ),
        "You normalise behind ReLU; convolve, given above, does it before.": (
            _inception(norm="last")
        ),
        "The module normalises its four branches once more: leave that out.": _wired(
            join=lambda layers, branches: layers.BatchNormalization()(
                _concatenated(layers, branches)
            )
        ),
        "All widths are fixed: use the arguments.": _inception(widths=lambda *_: _TYPED),
        "The batch does not belong into keras.Input: give it the shape as it is.": (
            model_of(
                lambda layers, x, *widths: _concatenated(
                    layers, [branch(layers, x, *widths) for branch in _BRANCHES]
                ),
                with_batch,
            )
        ),
        "keras.Model gets the input first, then the output.": ends_swapped(_inception()),
        "You return the output alone: keras.Model(x, output) makes a model of it.": (
            output_alone(_inception())
        ),
    },
)

"""What exercise inception_module of lab 3 is checked on."""

from course_utils.exercises import Case, Exercise, edit

#: Gives the answer a `convolve` of its own, for further edits.
_OWN_CONVOLVE = (
    "x = keras.Input(shape)",
    "def convolve(x, filters, size):\n"
    "    x = keras.layers.Conv2D(filters, size, padding='same', use_bias=False)(x)\n"
    "    return keras.layers.ReLU()(normalise()(x))\n"
    "x = keras.Input(shape)",
)


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
        reduce3, reduce33 = (int(n) for n in rng.permutation([2, 3]))
        n1, n3, n33, n_pool = (int(n) for n in rng.permutation(range(4, 8)))
        return n1, reduce3, n3, reduce33, n33, n_pool

    yield Case("3 x 3 pixels, 12 maps", (3, 3, 12), *widths())
    # From 4 x 5 pixels on, a pooling that loses the border and one that steps differ in size.
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
    alternatives=[_step_by_step, _of_sequentials],
    mistakes={
        "The branches of 3 x 3 work on all maps of the input: their 1 x 1 reductions are "
        "missing.": edit("convolve(x, reduce3, 1)", "x", "convolve(x, reduce33, 1)", "x"),
        "The single 3 x 3 works on all maps of the input: its 1 x 1 reduction is missing.": edit(
            "convolve(x, reduce3, 1)", "x"
        ),
        "The double 3 x 3 works on all maps of the input: its 1 x 1 reduction is missing.": edit(
            "convolve(x, reduce33, 1)", "x"
        ),
        "The 1 x 1 convolution behind the pooling is missing.": edit(
            "convolve(pooling(x), n_pool, 1)", "pooling(x)"
        ),
        "This is the module without any reduction: no 1 x 1 before the 3 x 3, none behind the "
        "pooling.": edit(
            "convolve(x, reduce3, 1)",
            "x",
            "convolve(x, reduce33, 1)",
            "x",
            "convolve(pooling(x), n_pool, 1)",
            "pooling(x)",
        ),
        "The third branch has a single 3 x 3: it needs two, one behind the other.": edit(
            "convolve(convolve(x, reduce33, 1), n33, 3)", "convolve(x, reduce33, 1)"
        ),
        "The second branch has two 3 x 3: that is the third branch.": edit(
            "convolve(x, reduce3, 1)", "convolve(convolve(x, reduce3, 1), n3, 3)"
        ),
        "This is the module of 2014, with a 5 x 5 in the third branch. Here two 3 x 3 take its "
        "place.": edit(
            "convolve(convolve(convolve(x, reduce33, 1), n33, 3), n33, 3)",
            "convolve(convolve(x, reduce33, 1), n33, 5)",
        ),
        "The second of the double 3 x 3 is a 5 x 5: both are 3 x 3.": edit(
            "n33, 3), n33, 3)", "n33, 3), n33, 5)"
        ),
        "Both filters of the third branch are 5 x 5: they are 3 x 3.": edit(
            "n33, 3), n33, 3)", "n33, 5), n33, 5)"
        ),
        "The first of the double 3 x 3 has reduce33 maps: both have n33.": edit(
            "1), n33, 3)", "1), reduce33, 3)"
        ),
        "In the branch of the pooling the 1 x 1 comes behind the pooling; yours stands before "
        "it.": edit("convolve(pooling(x), n_pool, 1)", "pooling(convolve(x, n_pool, 1))"),
        "The 1 x 1 comes before the 3 x 3, where it saves work; yours stand behind them.": edit(
            "reduce3, 1), n3, 3)",
            "reduce3, 3), n3, 1)",
            "reduce33, 1), n33, 3), n33, 3)",
            "reduce33, 3), n33, 3), n33, 1)",
        ),
        "The pooling is missing: its 1 x 1 works on the input itself.": edit("pooling(x)", "x"),
        "The pooling takes the mean: the largest is asked.": edit(
            "MaxPooling2D", "AveragePooling2D"
        ),
        "The pooling is over 2 x 2: 3 x 3 is asked.": edit("2D(3,", "2D(2,"),
        "The pooling is over 5 x 5: 3 x 3 is asked.": edit("2D(3,", "2D(5,"),
        "Without strides=1 the pooling steps by its own size, and its branch no longer fits to the "
        "others.": edit(", strides=1", ""),
        "Without padding='same' the pooling loses the border, and its branch no longer fits to the "
        "others.": edit(', padding="same"', ""),
        "The pooling halves the size (strides=2), and its branch no longer fits to the others: "
        "strides=1.": edit("strides=1", "strides=2"),
        "The filters lose the border, so that the branches differ in size: padding='same'.": edit(
            *_OWN_CONVOLVE, "padding='same'", "padding='valid'"
        ),
        "reduce3 and n3 are swapped: the reduction comes first.": edit(
            "x =", "reduce3, n3 = n3, reduce3\nx ="
        ),
        "reduce33 and n33 are swapped: the reduction comes first.": edit(
            "x =", "reduce33, n33 = n33, reduce33\nx ="
        ),
        "The reductions and what follows them are swapped, in both branches: the reduction comes "
        "first.": edit("x =", "reduce3, n3, reduce33, n33 = n3, reduce3, n33, reduce33\nx ="),
        "The two reductions are swapped: reduce3 belongs to the single 3 x 3.": edit(
            "x =", "reduce3, reduce33 = reduce33, reduce3\nx ="
        ),
        "n1 and n_pool are swapped.": edit("x =", "n1, n_pool = n_pool, n1\nx ="),
        "n3 and n33 are swapped: n33 belongs to the double 3 x 3.": edit(
            "x =", "n3, n33 = n33, n3\nx ="
        ),
        "The branch of the single 1 x 1 is missing.": edit("return", "del branches[0]\nreturn"),
        "The branch of the single 3 x 3 is missing.": edit("return", "del branches[1]\nreturn"),
        "The branch of the double 3 x 3 is missing.": edit("return", "del branches[2]\nreturn"),
        "The branch of the pooling is missing.": edit("return", "del branches[3]\nreturn"),
        "The branches are joined in another order: 1 x 1, single 3 x 3, double 3 x 3, pooling.": (
            edit("(branches)", "([branches[i] for i in (0, 2, 1, 3)])")
        ),
        "The branch of the pooling is joined first: it comes last.": edit(
            "(branches)", "([branches[i] for i in (3, 0, 1, 2)])"
        ),
        "The branches are joined in the opposite order: 1 x 1 first, pooling last.": edit(
            "(branches)", "(branches[::-1])"
        ),
        "The 1 x 1 is joined last: it comes first.": edit(
            "(branches)", "([branches[i] for i in (1, 2, 3, 0)])"
        ),
        "Add needs branches of equally many maps; these are laid behind one another: "
        "Concatenate.": edit("Concatenate", "Add"),
        "Concatenate joins along the last axis, the maps; you gave it another one.": edit(
            "Concatenate()", "Concatenate(axis=1)"
        ),
        "The input is joined to the branches: only the four of them are asked.": edit(
            "(branches)", "([x, *branches])"
        ),
        "The branches of 3 x 3 are swapped: the second has one of them, the third two.": edit(
            "convolve(x, reduce3, 1)",
            "convolve(convolve(x, reduce3, 1), n3, 3)",
            "convolve(convolve(x, reduce33, 1), n33, 3)",
            "convolve(x, reduce33, 1)",
        ),
        "The 1 x 1 behind the pooling is a 3 x 3 here.": edit("n_pool, 1)", "n_pool, 3)"),
        "The 1 x 1 of the first branch is a 3 x 3 here.": edit("n1, 1)", "n1, 3)"),
        "The four branches are a list of four outputs: Concatenate makes one of them.": edit(
            "keras.layers.Concatenate()(branches)", "branches"
        ),
        "Both branches of 3 x 3 share one reduction: each has its own.": edit(
            "convolve(x, reduce33, 1)",
            "small",
            "convolve(x, reduce3, 1)",
            "small",
            "branches =",
            "small = convolve(x, reduce3, 1)\nbranches =",
        ),
        "The third branch goes on where the second ends. Each of them starts from the input, x.": (
            edit(
                "convolve(x, reduce33",
                "convolve(second, reduce33",
                "convolve(convolve(x, reduce3, 1), n3, 3)",
                "second",
                "branches =",
                "second = convolve(convolve(x, reduce3, 1), n3, 3)\nbranches =",
            )
        ),
        "The branches stand one behind the other. Each of them starts from the input, x.": edit(
            "pooling =",
            (
                "y = convolve(convolve(convolve(x, n1, 1), reduce3, 1), n3, 3)\n"
                "y = convolve(convolve(convolve(y, reduce33, 1), n33, 3), n33, 3)\n"
                "pooling ="
            ),
            "pooling(x)",
            "pooling(y)",
            "keras.layers.Concatenate()(branches)",
            "branches[3]",
        ),
        "The convolutions are not normalised: convolve, given above, does it.": edit(
            *_OWN_CONVOLVE, "normalise()(x)", "x"
        ),
        "The convolutions are not normalised and have a bias: convolve, given above, is what is "
        "asked.": edit(*_OWN_CONVOLVE, "normalise()(x)", "x", "bias=False", "bias=True"),
        "The convolutions have a bias: the normalisation has one already. convolve, given above, "
        "is what is asked.": edit(*_OWN_CONVOLVE, "bias=False", "bias=True"),
        "ReLU is missing behind the convolutions: convolve, given above, has it.": edit(
            *_OWN_CONVOLVE, "keras.layers.ReLU()(normalise()(x))", "normalise()(x)"
        ),
        "You normalise behind ReLU; convolve, given above, does it before.": edit(
            *_OWN_CONVOLVE,
            "keras.layers.ReLU()(normalise()(x))",
            "normalise()(keras.layers.ReLU()(x))",
        ),
        "The module normalises its four branches once more: leave that out.": edit(
            "keras.layers.Concatenate()(branches)",
            "normalise()(keras.layers.Concatenate()(branches))",
        ),
        "All widths are fixed: use the arguments.": edit(
            "x =", "n1, reduce3, n3, reduce33, n33, n_pool = 16, 8, 16, 8, 24, 8\nx ="
        ),
        "The batch does not belong into keras.Input: give it the shape as it is.": edit(
            "Input(shape)", "Input((None, *shape))"
        ),
        "keras.Model gets the input first, then the output.": edit(
            "x, keras.layers.Concatenate()(branches)", "keras.layers.Concatenate()(branches), x"
        ),
        "You return the output alone: keras.Model(x, output) makes a model of it.": edit(
            "keras.Model(x,", "("
        ),
    },
)

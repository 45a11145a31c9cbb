"""What exercise residual_unit of lab 3 is checked on."""

from course_utils.exercises import Case, Exercise

from ._modules import ends_swapped, model_of, output_alone, with_batch


def _norm_relu(layers, x):
    return layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))


def _conv(layers, x, filters, size=3, strides=1, *, bias=False, padding="same"):
    return layers.Conv2D(filters, size, strides, padding, use_bias=bias)(x)


def _fits(x, filters, strides):
    return strides == 1 and x.shape[-1] == filters


def _branch(layers, x, filters, strides, *, steps=(True, False), before=_norm_relu, **of):
    """F(x): two times normalisation, ReLU, convolution. steps: which of them take the strides."""
    for stepping in steps:
        x = _conv(layers, before(layers, x), filters, strides=strides if stepping else 1, **of)
    return x


def _projected(layers, x, filters, strides):
    return _conv(layers, x, filters, 1, strides)


def _shortcut(layers, x, filters, strides):
    return x if _fits(x, filters, strides) else _projected(layers, x, filters, strides)


def _unit(branch=_branch, shortcut=_shortcut, join="Add", after=None):
    """An answer to `residual_unit` with pieces exchanged.

    branch, shortcut: functions of (layers, x, filters, strides). join: the layer that joins the
    two. after: a function of (layers, y), applied to the sum.
    """

    def wire(layers, x, filters, strides=1):
        parts = [shortcut(layers, x, filters, strides), branch(layers, x, filters, strides)]
        y = getattr(layers, join)()(parts)
        return after(layers, y) if after else y

    return model_of(wire)


def _unit_of_2015(layers, x, filters, strides=1):
    """Convolution, normalisation, ReLU, and ReLU behind the sum (He et al. 2015)."""
    y = _norm_relu(layers, _conv(layers, x, filters, 3, strides))
    y = layers.BatchNormalization(momentum=0.9)(_conv(layers, y, filters))
    if not _fits(x, filters, strides):
        x = layers.BatchNormalization(momentum=0.9)(_projected(layers, x, filters, strides))
    return layers.ReLU()(layers.Add()([x, y]))


def _unit_of_2015_for_maps_alone(layers, x, filters, strides=1):
    """The unit of 2015 with a projection that is not normalised."""
    y = _norm_relu(layers, _conv(layers, x, filters, 3, strides))
    y = layers.BatchNormalization(momentum=0.9)(_conv(layers, y, filters))
    return layers.ReLU()(layers.Add()([_shortcut(layers, x, filters, strides), y]))


def _from_activated(layers, x, filters, strides=1):
    """The shortcut begins behind the first normalisation and ReLU, wherever it leads."""
    a = _norm_relu(layers, x)
    y = _conv(layers, a, filters, 3, strides)
    y = _conv(layers, _norm_relu(layers, y), filters)
    return layers.Add()([_shortcut(layers, a, filters, strides), y])


def _projected_from_activated(layers, x, filters, strides=1):
    """The projection sees what the first convolution sees, the identity the input."""
    a = _norm_relu(layers, x)
    y = _conv(layers, a, filters, 3, strides)
    y = _conv(layers, _norm_relu(layers, y), filters)
    shortcut = x if _fits(x, filters, strides) else _projected(layers, a, filters, strides)
    return layers.Add()([shortcut, y])


def _conv_norm_relu_twice(layers, x, filters, strides=1):
    y = _norm_relu(layers, _conv(layers, x, filters, 3, strides))
    y = _norm_relu(layers, _conv(layers, y, filters))
    return layers.Add()([_shortcut(layers, x, filters, strides), y])


def _first_keeps_maps(layers, x, filters, strides, **_):
    y = _conv(layers, _norm_relu(layers, x), x.shape[-1], 3, strides)
    return _conv(layers, _norm_relu(layers, y), filters)


def _bottleneck(layers, x, filters, strides):
    """1 x 1, 3 x 3, 1 x 1."""
    for size, step in ((1, 1), (3, strides), (1, 1)):
        x = _conv(layers, _norm_relu(layers, x), filters, size, step)
    return x


def _chained_shortcut(layers, x, filters, strides=1):
    """The shortcut leads round the second convolution alone."""
    y = _conv(layers, _norm_relu(layers, x), filters, 3, strides)
    return layers.Add()([y, _conv(layers, _norm_relu(layers, y), filters)])


def _pooled_shortcut(layers, x, filters, strides):
    if strides > 1:
        x = layers.AveragePooling2D(strides, padding="same")(x)
    return x if x.shape[-1] == filters else _projected(layers, x, filters, 1)


def _step_by_step(shape, filters, strides=1):
    import keras
    from keras import layers

    inputs = keras.Input(shape=shape)
    y = layers.BatchNormalization()(inputs)
    y = layers.Activation("relu")(y)
    y = layers.Conv2D(filters, (3, 3), strides=(strides, strides), padding="same", use_bias=False)(
        y
    )
    y = layers.BatchNormalization()(y)
    y = layers.Activation("relu")(y)
    y = layers.Conv2D(filters, (3, 3), padding="same", use_bias=False)(y)
    shortcut = inputs
    if strides != 1 or shape[-1] != filters:
        shortcut = layers.Conv2D(filters, (1, 1), strides=(strides, strides), use_bias=False)(
            inputs
        )
    return keras.Model(inputs=inputs, outputs=layers.add([y, shortcut]))


def _with_operators(shape, filters, strides=1):
    """The branch a Sequential model, the sum a plus, the fit of the shapes seen at the end."""
    import keras
    from keras import layers

    steps = []
    for step in (strides, 1):
        steps += [layers.BatchNormalization(momentum=0.9), layers.ReLU()]
        steps += [layers.Conv2D(filters, 3, step, "same", use_bias=False)]
    inputs = keras.Input(shape)
    branch = keras.Sequential(steps)(inputs)
    if branch.shape != inputs.shape:
        return keras.Model(
            inputs, branch + layers.Conv2D(filters, 1, strides, "same", use_bias=False)(inputs)
        )
    return keras.Model(inputs, branch + inputs)


def _always_step(layers, x, filters, strides=1):
    """The strides are fixed at 1."""
    return layers.Add()([_shortcut(layers, x, filters, 1), _branch(layers, x, filters, 1)])


def _step_by_two(layers, x, filters, strides=1):
    """The first convolution always steps by 2."""
    shortcut = _shortcut(layers, x, filters, strides)
    return layers.Add()([shortcut, _branch(layers, x, filters, 2)])


def _residual_cases(rng):
    def case(name, maps, filters, strides):
        height, width = (int(n) for n in rng.integers(6, 9, size=2))
        return Case(name, (height, width, maps), filters, strides)

    few, many = (int(n) for n in rng.permutation(range(2, 6))[:2])
    yield case("as many maps, the same size", few, few, 1)
    yield case("other maps, the same size", few, many, 1)
    yield case("as many maps, half the size", many, many, 2)
    yield case("other maps, half the size", many, few, 2)


residual_unit = Exercise(
    points=3,
    cases=_residual_cases,
    hints=[
        "Begin with x = keras.Input(shape). Two ways lead from this same x to the sum: the branch "
        "of six layers, and the shortcut.",
        "The shortcut may be x itself only if the branch leaves size and maps as they are: "
        "strides == 1 and shape[-1] == filters.",
        "Else it is Conv2D(filters, 1, strides=strides, use_bias=False)(x). At the end: "
        "keras.layers.Add()([shortcut, branch]), then keras.Model(x, the sum).",
    ],
    alternatives=[_step_by_step, _with_operators],
    mistakes={
        "The shortcut is projected everywhere. Where size and maps stay, it is x itself.": (
            _unit(shortcut=_projected)
        ),
        "Where the maps stay and the size is halved, the shortcut needs its projection too.": (
            _unit(
                shortcut=lambda layers, x, filters, strides: (
                    x if x.shape[-1] == filters else _projected(layers, x, filters, strides)
                )
            )
        ),
        "Where the size stays and the maps do not, the shortcut needs its projection too.": (
            _unit(
                shortcut=lambda layers, x, filters, strides: (
                    x if strides == 1 else _projected(layers, x, filters, strides)
                )
            )
        ),
        "The shortcut is x everywhere. Where size or maps change, it needs a projection.": (
            _unit(shortcut=lambda layers, x, filters, strides: x)
        ),
        "There is no shortcut: x itself, or its projection, is added to the branch.": model_of(
            lambda layers, x, filters, strides=1: _branch(layers, x, filters, strides)
        ),
        "The shortcut is projected where size and maps both change; one of the two is enough.": (
            _unit(
                shortcut=lambda layers, x, filters, strides: (
                    _projected(layers, x, filters, strides)
                    if strides > 1 and x.shape[-1] != filters
                    else x
                )
            )
        ),
        # Or no convolution of the branch steps: the text of the error is the same.
        "Maps of two sizes meet at the sum: the strides belong to the first convolution and to the "
        "projection.": (
            _unit(
                shortcut=lambda layers, x, filters, strides: (
                    x if _fits(x, filters, strides) else _projected(layers, x, filters, 1)
                )
            )
        ),
        "The projection has filters of 3 x 3: 1 x 1 is asked.": _unit(
            shortcut=lambda layers, x, filters, strides: (
                x if _fits(x, filters, strides) else _conv(layers, x, filters, 3, strides)
            )
        ),
        "The projection has a bias (use_bias=True): none is asked.": _unit(
            shortcut=lambda layers, x, filters, strides: (
                x
                if _fits(x, filters, strides)
                else _conv(layers, x, filters, 1, strides, bias=True)
            )
        ),
        "The projection is normalised, as in the paper of 2015. In this unit nothing else stands "
        "on the shortcut.": _unit(
            shortcut=lambda layers, x, filters, strides: (
                x
                if _fits(x, filters, strides)
                else layers.BatchNormalization()(_projected(layers, x, filters, strides))
            )
        ),
        "The projection has ReLU behind it: nothing else stands on the shortcut.": _unit(
            shortcut=lambda layers, x, filters, strides: (
                x
                if _fits(x, filters, strides)
                else layers.ReLU()(_projected(layers, x, filters, strides))
            )
        ),
        "The shortcut pools where the size is halved: a projection with strides is asked.": (
            _unit(shortcut=_pooled_shortcut)
        ),
        "The shortcut begins behind the first normalisation and ReLU. It begins at x.": (
            model_of(_from_activated)
        ),
        "The projection begins behind the first normalisation and ReLU. It begins at x.": (
            model_of(_projected_from_activated)
        ),
        "The shortcut leads round the second convolution only. It begins at x.": (
            model_of(_chained_shortcut)
        ),
        "This is the unit of 2015: normalisation and ReLU stand behind the convolutions, and ReLU "
        "behind the sum. Here they stand before.": model_of(_unit_of_2015),
        "Normalisation and ReLU stand behind the convolutions, and ReLU behind the sum, as in "
        "2015. Here they stand before.": model_of(_unit_of_2015_for_maps_alone),
        "Normalisation and ReLU stand behind each convolution; here they stand before it.": (
            model_of(_conv_norm_relu_twice)
        ),
        "ReLU behind the sum is not asked: nothing stands on the shortcut.": (
            _unit(after=lambda layers, y: layers.ReLU()(y))
        ),
        "Normalisation and ReLU behind the sum are not asked: nothing stands on the shortcut.": (
            _unit(after=_norm_relu)
        ),
        "Normalisation behind the sum is not asked: nothing stands on the shortcut.": (
            _unit(after=lambda layers, y: layers.BatchNormalization()(y))
        ),
        "The branch and the shortcut are joined by Concatenate: add them.": (
            _unit(join="Concatenate")
        ),
        "The branch and the shortcut are multiplied: add them.": _unit(join="Multiply"),
        "The branch is subtracted from the shortcut: add them.": _unit(join="Subtract"),
        "This is the mean of branch and shortcut: add them.": _unit(join="Average"),
        "This is the larger of branch and shortcut: add them.": _unit(join="Maximum"),
        "Both convolutions step: the size shrinks twice. Only the first one takes the strides.": (
            _unit(branch=lambda *given: _branch(*given, steps=(True, True)))
        ),
        "The second convolution steps: the first one should.": (
            _unit(branch=lambda *given: _branch(*given, steps=(False, True)))
        ),
        "The strides are fixed at 1: use the argument.": model_of(_always_step),
        "ReLU is missing before the convolutions.": _unit(
            branch=lambda *given: _branch(
                *given, before=lambda layers, x: layers.BatchNormalization(momentum=0.9)(x)
            )
        ),
        "Normalisation is missing before the convolutions.": _unit(
            branch=lambda *given: _branch(*given, before=lambda layers, x: layers.ReLU()(x))
        ),
        "Normalisation and ReLU are missing: these are two convolutions in a row.": _unit(
            branch=lambda *given: _branch(*given, before=lambda layers, x: x)
        ),
        "ReLU comes before the normalisation in your branch: first normalise, then ReLU.": _unit(
            branch=lambda *given: _branch(
                *given,
                before=lambda layers, x: layers.BatchNormalization(momentum=0.9)(layers.ReLU()(x)),
            )
        ),
        "Normalisation and ReLU are missing before the second convolution.": _unit(
            branch=lambda layers, x, filters, strides: _conv(
                layers, _conv(layers, _norm_relu(layers, x), filters, 3, strides), filters
            )
        ),
        "Normalisation and ReLU are missing before the first convolution.": _unit(
            branch=lambda layers, x, filters, strides: _conv(
                layers, _norm_relu(layers, _conv(layers, x, filters, 3, strides)), filters
            )
        ),
        "The branch has one convolution: two are asked.": (
            _unit(branch=lambda *given: _branch(*given, steps=(True,)))
        ),
        "The branch has three convolutions: two are asked.": (
            _unit(branch=lambda *given: _branch(*given, steps=(True, False, False)))
        ),
        "This branch is a bottleneck (1 x 1, 3 x 3, 1 x 1): two convolutions of 3 x 3 are asked.": (
            _unit(branch=_bottleneck)
        ),
        "The first convolution keeps the maps of x: both have `filters` filters.": (
            _unit(branch=_first_keeps_maps)
        ),
        "The convolutions have a bias (use_bias=True): none is asked.": (
            _unit(branch=lambda *given: _branch(*given, bias=True))
        ),
        "All convolutions have a bias, the projection too: none is asked (use_bias=False).": _unit(
            branch=lambda *given: _branch(*given, bias=True),
            shortcut=lambda layers, x, filters, strides: (
                x
                if _fits(x, filters, strides)
                else _conv(layers, x, filters, 1, strides, bias=True)
            ),
        ),
        "The filters of the branch are 1 x 1: 3 x 3 is asked.": (
            _unit(branch=lambda *given: _branch(*given, size=1))
        ),
        "The filters of the branch are 5 x 5: 3 x 3 is asked.": (
            _unit(branch=lambda *given: _branch(*given, size=5))
        ),
        "The convolutions lose the border, so that branch and shortcut differ in size: "
        "padding='same'.": _unit(branch=lambda *given: _branch(*given, padding="valid")),
        "The strides are fixed at 2: use the argument.": model_of(_step_by_two),
        "The projection keeps the maps of x: it has `filters` of them.": _unit(
            shortcut=lambda layers, x, filters, strides: (
                x if _fits(x, filters, strides) else _projected(layers, x, x.shape[-1], strides)
            )
        ),
        "The batch does not belong into keras.Input: give it the shape as it is.": model_of(
            lambda layers, x, filters, strides=1: layers.Add()(
                [_shortcut(layers, x, filters, strides), _branch(layers, x, filters, strides)]
            ),
            with_batch,
        ),
        "keras.Model gets the input first, then the output.": ends_swapped(_unit()),
        "You return the output alone: keras.Model(x, output) makes a model of it.": (
            output_alone(_unit())
        ),
    },
)

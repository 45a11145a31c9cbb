"""What exercise residual_unit of lab 3 is checked on."""

from course_utils.exercises import Case, Exercise, edit

#: The second normalisation, ReLU and convolution.
_SECOND = (
    "y = keras.layers.ReLU()(normalise()(y))\n"
    'y = keras.layers.Conv2D(filters, 3, padding="same", use_bias=False)(y)\n'
)
_FIRST_NORM_RELU, _NORM_RELU = (f"keras.layers.ReLU()(normalise()({name}))" for name in "xy")
_SUM = "keras.layers.Add()([shortcut, y])"
#: Leaves normalisation and ReLU before the first convolution out, normalises behind the second.
_BEHIND = (_FIRST_NORM_RELU, "x", "shortcut = x", "y = normalise()(y)\nshortcut = x")


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


def _residual_cases(rng):
    def case(name, maps, filters, strides):
        height, width = (int(n) for n in rng.integers(3, 6, size=2))
        return Case(name, (height, width, maps), filters, strides)

    few, many = (int(n) for n in rng.permutation(range(2, 6))[:2])
    yield case("as many maps, the same size", few, few, 1)
    yield case("other maps, the same size", few, many, 1)
    yield case("as many maps, half the size", many, many, 2)
    yield case("other maps, half the size", many, few, 2)
    yield case("as many maps, a third of the size", few, few, 3)


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
        "The shortcut is projected everywhere. Where size and maps stay, it is x itself.": edit(
            "if strides != 1 or shape[-1] != filters", "if True"
        ),
        "The strides are always 1 or 2. Use the argument.": edit(
            "x = keras.Input(shape)", "strides = min(strides, 2)\nx = keras.Input(shape)"
        ),
        "Where the maps stay and the size is halved, the shortcut needs its projection too.": edit(
            "strides != 1 or ", ""
        ),
        "Where the size stays and the maps do not, the shortcut needs its projection too.": edit(
            " or shape[-1] != filters", ""
        ),
        "The shortcut is x everywhere. Where size or maps change, it needs a projection.": edit(
            "if strides != 1 or shape[-1] != filters", "if False"
        ),
        "There is no shortcut: x itself, or its projection, is added to the branch.": edit(
            _SUM, "y"
        ),
        "The shortcut is projected where size and maps both change; one of the two is enough.": (
            edit(" or ", " and ")
        ),
        # Or no convolution of the branch steps: the text of the error is the same.
        "Maps of two sizes meet at the sum: the strides belong to the first convolution and to the "
        "projection.": edit("1, strides", "1"),
        "The projection has filters of 3 x 3: 1 x 1 is asked.": edit(
            "filters, 1, strides", 'filters, 3, strides, padding="same"'
        ),
        "The projection has a bias (use_bias=True): none is asked.": edit(
            "1, strides, use_bias=False", "1, strides"
        ),
        "The projection is normalised, as in the paper of 2015. In this unit nothing else stands "
        "on the shortcut.": edit("False)(x)", "False)(x)\n    shortcut = normalise()(shortcut)"),
        "The projection has ReLU behind it: nothing else stands on the shortcut.": edit(
            "False)(x)", "False)(x)\n    shortcut = keras.layers.ReLU()(shortcut)"
        ),
        "The shortcut pools where the size is halved: a projection with strides is asked.": edit(
            "if strides != 1 or",
            (
                "if strides != 1:\n"
                '    shortcut = keras.layers.AveragePooling2D(strides, padding="same")(x)\n'
                "if"
            ),
            "1, strides, use_bias=False)(x)",
            "1, use_bias=False)(shortcut)",
        ),
        "The shortcut begins behind the first normalisation and ReLU. It begins at x.": edit(
            "y = keras.layers.ReLU()(normalise()(x))",
            "y = a = keras.layers.ReLU()(normalise()(x))",
            "shortcut = x",
            "shortcut = a",
            "False)(x)",
            "False)(a)",
        ),
        "The projection begins behind the first normalisation and ReLU. It begins at x.": edit(
            "y = keras.layers.ReLU()(normalise()(x))",
            "y = a = keras.layers.ReLU()(normalise()(x))",
            "False)(x)",
            "False)(a)",
        ),
        "The shortcut leads round the second convolution only. It begins at x.": edit(
            "y = keras.layers.ReLU()(normalise()(y))",
            "first = y\ny = keras.layers.ReLU()(normalise()(y))",
            "[shortcut, y]",
            "[first, y]",
        ),
        "This is the unit of 2015: normalisation and ReLU stand behind the convolutions, and ReLU "
        "behind the sum. Here they stand before.": edit(
            *_BEHIND,
            "False)(x)",
            "False)(x)\n    shortcut = normalise()(shortcut)",
            _SUM,
            f"keras.layers.ReLU()({_SUM})",
        ),
        "Normalisation and ReLU stand behind the convolutions, and ReLU behind the sum, as in "
        "2015. Here they stand before.": edit(*_BEHIND, _SUM, f"keras.layers.ReLU()({_SUM})"),
        "Normalisation and ReLU stand behind each convolution; here they stand before it.": edit(
            _FIRST_NORM_RELU, "x", "shortcut = x", f"y = {_NORM_RELU}\nshortcut = x"
        ),
        "ReLU behind the sum is not asked: nothing stands on the shortcut.": edit(
            _SUM, f"keras.layers.ReLU()({_SUM})"
        ),
        "Normalisation and ReLU behind the sum are not asked: nothing stands on the shortcut.": (
            edit(_SUM, f"keras.layers.ReLU()(normalise()({_SUM}))")
        ),
        "Normalisation behind the sum is not asked: nothing stands on the shortcut.": edit(
            _SUM, f"normalise()({_SUM})"
        ),
        "The branch and the shortcut are joined by Concatenate: add them.": edit(
            "Add", "Concatenate"
        ),
        "The branch and the shortcut are multiplied: add them.": edit("Add", "Multiply"),
        "The branch is subtracted from the shortcut: add them.": edit("Add", "Subtract"),
        "This is the mean of branch and shortcut: add them.": edit("Add", "Average"),
        "This is the larger of branch and shortcut: add them.": edit("Add", "Maximum"),
        "Both convolutions step: the size shrinks twice. Only the first one takes the strides.": (
            edit("3, padding", "3, strides, padding")
        ),
        "The second convolution steps: the first one should.": edit(
            "3, strides", "3, 1", "3, padding", "3, strides, padding"
        ),
        "The strides are fixed at 1: use the argument.": edit(
            "x = keras.Input", "strides = 1\nx = keras.Input"
        ),
        "ReLU is missing before the convolutions.": edit(
            _FIRST_NORM_RELU, "normalise()(x)", _NORM_RELU, "normalise()(y)"
        ),
        "Normalisation is missing before the convolutions.": edit(
            "normalise()(x)", "x", "normalise()(y)", "y"
        ),
        "Normalisation and ReLU are missing: these are two convolutions in a row.": edit(
            _FIRST_NORM_RELU, "x", _NORM_RELU, "y"
        ),
        "ReLU comes before the normalisation in your branch: first normalise, then ReLU.": edit(
            _FIRST_NORM_RELU,
            "normalise()(keras.layers.ReLU()(x))",
            _NORM_RELU,
            "normalise()(keras.layers.ReLU()(y))",
        ),
        "Normalisation and ReLU are missing before the second convolution.": edit(_NORM_RELU, "y"),
        "Normalisation and ReLU are missing before the first convolution.": edit(
            _FIRST_NORM_RELU, "x"
        ),
        "The branch has one convolution: two are asked.": edit(_SECOND, ""),
        "The branch has three convolutions: two are asked.": edit(_SECOND, 2 * _SECOND),
        "This branch is a bottleneck (1 x 1, 3 x 3, 1 x 1): two convolutions of 3 x 3 are asked.": (
            edit(
                "3, strides",
                "1",
                "3, padding",
                "3, strides, padding",
                "shortcut = x",
                (
                    "y = keras.layers.ReLU()(normalise()(y))\n"
                    "y = keras.layers.Conv2D(filters, 1, use_bias=False)(y)\n"
                    "shortcut = x"
                ),
            )
        ),
        "The first convolution keeps the maps of x: both have `filters` filters.": edit(
            "filters, 3, strides", "shape[-1], 3, strides"
        ),
        "The convolutions have a bias (use_bias=True): none is asked.": edit(
            'strides, padding="same", use_bias=False',
            'strides, padding="same"',
            '3, padding="same", use_bias=False',
            '3, padding="same"',
        ),
        "All convolutions have a bias, the projection too: none is asked (use_bias=False).": edit(
            "False)(x)",
            "True)(x)",
            'strides, padding="same", use_bias=False',
            'strides, padding="same"',
            '3, padding="same", use_bias=False',
            '3, padding="same"',
        ),
        "The filters of the branch are 1 x 1: 3 x 3 is asked.": edit(
            "3, strides", "1, strides", "3, padding", "1, padding"
        ),
        "The filters of the branch are 5 x 5: 3 x 3 is asked.": edit(
            "3, strides", "5, strides", "3, padding", "5, padding"
        ),
        "The convolutions lose the border, so that branch and shortcut differ in size: "
        "padding='same'.": edit('strides, padding="same"', "strides", '3, padding="same"', "3"),
        "The strides are fixed at 2: use the argument.": edit("3, strides", "3, 2"),
        "The projection keeps the maps of x: it has `filters` of them.": edit(
            "filters, 1, strides", "shape[-1], 1, strides"
        ),
        "The batch does not belong into keras.Input: give it the shape as it is.": edit(
            "Input(shape)", "Input((None, *shape))"
        ),
        "keras.Model gets the input first, then the output.": edit(f"x, {_SUM}", f"{_SUM}, x"),
        "You return the output alone: keras.Model(x, output) makes a model of it.": edit(
            "keras.Model(x,", "("
        ),
    },
)

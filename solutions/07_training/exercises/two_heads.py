"""What `two_heads` is checked on."""

from course_utils.exercises import Case, Exercise, edit


def _cases(rng):
    yield Case("digits", 196, 64, 10)
    yield Case("small", 5, 3, 2)
    yield Case("more units than features", 4, 9, 3)
    drawn = (int(number) for number in rng.integers(2, 12, 3))
    yield Case("drawn sizes", *drawn)


def _with_a_trunk_model(features, units, classes):
    """The trunk as a model of its own."""
    import keras

    layers = [keras.layers.Dense(units, "relu") for _ in range(2)]
    trunk = keras.Sequential([keras.Input((features,)), *layers])
    heads = keras.layers.Dense(classes, "softmax"), keras.layers.Dense(1)
    x = keras.Input((features,))
    return keras.Model(x, [head(trunk(x)) for head in heads])


def _with_activations_apart(features, units, classes):
    import keras
    from keras import layers

    x = h = keras.Input((features,))
    for _ in range(2):
        h = layers.ReLU()(layers.Dense(units)(h))
    value = layers.Dense(1)(h)
    return keras.Model(x, [layers.Softmax()(layers.Dense(classes)(h)), value])


two_heads = Exercise(
    points=2,
    cases=_cases,
    hints=[
        "keras.Input, two Dense layers after each other, and then two Dense layers that both take "
        "the second one's output.",
        "keras.Model(x, [first, second]) has two outputs.",
        "The angle may be any number, so its head has no activation.",
    ],
    alternatives=[_with_a_trunk_model, _with_activations_apart],
    mistakes={
        "The trunk has one layer. It has two.": edit("(first)\n", "(x)\n"),
        "The angle's head hangs on the first layer. Both heads hang on the end of the trunk.": edit(
            'name="angle")(trunk)', 'name="angle")(first)'
        ),
        "The digit's head hangs on the first layer. Both heads hang on the end of the trunk.": edit(
            'name="digit")(trunk)', 'name="digit")(first)'
        ),
        "The angle's head hangs on the digit's. Both hang on the end of the trunk.": edit(
            'name="angle")(trunk)', 'name="angle")(digit)'
        ),
        "The outputs are swapped: the softmax comes first.": edit(
            "[digit, angle]", "[angle, digit]"
        ),
        "The digit's head has no softmax.": edit('activation="softmax", ', ""),
        "The angle's head has ReLU: it could not say a negative angle.": edit(
            "Dense(1, ", 'Dense(1, activation="relu", '
        ),
        "The angle's head has softmax: of one unit that is always 1.": edit(
            "Dense(1, ", 'Dense(1, activation="softmax", '
        ),
        "The second layer of the trunk has no ReLU.": edit(
            'Dense(units, activation="relu")(first)', "Dense(units)(first)"
        ),
        "The first layer of the trunk has no ReLU.": edit(
            'Dense(units, activation="relu")(x)', "Dense(units)(x)"
        ),
        "The model has one output. Give a list of both.": edit("[digit, angle]", "digit"),
        "These are two models. One model with a list of two outputs is asked.": edit(
            "keras.Model(x, [digit, angle])", "[keras.Model(x, digit), keras.Model(x, angle)]"
        ),
        "Neither layer of the trunk has ReLU.": edit(
            'Dense(units, activation="relu")(x)',
            "Dense(units)(x)",
            'Dense(units, activation="relu")(first)',
            "Dense(units)(first)",
        ),
        "The digit's head has sigmoids. Its outputs add up to 1 with softmax.": edit(
            'activation="softmax"', 'activation="sigmoid"'
        ),
        "The angle's head has a unit for each class. It has one.": edit(
            "Dense(1, ", "Dense(classes, "
        ),
        "The angle's head hangs on the input. Both heads hang on the end of the trunk.": edit(
            'name="angle")(trunk)', 'name="angle")(x)'
        ),
    },
)

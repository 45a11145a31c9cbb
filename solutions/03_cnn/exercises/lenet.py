"""What exercise lenet of lab 3 is checked on."""

from course_utils.exercises import Case, Exercise, edit


def _functional(input_shape, classes, activation):
    from keras import Input, Model, layers

    inputs = Input(shape=input_shape)
    x = layers.Conv2D(6, (5, 5), padding="same", activation=activation)(inputs)
    x = layers.MaxPooling2D(pool_size=(2, 2), strides=2)(x)
    x = layers.Conv2D(16, (5, 5), activation=activation)(x)
    x = layers.MaxPool2D()(x)
    x = layers.Flatten()(x)
    x = layers.Dense(120, activation=activation)(x)
    x = layers.Dense(84, activation=activation)(x)
    return Model(inputs, layers.Dense(classes, activation="softmax")(x))


def _activations_apart(input_shape, classes, activation):
    """Padded by a layer, activations behind the poolings (they commute), softmax as a layer."""
    from keras import Input, Sequential, layers

    model = Sequential([Input(input_shape), layers.ZeroPadding2D(2)])
    for maps in (6, 16):
        model.add(layers.Convolution2D(maps, 5, kernel_initializer="he_normal"))
        model.add(layers.MaxPooling2D())
        model.add(layers.Activation(activation))
    _, height, width, maps = model.output_shape
    model.add(layers.Reshape((height * width * maps,)))
    for units in (120, 84):
        model.add(layers.Dense(units))
        model.add(layers.Activation(activation))
    model.add(layers.Dense(classes))
    model.add(layers.Softmax())
    return model


def _lenet_cases(rng):
    yield Case("digits of MNIST", (28, 28, 1), 10, "relu")
    height, width = (int(n) for n in rng.choice(range(29, 37), size=2, replace=False))
    channels, classes = (int(n) for n in rng.integers([2, 3], [5, 7]))
    curve = str(rng.choice(["tanh", "elu", "softsign"]))
    yield Case("any shape, another activation", (height, width, channels), classes, curve)


lenet = Exercise(
    points=2,
    cases=_lenet_cases,
    hints=[
        "Go down the table: each row is one layer of keras.layers, in a list for keras.Sequential.",
        "A convolution is Conv2D(filters, size, padding=..., activation=...). Which padding leaves "
        "28 pixels 28, and which makes 10 of 14?",
        "MaxPooling2D(2) halves. Flatten() stands between the last maps and the first Dense layer. "
        "The list begins with keras.Input(input_shape).",
    ],
    alternatives=[_functional, _activations_apart],
    mistakes={
        "The first convolution loses the border: 28 pixels become 24. padding='same' keeps them.": (
            edit('padding="same", ', "")
        ),
        "The second convolution keeps the border: 14 pixels stay 14, where the table has 10. Its "
        "padding is 'valid'.": edit("16, 5,", '16, 5, padding="same",'),
        "The paddings are swapped: 'same' for the first convolution, 'valid' for the second.": edit(
            'padding="same", ', "", "16, 5,", '16, 5, padding="same",'
        ),
        "The third argument of Conv2D is the strides: write padding='same'.": edit(
            'padding="same"', '"same"'
        ),
        "The maps are swapped: 6 in the first convolution, 16 in the second.": edit(
            "Conv2D(6", "Conv2D(16", "Conv2D(16, 5, activation", "Conv2D(6, 5, activation"
        ),
        "Both convolutions have 6 maps: the second has 16.": edit("(16,", "(6,"),
        "Both convolutions have 16 maps: the first has 6.": edit("(6,", "(16,"),
        "The filters are 3 x 3: LeNet-5 has 5 x 5.": edit("(6, 5", "(6, 3", "(16, 5", "(16, 3"),
        "The second convolution has filters of 3 x 3: LeNet-5 has 5 x 5.": edit("(16, 5", "(16, 3"),
        "The first convolution has filters of 3 x 3: LeNet-5 has 5 x 5.": edit("(6, 5", "(6, 3"),
        "Both poolings are missing.": edit("return", "del plan[4], plan[2]\nreturn"),
        "The second pooling is missing.": edit("return", "del plan[4]\nreturn"),
        "The first pooling is missing.": edit("return", "del plan[2]\nreturn"),
        "The convolutions step by 2 in place of pooling. The largest of four is asked.": edit(
            "(6, 5,", "(6, 5, 2,", "(16, 5,", "(16, 5, 2,", "return", "del plan[4], plan[2]\nreturn"
        ),
        "The convolutions step by 2, and pooling halves again: leave the strides of the "
        "convolutions at 1.": edit("(6, 5,", "(6, 5, 2,", "(16, 5,", "(16, 5, 2,"),
        "This pooling takes the mean, as in 1998. The largest is asked: MaxPooling2D.": edit(
            "return",
            "plan[2], plan[4] = layers.AveragePooling2D(2), layers.AveragePooling2D(2)\nreturn",
        ),
        "Pooling over 3 x 3: the table halves, so it is 2 x 2.": edit(
            "return", "plan[2], plan[4] = layers.MaxPooling2D(3), layers.MaxPooling2D(3)\nreturn"
        ),
        "Pooling moves by 1, so nothing is halved: the strides are 2, which is what Keras takes if "
        "you give none.": edit(
            "return",
            "plan[2], plan[4] = layers.MaxPooling2D(2, 1), layers.MaxPooling2D(2, 1)\nreturn",
        ),
        "The activation is fixed at ReLU: use the argument.": edit(
            "layers =", 'activation = "relu"\nlayers ='
        ),
        "The activation is fixed at tanh: use the argument.": edit(
            "layers =", 'activation = "tanh"\nlayers ='
        ),
        "No layer but the last has an activation: without one, two layers in a row are only one "
        "linear layer.": edit("layers =", "activation = None\nlayers ="),
        "The convolutions lack their activation.": edit(
            '"same", activation=activation', '"same"', "16, 5, activation=activation", "16, 5"
        ),
        "The dense layers of 120 and 84 units lack their activation.": edit(
            "120, activation=activation", "120", "84, activation=activation", "84"
        ),
        "The activation of the dense layers of 120 and 84 units is fixed at ReLU: use the "
        "argument.": edit(
            "120, activation=activation",
            '120, activation="relu"',
            "84, activation=activation",
            '84, activation="relu"',
        ),
        "The activation of the convolutions is fixed at ReLU: use the argument.": edit(
            '"same", activation=activation',
            '"same", activation="relu"',
            "16, 5, activation=activation",
            '16, 5, activation="relu"',
        ),
        "The dense layers of 120 and 84 units have softmax too; it belongs to the output alone.": (
            edit(
                "120, activation=activation",
                '120, activation="softmax"',
                "84, activation=activation",
                '84, activation="softmax"',
            )
        ),
        "The output has the activation of the other layers: it has softmax.": edit(
            '"softmax"', "activation"
        ),
        "The output lacks softmax: these are scores, not probabilities.": edit('"softmax"', "None"),
        "The output has the logistic activation: each class would be decided by itself. Softmax is "
        "asked.": edit('"softmax"', '"sigmoid"'),
        "Flatten is missing: a Dense layer then works at each place of the maps by itself.": edit(
            "return", "del plan[5]\nreturn"
        ),
        "You average each map before the dense layers. Flatten keeps every place.": edit(
            "Flatten", "GlobalAveragePooling2D"
        ),
        "You take the largest of each map before the dense layers. Flatten keeps every place.": (
            edit("Flatten", "GlobalMaxPooling2D")
        ),
        "The dense layers are swapped: 120 units come first, then 84.": edit(
            "return", "plan[6], plan[7] = plan[7], plan[6]\nreturn"
        ),
        "The dense layer of 84 units is missing.": edit("return", "del plan[7]\nreturn"),
        "The dense layer of 120 units is missing.": edit("return", "del plan[6]\nreturn"),
        "The dense layers of 120 and 84 units are missing.": edit(
            "return", "del plan[6:8]\nreturn"
        ),
        "The layer of 120 units is a convolution here, as in the paper. On other sizes than 28 x "
        "28 that is another network: Flatten, then Dense.": edit(
            "layers.Flatten(),\n    layers.Dense(120,",
            "layers.Conv2D(120, 5,",
            "layers.Dense(84",
            "layers.Flatten(),\n    layers.Dense(84",
        ),
        "The classes are fixed at 10: use the argument.": edit("classes", "10"),
        "The output has one unit: one for each class.": edit("classes", "1"),
        "The input is fixed at (28, 28, 1): use the argument.": edit("input_shape", "(28, 28, 1)"),
        "The input is fixed at (28, 28, 1) and the classes at 10: use the arguments.": edit(
            "input_shape", "(28, 28, 1)", "classes", "10"
        ),
        "The input has one channel, whatever input_shape says: use all three numbers of it.": edit(
            "input_shape", "(*input_shape[:2], 1)"
        ),
        "The batch does not belong into keras.Input: give it input_shape as it is.": edit(
            "input_shape", "(None, *input_shape)"
        ),
        "The layers have no bias (use_bias=False): each filter and each unit needs one.": edit(
            "return",
            "for layer in (plan[1], plan[3], *plan[6:]):\n    layer.use_bias = False\nreturn",
        ),
        "Dropout comes later: it was not asked for here.": edit(
            "layers.Dense(84",
            "layers.Dropout(0.5),\n    layers.Dense(84",
            "layers.Dense(classes",
            "layers.Dropout(0.5),\n    layers.Dense(classes",
        ),
        "Batch normalisation comes later: it was not asked for here.": edit(
            "return",
            (
                "plan.insert(4, layers.BatchNormalization())\n"
                "plan.insert(2, layers.BatchNormalization())\n"
                "return"
            ),
        ),
        "You return the list of layers: keras.Sequential([...]) makes a model of it.": edit(
            "keras.Sequential(plan)", "plan"
        ),
        "You return the output alone: keras.Model(inputs, outputs) makes a model of it.": edit(
            "keras.Sequential(plan)", "keras.Sequential(plan).outputs[0]"
        ),
    },
)

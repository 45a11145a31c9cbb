"""What exercise lenet of lab 3 is checked on."""

from course_utils.exercises import Case, Exercise


def _given(activation):
    return activation


def _fixed(name):
    """An activation that is no argument."""
    return lambda activation: name


def _lenet(
    filters=(6, 16),
    sizes=(5, 5),
    padding=("same", "valid"),
    widths=(120, 84),
    curved=(_given, _given),
    output="softmax",
    *,
    strides=(1, 1),
    pools=("MaxPooling2D", "MaxPooling2D"),
    pooling=(2, 2),
    flatten="Flatten",
    bias=True,
    after_convolution=(),
    after_dense=(),
    shape=lambda shape: shape,
    classes=lambda classes: classes,
):
    """An answer to `lenet` with pieces exchanged.

    curved: what is made of the activation, in the convolutions and in the hidden dense layers.
    output: likewise, or the name of an activation. pools: classes of
    layers; None for no pooling. pooling: size and strides. after_convolution, after_dense:
    functions of keras.layers, each making a layer that goes in there every time. shape, classes:
    what is made of the arguments.
    """

    def answer(input_shape, n_classes, activation):
        import keras

        in_maps, in_units = (make(activation) for make in curved)
        at_end = output(activation) if callable(output) else output
        made = [keras.Input(shape(input_shape))]
        settings = zip(filters, sizes, strides, padding, pools, strict=True)
        for maps, size, stride, border, pool in settings:
            made.append(
                keras.layers.Conv2D(maps, size, stride, border, activation=in_maps, use_bias=bias)
            )
            made += [make(keras.layers) for make in after_convolution]
            if pool:
                made.append(getattr(keras.layers, pool)(*pooling))
        made += [getattr(keras.layers, flatten)()] if flatten else []
        for units in widths:
            made.append(keras.layers.Dense(units, activation=in_units, use_bias=bias))
            made += [make(keras.layers) for make in after_dense]
        made.append(keras.layers.Dense(classes(n_classes), activation=at_end, use_bias=bias))
        return keras.Sequential(made)

    return answer


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


def _convolution_of_120(input_shape, classes, activation):
    from keras import Input, Sequential, layers

    first = _lenet()(input_shape, classes, activation).layers[:4]
    rest = [layers.Dense(84, activation=activation), layers.Dense(classes, activation="softmax")]
    fifth = layers.Conv2D(120, 5, activation=activation)
    return Sequential([Input(input_shape), *first, fifth, layers.Flatten(), *rest])


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
            _lenet(padding=("valid", "valid"))
        ),
        "The second convolution keeps the border: 14 pixels stay 14, where the table has 10. Its "
        "padding is 'valid'.": _lenet(padding=("same", "same")),
        "The paddings are swapped: 'same' for the first convolution, 'valid' for the second.": (
            _lenet(padding=("valid", "same"))
        ),
        "The third argument of Conv2D is the strides: write padding='same'.": (
            lambda input_shape, classes, activation: _lenet(strides=("same", 1))(
                input_shape, classes, activation
            )
        ),
        "The maps are swapped: 6 in the first convolution, 16 in the second.": _lenet((16, 6)),
        "Both convolutions have 6 maps: the second has 16.": _lenet((6, 6)),
        "Both convolutions have 16 maps: the first has 6.": _lenet((16, 16)),
        "The filters are 3 x 3: LeNet-5 has 5 x 5.": _lenet(sizes=(3, 3)),
        "The second convolution has filters of 3 x 3: LeNet-5 has 5 x 5.": _lenet(sizes=(5, 3)),
        "The first convolution has filters of 3 x 3: LeNet-5 has 5 x 5.": _lenet(sizes=(3, 5)),
        "Both poolings are missing.": _lenet(pools=(None, None)),
        "The second pooling is missing.": _lenet(pools=("MaxPooling2D", None)),
        "The first pooling is missing.": _lenet(pools=(None, "MaxPooling2D")),
        "The convolutions step by 2 in place of pooling. The largest of four is asked.": (
            _lenet(strides=(2, 2), pools=(None, None))
        ),
        "The convolutions step by 2, and pooling halves again: leave the strides of the "
        "convolutions at 1.": _lenet(strides=(2, 2)),
        "This pooling takes the mean, as in 1998. The largest is asked: MaxPooling2D.": (
            _lenet(pools=("AveragePooling2D", "AveragePooling2D"))
        ),
        "Pooling over 3 x 3: the table halves, so it is 2 x 2.": _lenet(pooling=(3, None)),
        "Pooling moves by 1, so nothing is halved: the strides are 2, which is what Keras takes if "
        "you give none.": _lenet(pooling=(2, 1)),
        "The activation is fixed at ReLU: use the argument.": (
            _lenet(curved=(_fixed("relu"), _fixed("relu")))
        ),
        "The activation is fixed at tanh: use the argument.": (
            _lenet(curved=(_fixed("tanh"), _fixed("tanh")))
        ),
        "No layer but the last has an activation: without one, two layers in a row are only one "
        "linear layer.": _lenet(curved=(_fixed(None), _fixed(None))),
        "The convolutions lack their activation.": _lenet(curved=(_fixed(None), _given)),
        "The dense layers of 120 and 84 units lack their activation.": (
            _lenet(curved=(_given, _fixed(None)))
        ),
        "The activation of the dense layers of 120 and 84 units is fixed at ReLU: use the "
        "argument.": _lenet(curved=(_given, _fixed("relu"))),
        "The activation of the convolutions is fixed at ReLU: use the argument.": (
            _lenet(curved=(_fixed("relu"), _given))
        ),
        "The dense layers of 120 and 84 units have softmax too; it belongs to the output alone.": (
            _lenet(curved=(_given, _fixed("softmax")))
        ),
        "The output has the activation of the other layers: it has softmax.": (
            _lenet(output=_given)
        ),
        "The output lacks softmax: these are scores, not probabilities.": _lenet(output=None),
        "The output has the logistic activation: each class would be decided by itself. Softmax is "
        "asked.": _lenet(output="sigmoid"),
        "Flatten is missing: a Dense layer then works at each place of the maps by itself.": (
            _lenet(flatten=None)
        ),
        "You average each map before the dense layers. Flatten keeps every place.": (
            _lenet(flatten="GlobalAveragePooling2D")
        ),
        "You take the largest of each map before the dense layers. Flatten keeps every place.": (
            _lenet(flatten="GlobalMaxPooling2D")
        ),
        "The dense layers are swapped: 120 units come first, then 84.": _lenet(widths=(84, 120)),
        "The dense layer of 84 units is missing.": _lenet(widths=(120,)),
        "The dense layer of 120 units is missing.": _lenet(widths=(84,)),
        "The dense layers of 120 and 84 units are missing.": _lenet(widths=()),
        "The layer of 120 units is a convolution here, as in the paper. On other sizes than 28 x "
        "28 that is another network: Flatten, then Dense.": _convolution_of_120,
        "The classes are fixed at 10: use the argument.": _lenet(classes=lambda classes: 10),
        "The output has one unit: one for each class.": _lenet(classes=lambda classes: 1),
        "The input is fixed at (28, 28, 1): use the argument.": (
            _lenet(shape=lambda shape: (28, 28, 1))
        ),
        "The input is fixed at (28, 28, 1) and the classes at 10: use the arguments.": _lenet(
            shape=lambda shape: (28, 28, 1), classes=lambda classes: 10
        ),
        "The input has one channel, whatever input_shape says: use all three numbers of it.": (
            _lenet(shape=lambda shape: (*shape[:2], 1))
        ),
        "The batch does not belong into keras.Input: give it input_shape as it is.": (
            _lenet(shape=lambda shape: (None, *shape))
        ),
        "The layers have no bias (use_bias=False): each filter and each unit needs one.": (
            _lenet(bias=False)
        ),
        "Dropout comes later: it was not asked for here.": (
            _lenet(after_dense=[lambda layers: layers.Dropout(0.5)])
        ),
        "Batch normalisation comes later: it was not asked for here.": (
            _lenet(after_convolution=[lambda layers: layers.BatchNormalization()])
        ),
        "You return the list of layers: keras.Sequential([...]) makes a model of it.": (
            lambda *given: [_lenet()(*given).inputs[0], *_lenet()(*given).layers]
        ),
        "You return the output alone: keras.Model(inputs, outputs) makes a model of it.": (
            lambda *given: _lenet()(*given).outputs[0]
        ),
    },
)

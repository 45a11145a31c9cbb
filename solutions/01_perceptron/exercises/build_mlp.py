"""What exercise build_mlp of lab 1 is checked on."""

from course_utils.exercises import Case, Exercise


def _mlp(hidden="relu", output="softmax", *, sizes=None, extra=None, bias=(1, 1), after=None, **of):
    """An answer to `build_mlp` with pieces exchanged.

    sizes: from the three arguments to (inputs, units, ..., units). extra, after: make a layer that
    goes before or behind the output. bias: whether the two layers have one. of: of the hidden one.
    """

    def answer(n_inputs, n_hidden, n_classes):
        import keras

        dense = keras.layers.Dense
        asked = (n_inputs, n_hidden, n_classes)
        inputs, *units, last = asked if sizes is None else sizes(*asked)
        layers = [dense(n, activation=hidden, use_bias=bool(bias[0]), **of) for n in units]
        layers += [extra(keras.layers)] if extra else []
        layers += [dense(last, activation=output, use_bias=bool(bias[1]))]
        layers += [after(keras.layers)] if after else []
        return keras.Sequential([keras.Input((inputs,)), *layers])

    return answer


def _both_outputs(n_inputs, n_hidden, n_classes):
    import keras

    model = _functional(n_inputs, n_hidden, n_classes)
    return keras.Model(model.inputs, [layer.output for layer in model.layers[1:]])


def _functional(n_inputs, n_hidden, n_classes):
    import keras

    inputs = keras.Input(shape=(n_inputs,))
    hidden = keras.layers.Dense(n_hidden, activation="relu")(inputs)
    outputs = keras.layers.Dense(n_classes, activation="softmax")(hidden)
    return keras.Model(inputs, outputs)


def _with_activation_layers(n_inputs, n_hidden, n_classes):
    import keras

    model = keras.Sequential([keras.Input((n_inputs,))])
    model.add(keras.layers.Dense(n_hidden))
    model.add(keras.layers.ReLU())
    model.add(keras.layers.Dense(n_classes))
    model.add(keras.layers.Softmax())
    return model


def _mlp_cases(rng):
    yield Case("5 inputs, 4 hidden units, 3 classes", 5, 4, 3)
    yield Case("2 inputs, 7 hidden units, 2 classes", 2, 7, 2)
    yield Case("any sizes", *(int(n) for n in rng.integers([8, 14, 4], [12, 20, 7])))


build_mlp = Exercise(
    points=2,
    cases=_mlp_cases,
    hints=[
        "Look at the network that learned XOR: the same three lines, with other sizes and "
        "activations.",
        "keras.Input takes the shape of one example, a tuple: (n_inputs,).",
        "Two Dense layers follow: the first with n_hidden units, the second with n_classes. Each "
        "takes its activation by name.",
    ],
    alternatives=[_functional, _with_activation_layers],
    mistakes={
        "No activation in the hidden layer: two linear layers are only one.": (_mlp(hidden=None)),
        "The hidden layer has the logistic activation; ReLU is asked.": _mlp(hidden="sigmoid"),
        "The hidden layer has tanh; ReLU is asked.": _mlp(hidden="tanh"),
        "The hidden layer has softmax too; it belongs to the output alone.": _mlp(hidden="softmax"),
        "The activations are swapped: ReLU belongs to the hidden layer, softmax to the output.": (
            _mlp(hidden="softmax", output="relu")
        ),
        "The output lacks softmax: these are scores, not probabilities.": _mlp(output=None),
        "Neither layer has an activation: give each its own.": _mlp(hidden=None, output=None),
        "The output has the logistic activation: each class would be decided by itself. Softmax "
        "is asked.": _mlp(output="sigmoid"),
        "The output has ReLU: these are no probabilities. Use softmax.": _mlp(output="relu"),
        "The units are swapped: n_hidden in the hidden layer, n_classes at the output.": (
            _mlp(sizes=lambda n, h, k: (n, k, h))
        ),
        "The hidden layer is missing.": _mlp(sizes=lambda n, h, k: (n, k)),
        "There are two hidden layers: one is asked.": _mlp(sizes=lambda n, h, k: (n, h, h, k)),
        "The inputs are no Dense layer: keras.Input says how many there are, and the first Dense "
        "layer is the hidden one.": _mlp(sizes=lambda n, h, k: (n, n, h, k)),
        "The hidden layer has as many units as there are inputs; n_hidden are asked.": _mlp(
            sizes=lambda n, h, k: (n, n, k)
        ),
        "keras.Input has n_hidden inputs, not n_inputs.": _mlp(sizes=lambda n, h, k: (h, h, k)),
        "keras.Input has n_classes inputs, not n_inputs.": _mlp(sizes=lambda n, h, k: (k, h, k)),
        "The output has one unit: one for each class.": _mlp(sizes=lambda n, h, k: (n, h, 1)),
        "All sizes are fixed: use the arguments.": _mlp(sizes=lambda n, h, k: (64, 32, 10)),
        "The inputs are fixed at 64: use n_inputs.": _mlp(sizes=lambda n, h, k: (64, h, k)),
        "The hidden units are fixed at 32: use n_hidden.": _mlp(sizes=lambda n, h, k: (n, 32, k)),
        "The classes are fixed at 10: use n_classes.": _mlp(sizes=lambda n, h, k: (n, h, 10)),
        "The layers have no bias (use_bias=False): each unit needs one.": _mlp(bias=(0, 0)),
        "A Dropout layer was not asked for.": _mlp(extra=lambda layers: layers.Dropout(0.5)),
        "The hidden layer has no bias (use_bias=False): each unit needs one.": _mlp(bias=(0, 1)),
        "The output has no bias (use_bias=False): each unit needs one.": _mlp(bias=(1, 0)),
        "Softmax is applied twice: once is enough.": _mlp(after=lambda layers: layers.Softmax()),
        "The hidden layer cannot learn: leave trainable=False out.": _mlp(trainable=False),
        "The hidden weights have an L2 penalty: leave it out.": _mlp(kernel_regularizer="l2"),
        "The model has two outputs; only the one with softmax is asked.": (_both_outputs),
        "You return the list of layers: keras.Sequential([...]) makes a model of it.": (
            lambda *sizes: [_functional(*sizes).input, *_functional(*sizes).layers[1:]]
        ),
        "You return the output alone: keras.Model(inputs, outputs) makes a model of it.": (
            lambda *sizes: _functional(*sizes).output
        ),
    },
)

"""What exercise build_mlp of lab 1 is checked on."""

from course_utils.exercises import Case, Exercise, edit

_HIDDEN = 'keras.layers.Dense(n_hidden, activation="relu"),'


def _mlp_cases(rng):
    yield Case("5 inputs, 4 hidden units, 3 classes", 5, 4, 3)
    yield Case("2 inputs, 7 hidden units, 2 classes", 2, 7, 2)
    yield Case("any sizes", *(int(n) for n in rng.integers([8, 14, 4], [12, 20, 7])))


def _functional(n_inputs, n_hidden, n_classes):
    import keras

    inputs = keras.Input(shape=(n_inputs,))
    hidden = keras.layers.Dense(n_hidden, activation="relu")(inputs)
    outputs = keras.layers.Dense(n_classes, activation="softmax")(hidden)
    return keras.Model(inputs, outputs)


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
    alternatives=[
        _functional,
        edit(
            ', activation="relu")',
            "), keras.layers.ReLU()",
            ', activation="softmax")',
            "), keras.layers.Softmax()",
        ),
    ],
    mistakes={
        "No activation in the hidden layer: two linear layers are only one.": edit(
            ', activation="relu"', ""
        ),
        "The hidden layer has the logistic activation; ReLU is asked.": edit("relu", "sigmoid"),
        "The hidden layer has tanh; ReLU is asked.": edit("relu", "tanh"),
        "The hidden layer has softmax too; it belongs to the output alone.": edit(
            "relu", "softmax"
        ),
        "The activations are swapped: ReLU belongs to the hidden layer, softmax to the output.": (
            edit("softmax", "tanh", "relu", "softmax", "tanh", "relu")
        ),
        "The output lacks softmax: these are scores, not probabilities.": edit(
            ', activation="softmax"', ""
        ),
        "Neither layer has an activation: give each its own.": edit(
            ', activation="relu"', "", ', activation="softmax"', ""
        ),
        "The output has the logistic activation: each class would be decided by itself. Softmax "
        "is asked.": edit("softmax", "sigmoid"),
        "The output has ReLU: these are no probabilities. Use softmax.": edit("softmax", "relu"),
        "The units are swapped: n_hidden in the hidden layer, n_classes at the output.": (
            edit("n_classes", "units", "n_hidden", "n_classes", "units", "n_hidden")
        ),
        "The hidden layer is missing.": edit(_HIDDEN, ""),
        "There are two hidden layers: one is asked.": edit(_HIDDEN, 2 * _HIDDEN),
        "The inputs are no Dense layer: keras.Input says how many there are, and the first Dense "
        "layer is the hidden one.": edit(
            _HIDDEN, _HIDDEN.replace("n_hidden", "n_inputs") + _HIDDEN
        ),
        "The hidden layer has as many units as there are inputs; n_hidden are asked.": edit(
            "n_hidden", "n_inputs"
        ),
        "keras.Input has n_hidden inputs, not n_inputs.": edit("n_inputs", "n_hidden"),
        "keras.Input has n_classes inputs, not n_inputs.": edit("n_inputs", "n_classes"),
        "The output has one unit: one for each class.": edit("n_classes", "1"),
        "All sizes are fixed: use the arguments.": edit(
            "n_inputs", "64", "n_hidden", "32", "n_classes", "10"
        ),
        "The inputs are fixed at 64: use n_inputs.": edit("n_inputs", "64"),
        "The hidden units are fixed at 32: use n_hidden.": edit("n_hidden", "32"),
        "The classes are fixed at 10: use n_classes.": edit("n_classes", "10"),
        "The layers have no bias (use_bias=False): each unit needs one.": edit(
            '"relu"', '"relu", use_bias=False', '"softmax"', '"softmax", use_bias=False'
        ),
        "A Dropout layer was not asked for.": edit(_HIDDEN, _HIDDEN + "keras.layers.Dropout(0.5),"),
        "The hidden layer has no bias (use_bias=False): each unit needs one.": edit(
            '"relu"', '"relu", use_bias=False'
        ),
        "The output has no bias (use_bias=False): each unit needs one.": edit(
            '"softmax"', '"softmax", use_bias=False'
        ),
        "Softmax is applied twice: once is enough.": edit(
            '"softmax"),', '"softmax"), keras.layers.Softmax(),'
        ),
        "The hidden layer cannot learn: leave trainable=False out.": edit(
            '"relu"', '"relu", trainable=False'
        ),
        "The hidden weights have an L2 penalty: leave it out.": edit(
            '"relu"', '"relu", kernel_regularizer="l2"'
        ),
        "The model has two outputs; only the one with softmax is asked.": edit(
            "return",
            "model =",
            "]\n)",
            "]\n)\nreturn keras.Model(model.inputs, [layer.output for layer in model.layers])",
        ),
        "You return the list of layers: keras.Sequential([...]) makes a model of it.": edit(
            "keras.Sequential", "list"
        ),
        "You return the output alone: keras.Model(inputs, outputs) makes a model of it.": edit(
            "]\n)", "]\n).outputs[0]"
        ),
    },
)

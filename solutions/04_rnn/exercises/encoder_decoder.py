"""What `encoder_decoder` is checked on: the shapes, the parameters, and what it computes."""

from course_utils.exercises import Case, Exercise, edit


def _cases(rng):
    """Four different numbers each, so that none can stand for another. What the table says of the
    layers, the initial state and the open number of steps is seen in both."""
    yield Case("3 features, 4 steps, 7 classes", 3, 5, 4, 7)
    features, units, steps, classes = (int(n) for n in rng.permutation(range(2, 8))[:4])
    yield Case("other sizes", features, units, steps, classes)


_ENCODER = "layers.SimpleRNN(units)"
_DECODER = "layers.SimpleRNN(units, return_sequences=True)"
_OUTPUT = 'layers.TimeDistributed(layers.Dense(classes, activation="softmax"))'


encoder_decoder = Exercise(
    points=2,
    cases=_cases,
    hints=[
        "Go down the table: each row is one layer, called on what the row before it gave. Begin "
        "with keras.Input((None, features)).",
        "The encoder's last state is what SimpleRNN(units) gives by itself. Give it a name, since "
        "two layers need it.",
        "RepeatVector(steps) makes the decoder's input. The decoder needs return_sequences=True "
        "and, in its call, initial_state=...",
        "At the end TimeDistributed(Dense(classes, activation='softmax')), and "
        "keras.Model(inputs, outputs).",
    ],
    alternatives=[
        edit(_OUTPUT, 'layers.Dense(classes, activation="softmax")'),
        edit(
            f"code = {_ENCODER}",
            "_, code = layers.SimpleRNN(units, return_state=True)",
            "initial_state=code",
            "initial_state=[code]",
            f"{_OUTPUT}(states)",
            "layers.Softmax()(layers.Dense(classes)(states))",
        ),
        edit(
            f"{_ENCODER}(inputs)",
            "layers.RNN(layers.SimpleRNNCell(units), return_sequences=True)(inputs)[:, -1]",
            "layers.RepeatVector(steps)(code)",
            "keras.ops.tile(code[:, None, :], (1, steps, 1))",
            _DECODER,
            "layers.RNN(layers.SimpleRNNCell(units), return_sequences=True)",
        ),
    ],
    mistakes={
        "The decoder starts from zeros: give its call initial_state, the encoder's last "
        "state.": edit(", initial_state=code", ""),
        "The decoder gives its last state only: return_sequences=True.": edit(
            _DECODER, _ENCODER, _OUTPUT, 'layers.Dense(classes, activation="softmax")'
        ),
        "The decoder gets the encoder's states, one for each step of the input. Repeat the last "
        "one instead: the output has `steps` steps, whatever the input has.": edit(
            f"code = {_ENCODER}",
            "read, code = layers.SimpleRNN(units, return_sequences=True, return_state=True)",
            "(repeated,",
            "(read,",
        ),
        "The decoder makes a single step: RepeatVector takes the number of steps.": edit(
            "RepeatVector(steps)", "RepeatVector(1)"
        ),
        "There is no decoder: the repeated state goes straight to the output.": edit(
            "(states)", "(repeated)"
        ),
        "The output lacks softmax: these are scores.": edit(', activation="softmax"', ""),
        "The output has the logistic activation. Softmax is asked.": edit("softmax", "sigmoid"),
        "The output layer has no bias.": edit('"softmax"', '"softmax", use_bias=False'),
        "The input has a fixed number of steps. Leave it open: (None, features).": edit(
            "(None,", "(6,"
        ),
        "Encoder and decoder are LSTM layers. SimpleRNN is asked here.": edit(
            f"code = {_ENCODER}",
            "_, *code = layers.LSTM(units, return_state=True)",
            "Vector(steps)(code)",
            "Vector(steps)(code[0])",
            _DECODER,
            "layers.LSTM(units, return_sequences=True)",
        ),
        "The recurrent layers have ReLU. Leave their activation as it is, tanh.": edit(
            "SimpleRNN(units)",
            'SimpleRNN(units, activation="relu")',
            "units, return",
            'units, activation="relu", return',
        ),
        "The recurrent layers have no bias (use_bias=False).": edit(
            "SimpleRNN(units)",
            "SimpleRNN(units, use_bias=False)",
            "units, return",
            "units, use_bias=False, return",
        ),
        "The encoder reads the sentence backwards (go_backwards=True): leave that out.": edit(
            "SimpleRNN(units)", "SimpleRNN(units, go_backwards=True)"
        ),
        "steps and classes are swapped.": edit(
            "inputs =", "steps, classes = classes, steps\ninputs ="
        ),
        "features and units are swapped.": edit(
            "inputs =", "features, units = units, features\ninputs ="
        ),
        "units and steps are swapped.": edit("inputs =", "units, steps = steps, units\ninputs ="),
        "The encoder drops inputs while it trains (dropout): nothing of the kind is asked.": edit(
            "SimpleRNN(units)", "SimpleRNN(units, dropout=0.3)"
        ),
        "Dropout stands before the output layer: nothing of the kind is asked.": edit(
            "(states)", "(layers.Dropout(0.3)(states))"
        ),
        "The number of steps is fixed at 4: use the argument.": edit("(steps)", "(4)"),
        "The number of units is fixed at 5: use the argument.": edit(
            "(units)", "(5)", "(units,", "(5,"
        ),
        "The output has as many units as the recurrent layers: it has `classes`.": edit(
            "(classes", "(units"
        ),
        "Encoder and decoder are one and the same layer. They are two, each with its "
        "weights.": edit(
            f"code = {_ENCODER}(inputs)",
            f"layer = {_DECODER}\ncode = layer(layers.Dense(units)(inputs))[:, -1]",
            f"{_DECODER}(repeated",
            "layer(repeated",
        ),
        "One Dense layer sees all steps together. It works on each step by itself: no "
        "Flatten.": edit(
            f"{_OUTPUT}(states)",
            'layers.Dense(steps * classes, activation="softmax")(layers.Flatten()(states))',
            "outputs)",
            "layers.Reshape((steps, classes))(outputs))",
        ),
        "The mean of the encoder's states is taken. The last one is asked.": edit(
            f"{_ENCODER}(inputs)", f"layers.GlobalAveragePooling1D()({_DECODER}(inputs))"
        ),
        "You return the output alone: keras.Model(inputs, outputs) makes a model of it.": edit(
            "keras.Model(inputs, outputs)", "outputs"
        ),
    },
)

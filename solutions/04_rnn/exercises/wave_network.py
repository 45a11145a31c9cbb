"""What `wave_network` is checked on."""

from course_utils.exercises import Case, Exercise, edit


def _cases(rng):
    def n(low, high):
        return int(rng.integers(low, high + 1))

    # "None where it is free": the first. "Whether the GRU keeps its state": the two others. "Works
    # on every step's state alone", "as Keras makes it", "linear": all.
    # Two steps show a state that is kept; a longer sequence is tried where the length is free.
    yield Case("any batch, any length", (None, None), n(5, 8), False)
    yield Case("a fixed batch that keeps its state", (n(3, 5), 2), n(3, 4), True)
    yield Case("a fixed batch that forgets", (n(3, 5), 2), n(3, 4), False)


def _sequential(batch_shape, units, stateful):
    from keras import Input, Sequential, layers

    return Sequential(
        [
            Input(batch_shape=[*batch_shape, 1]),
            layers.GRU(units, return_sequences=True, stateful=stateful),
            layers.TimeDistributed(layers.Dense(1)),
        ]
    )


_GRU = "keras.layers.GRU(units, return_sequences=True, stateful=stateful)"


wave_network = Exercise(
    points=2,
    cases=_cases,
    hints=[
        "Three things: an input, a recurrent layer, and a layer that makes one number of each "
        "state.",
        "keras.Input(batch_shape=...) takes the whole shape with the batch: batch, length, and 1 "
        "value at each step.",
        "Which argument of keras.layers.GRU makes it give a state at every step, not only the "
        "last? Which makes it keep its state?",
        "A Dense layer that is given (batch, length, units) works on each step by itself.",
    ],
    alternatives=[
        _sequential,
        edit("keras.layers.GRU(units", "keras.layers.RNN(keras.layers.GRUCell(units)"),
    ],
    mistakes={
        "Only the last step comes out: return_sequences=True gives one at each step.": edit(
            "return_sequences=True, ", ""
        ),
        "The states come out. A Dense layer of one unit makes a prediction of each.": edit(
            "keras.layers.Dense(1)(states)", "states"
        ),
        "The recurrent layer is an LSTM: a GRU is asked.": edit("GRU", "LSTM"),
        "The recurrent layer is a plain one: a GRU is asked.": edit("GRU", "SimpleRNN"),
        "There is no recurrent layer, so no step knows what came before it.": edit(
            _GRU, 'keras.layers.Dense(units, activation="tanh")'
        ),
        "stateful is not handed on to the recurrent layer.": edit(", stateful=stateful", ""),
        "The network is always stateful. It is only if `stateful` says so.": edit(
            "*batch_shape", "batch_shape[0] or 4, batch_shape[1]", "=stateful", "=True"
        ),
        "The batch is left free. batch_shape fixes it where it is not None.": edit(
            "*batch_shape", "None, batch_shape[1]", ", stateful=stateful", ""
        ),
        "The length is left free. batch_shape fixes it where it is not None.": edit(
            "*batch_shape", "batch_shape[0], None"
        ),
        "The GRU drops inputs while it trains (dropout): nothing of the kind is asked.": edit(
            "stateful=stateful", "stateful=stateful, dropout=0.3"
        ),
        "The GRU drops states while it trains (recurrent_dropout): nothing of the kind is asked.": (
            edit("stateful=stateful", "stateful=stateful, recurrent_dropout=0.3")
        ),
        "Dropout stands before the output layer: nothing of the kind is asked.": edit(
            "(states)", "(keras.layers.Dropout(0.3)(states))"
        ),
        "Batch and length are swapped.": edit("*batch_shape", "*batch_shape[::-1]"),
        "The output bends: tanh cannot reach 1. Leave the activation of the last layer out.": edit(
            "Dense(1", 'Dense(1, activation="tanh"'
        ),
        "A softmax over one unit is always 1. Leave the activation of the last layer out.": edit(
            "Dense(1", 'Dense(1, activation="softmax"'
        ),
        "The last layer has no bias.": edit("Dense(1", "Dense(1, use_bias=False"),
        "The last layer has as many units as the GRU. One value is predicted at each step.": edit(
            "Dense(1", "Dense(units"
        ),
        "There are two recurrent layers. One is asked.": edit(
            "return keras", f"states = {_GRU}(states)\nreturn keras"
        ),
        "The number of units is fixed. Use the argument.": edit("GRU(units", "GRU(32"),
        "The sequence is read backwards, from what is to be predicted.": edit(
            "GRU(units", "GRU(units, go_backwards=True"
        ),
        "reset_after=False makes another GRU than Keras's own. Leave it out.": edit(
            "GRU(units", "GRU(units, reset_after=False"
        ),
        "The GRU has another activation than tanh. Leave it out.": edit(
            "GRU(units", 'GRU(units, activation="relu"'
        ),
        "You return the symbolic output. keras.Model(inputs, outputs) makes a network of it.": edit(
            "keras.Model(waves, keras.layers.Dense(1)(states))", "keras.layers.Dense(1)(states)"
        ),
        "The network keeps its state because the batch is fixed. It does only if `stateful` says "
        "so.": edit("=stateful", "=batch_shape[0] is not None"),
    },
)

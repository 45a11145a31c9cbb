"""What `elman` is checked on."""

from course_utils.exercises import Case, Exercise, edit


def _cases(rng):
    """Each cell by its name; the sizes differ, so that none can stand for another."""
    window, units = (int(n) for n in rng.permutation(range(3, 8))[:2])
    yield Case("Elman's network", 5, 4, "SimpleRNN")
    yield Case("another window, other units", window, units, "SimpleRNN")
    yield Case("with an LSTM in its place", window, units, "LSTM")
    yield Case("with a GRU in its place", window, units, "GRU")


def _of_cells(window, units, cell):
    """The cell by itself, and the loop around it."""
    from keras import Input, Model, layers

    past = Input((window, 1))
    states = layers.RNN(getattr(layers, f"{cell}Cell")(units), return_sequences=True)(past)
    return Model(past, past[:, -1] + layers.Dense(1)(states[:, -1]))


_LAST, _ADD = "past[:, -1]", "layers.Add()([past[:, -1], change])"

elman = Exercise(
    points=1,
    cases=_cases,
    hints=[
        "As your tdnn, but the window is read value by value. What need not be laid side by side?",
        "getattr(layers, cell)(units) is the layer; called on the window, it gives its last state.",
        "One unit, linear, makes the change of that state. Add the last value of the window.",
    ],
    alternatives=[
        _of_cells,
        edit(
            "getattr(layers, cell)",
            '{"SimpleRNN": layers.SimpleRNN, "LSTM": layers.LSTM, "GRU": layers.GRU}[cell]',
            _ADD,
            "past[:, -1] + change",
        ),
    ],
    mistakes={
        "The change alone comes out: add the last value of the window.": edit(_ADD, "change"),
        "The first value of the window is added. The last one, past[:, -1], is the newest.": edit(
            _LAST, "past[:, 0]"
        ),
        "The recurrent layer is always a SimpleRNN. Use the argument `cell`.": edit(
            "getattr(layers, cell)", "layers.SimpleRNN"
        ),
        "The recurrent layer is always a GRU. Use the argument `cell`.": edit(
            "getattr(layers, cell)", "layers.GRU"
        ),
        "The window is read backwards, from the newest value to the oldest.": edit(
            "(units)", "(units, go_backwards=True)"
        ),
        "All states are laid side by side. The last one alone makes the change.": edit(
            "(units)(past)",
            "(units, return_sequences=True)(past)",
            "(state)",
            "(layers.Flatten()(state))",
        ),
        "The mean of all states makes the change. The last one alone does.": edit(
            "(units)(past)",
            "(units, return_sequences=True)(past)",
            "(state)",
            "(layers.GlobalAveragePooling1D()(state))",
        ),
        "There are two recurrent layers. One is asked.": edit(
            "(units)(past)",
            "(units)(getattr(layers, cell)(units, return_sequences=True)(past))",
        ),
        "A hidden layer stands between state and change. The change is linear in the state.": edit(
            "(state)", '(layers.Dense(units, activation="tanh")(state))'
        ),
        "The change goes through tanh and is never above 1. Leave its activation out.": edit(
            "Dense(1)", 'Dense(1, activation="tanh")'
        ),
        "The recurrent layer has no bias.": edit("(units)", "(units, use_bias=False)"),
        "The output layer has no bias.": edit("Dense(1)", "Dense(1, use_bias=False)"),
        "The recurrent layer has ReLU. Leave its activation as it is.": edit(
            "(units)", '(units, activation="relu")'
        ),
        "The recurrent layer drops inputs while it trains (dropout): nothing of the kind is "
        "asked.": edit("(units)", "(units, dropout=0.3)"),
        "Dropout stands behind the recurrent layer: nothing of the kind is asked.": edit(
            "(state)", "(layers.Dropout(0.3)(state))"
        ),
        "The number of units is fixed. Use the argument.": edit("(units)", "(32)"),
        "window and units are swapped.": edit("past =", "window, units = units, window\npast ="),
        "The output alone comes back. keras.Model(inputs, outputs) makes a network of it.": edit(
            f"keras.Model(past, {_ADD})", _ADD
        ),
    },
)

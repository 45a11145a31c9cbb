"""What `tdnn` is checked on."""

from course_utils.exercises import Case, Exercise, edit


def _cases(rng):
    """Different numbers each, so that none can stand for another."""
    yield Case("a window of 5, 4 units", 5, 4)  # every sentence: sizes, tanh, biases, last value
    window, units = (int(n) for n in rng.permutation(range(2, 9))[:2])
    yield Case("another window, other units", window, units)  # "window" and "units" are arguments
    yield Case("a window of one value", 1, 3)  # the last value is then the first


def _with_a_model_inside(window, units):
    """The change as a model of its own; the window turned into a row without Flatten."""
    from keras import Input, Model, Sequential, layers

    change = Sequential([layers.Dense(units, "tanh"), layers.Dense(1)])
    past = Input((window, 1))
    row = past[:, :, 0]
    return Model(past, row[:, -1:] + change(row))


_LAST, _ADD = "past[:, -1]", "layers.Add()([past[:, -1], change])"

tdnn = Exercise(
    points=1,
    cases=_cases,
    hints=[
        "Flatten lays the window side by side, (batch, window). Which layer sees all of it?",
        "The change is one number, linear: a Dense layer of one unit, without an activation.",
        "past[:, -1] is the last value, (batch, 1). layers.Add() adds two tensors of one shape.",
    ],
    alternatives=[
        _with_a_model_inside,
        edit(_ADD, "past[:, -1] + change"),
        edit("layers.Flatten()(past)", "layers.Reshape((window,))(past)"),
    ],
    mistakes={
        "The change alone comes out: add the last value of the window.": edit(_ADD, "change"),
        "The first value of the window is added. The last one, past[:, -1], is the newest.": edit(
            _LAST, "past[:, 0]"
        ),
        "The mean of the window is added. The last value is asked.": edit(
            _LAST, "layers.GlobalAveragePooling1D()(past)"
        ),
        "The hidden layer has ReLU. It has tanh.": edit('"tanh"', '"relu"'),
        "The hidden layer has no activation, so that two layers are no more than one. It has "
        "tanh.": edit(', activation="tanh"', ""),
        "The change goes through tanh and is never above 1. Leave its activation out.": edit(
            "layers.Dense(1)", 'layers.Dense(1, activation="tanh")'
        ),
        "The hidden layer has no bias.": edit('"tanh"', '"tanh", use_bias=False'),
        "The output layer has no bias.": edit("Dense(1)", "Dense(1, use_bias=False)"),
        "Each value meets the hidden layer by itself, and the mean is taken. The layer sees the "
        "whole window at once: Flatten first.": edit(
            "layers.Flatten()(past)",
            "past",
            "change =",
            "hidden = layers.GlobalAveragePooling1D()(hidden)\nchange =",
        ),
        "There is no hidden layer: this is the linear rule.": edit(
            'layers.Dense(units, activation="tanh")(layers.Flatten()(past))',
            "layers.Flatten()(past)",
        ),
        "There are two hidden layers. One is asked.": edit(
            "change =", 'hidden = layers.Dense(units, activation="tanh")(hidden)\nchange ='
        ),
        "Dropout stands behind the hidden layer: nothing of the kind is asked.": edit(
            "(hidden)", "(layers.Dropout(0.3)(hidden))"
        ),
        "The number of units is fixed. Use the argument.": edit("Dense(units", "Dense(32"),
        "window and units are swapped.": edit("past =", "window, units = units, window\npast ="),
        "This is a recurrent network. A TDNN sees the window at once.": edit(
            'layers.Dense(units, activation="tanh")(layers.Flatten()(past))',
            "layers.SimpleRNN(units)(past)",
        ),
        "The output alone comes back. keras.Model(inputs, outputs) makes a network of it.": edit(
            f"keras.Model(past, {_ADD})", _ADD
        ),
    },
)

"""What `narx` is checked on."""

from course_utils.exercises import Case, Exercise, edit


def _cases(rng):
    """Different numbers each, so that none can stand for another."""
    yield Case("one step", 4, 2, 5, 1)  # nothing is fed back: the net itself
    yield Case("two steps", 4, 2, 5, 2)  # the first forecast becomes the newest value
    window, inputs, units, steps = (int(n) for n in rng.permutation(range(2, 7))[:4])
    yield Case("other sizes", window, inputs, units, steps)
    yield Case("more steps than the window is long", 2, 1, 3, 4)  # nothing of the past is left


def _with_one_network(window, inputs, units, steps):
    """The step as a model of its own, which serves all steps."""
    from keras import Input, Model, Sequential, layers, ops

    step = Sequential([layers.Dense(units, activation="tanh"), layers.Dense(1)])
    past, outside = Input((window,)), Input((steps, inputs))
    series = past
    for t in range(steps):
        seen = series[:, t : t + window]
        change = step(layers.Concatenate()([seen, outside[:, t]]))
        series = ops.concatenate([series, seen[:, -1:] + change], axis=1)
    return Model([past, outside], series[:, window:])


_NEXT = "layers.Concatenate()([seen[:, 1:], forecasts[-1]])"
_LAYERS = 'layers.Dense(units, activation="tanh"), layers.Dense(1)'

narx = Exercise(
    points=3,
    cases=_cases,
    hints=[
        "Make the two layers once, before the loop: a layer that is called again keeps its "
        "weights.",
        "In step t the hidden layer sees layers.Concatenate()([window, outside[:, t]]). The "
        "forecast is the last value of the window, window[:, -1:], plus the change.",
        "Then the window moves on: without its oldest value, with the forecast as its newest.",
        "Collect the forecasts in a list. keras.ops.concatenate(forecasts, axis=1) puts them side "
        "by side, for one step too. The model is keras.Model([past, outside], ...).",
    ],
    alternatives=[
        _with_one_network,
        edit(
            "seen[:, -1:] + change(hidden(features))",
            "layers.Add()([layers.Lambda(lambda x: x[:, -1:])(seen), change(hidden(features))])",
        ),
        edit(_NEXT, "keras.ops.concatenate([seen, forecasts[-1]], axis=1)[:, 1:]"),
    ],
    mistakes={
        "Every step has layers of its own. Make them once, before the loop.": edit(
            "features =", f"hidden, change = {_LAYERS}\n    features ="
        ),
        "The window never moves on: put the forecast in as its newest value.": edit(_NEXT, "seen"),
        "The change is fed back. The forecast is: the last value plus the change.": edit(
            _NEXT, "layers.Concatenate()([seen[:, 1:], change(hidden(features))])"
        ),
        "Every forecast is added to the last value of the past. Add it to the newest value of the "
        "window as it stands.": edit("seen[:, -1:]", "past[:, -1:]"),
        "Each step sees the exogenous numbers of the first one. Step t has outside[:, t].": edit(
            "outside[:, t]", "outside[:, 0]"
        ),
        "Each step sees the exogenous numbers of the last one. Step t has outside[:, t].": edit(
            "outside[:, t]", "outside[:, -1]"
        ),
        "The exogenous numbers stand before the window. They come behind it.": edit(
            "[seen, outside[:, t]]", "[outside[:, t], seen]"
        ),
        "The exogenous numbers are not used.": edit(
            "[seen, outside[:, t]]", "[seen, 0 * outside[:, t]]"
        ),
        "The forecast stands in front of the window, with the oldest values. It is the newest: put "
        "it at the end.": edit("[seen[:, 1:], forecasts[-1]]", "[forecasts[-1], seen[:, 1:]]"),
        "The window loses its newest value. It loses the oldest: window[:, 1:].": edit(
            "[seen[:, 1:]", "[seen[:, :-1]"
        ),
        "The change alone comes out: add the last value of the window.": edit(
            "seen[:, -1:] + change", "change"
        ),
        "Only the last forecast comes out. All of them are asked, (batch, steps).": edit(
            "keras.ops.concatenate(forecasts, axis=1)", "forecasts[-1]"
        ),
        "The forecasts come out in the opposite order.": edit(
            "(forecasts, axis", "(forecasts[::-1], axis"
        ),
        "The hidden layer has ReLU. It has tanh.": edit('"tanh"', '"relu"'),
        "The change goes through tanh. Leave the activation of the output layer out.": edit(
            "layers.Dense(1)", 'layers.Dense(1, activation="tanh")'
        ),
        "The output layer has no bias.": edit("Dense(1)", "Dense(1, use_bias=False)"),
        "The two inputs are swapped: the past comes first.": edit(
            "[past, outside]", "[outside, past]"
        ),
        "One step too few: the last forecast is there twice.": edit(
            "range(steps)",
            "range(max(steps - 1, 1))",
            "(forecasts, axis",
            "((forecasts + forecasts[-1:])[:steps], axis",
        ),
        "The number of units is fixed. Use the argument.": edit("Dense(units", "Dense(32"),
    },
)

"""What `encoder_decoder` is checked on: the shapes, the parameters, and what it computes."""

from course_utils.exercises import Case, Exercise


def _model(
    *,
    given=lambda features, units, steps, classes: (features, units, steps, classes),
    shape=lambda features: (None, features),
    kinds=("SimpleRNN", "SimpleRNN"),
    options=({}, {}),
    middle="repeat",
    start=True,
    decoder=True,
    sequences=True,
    end="softmax",
    bias=True,
    output=lambda model: model,
):
    """An answer with pieces exchanged.

    given: what is made of the four arguments. shape: of the input. kinds, options: class of encoder
    and decoder, and what else they are given. middle: "repeat" the last state, the encoder's
    "states" themselves, or the state once ("one"). start: whether the decoder starts from the
    encoder's state. decoder: whether there is one. sequences: whether it gives all states. end:
    activation of the last layer.
    output: what is made of the model at the end.
    """

    def answer(*arguments, **named):
        import keras
        from keras import layers

        features, units, steps, classes = given(*arguments, *named.values())
        inputs = keras.Input(shape(features))
        encoder = getattr(layers, kinds[0])(
            units, return_sequences=True, return_state=True, **options[0]
        )
        states, code, *more = encoder(inputs)
        fed = {
            "repeat": lambda: layers.RepeatVector(steps)(code),
            "states": lambda: states,
            "one": lambda: layers.RepeatVector(1)(code),
        }[middle]()
        if decoder:
            layer = getattr(layers, kinds[1])(units, return_sequences=sequences, **options[1])
            fed = layer(fed, initial_state=[code, *more] if start is True else start or None)
        dense = layers.Dense(classes, activation=end, use_bias=bias)
        return output(keras.Model(inputs, dense(fed)))

    return answer


def _with_return_state(features, units, steps, classes):
    import keras

    inputs = keras.layers.Input(shape=(None, features), name="sentence")
    _, state = keras.layers.SimpleRNN(units, return_state=True, name="encoder")(inputs)
    x = keras.layers.RepeatVector(steps)(state)
    x = keras.layers.SimpleRNN(units, return_sequences=True, name="decoder")(
        x, initial_state=[state]
    )
    scores = keras.layers.Dense(classes)(x)
    return keras.Model(inputs=inputs, outputs=keras.layers.Softmax()(scores))


def _with_cells(features, units, steps, classes):
    """Layers of cells; the repetition by hand, the last state cut out of all of them."""
    import keras
    from keras import layers, ops

    inputs = keras.Input((None, features))
    states = layers.RNN(layers.SimpleRNNCell(units), return_sequences=True)(inputs)
    code = states[:, -1]
    repeated = ops.tile(code[:, None, :], (1, steps, 1))
    decoded = layers.RNN(layers.SimpleRNNCell(units), return_sequences=True)(
        repeated, initial_state=code
    )
    return keras.Model(inputs, layers.TimeDistributed(layers.Dense(classes, "softmax"))(decoded))


def _shared(features, units, steps, classes):
    """One layer for both; needs as many features as units, so the input is widened first."""
    import keras
    from keras import layers

    inputs = keras.Input((None, features))
    layer = layers.SimpleRNN(units, return_sequences=True)
    code = layer(layers.Dense(units)(inputs))[:, -1]
    decoded = layer(layers.RepeatVector(steps)(code), initial_state=code)
    return keras.Model(inputs, layers.Dense(classes, activation="softmax")(decoded))


def _flattened(features, units, steps, classes):
    import keras
    from keras import layers

    inputs = keras.Input((None, features))
    code = layers.SimpleRNN(units)(inputs)
    states = layers.SimpleRNN(units, return_sequences=True)(
        layers.RepeatVector(steps)(code), initial_state=code
    )
    flat = layers.Dense(steps * classes, activation="softmax")(layers.Flatten()(states))
    return keras.Model(inputs, layers.Reshape((steps, classes))(flat))


def _mean_code(features, units, steps, classes):
    """The code is the mean of the encoder's states."""
    import keras
    from keras import layers

    inputs = keras.Input((None, features))
    states = layers.SimpleRNN(units, return_sequences=True)(inputs)
    code = layers.GlobalAveragePooling1D()(states)
    decoded = layers.SimpleRNN(units, return_sequences=True)(
        layers.RepeatVector(steps)(code), initial_state=code
    )
    return keras.Model(inputs, layers.Dense(classes, activation="softmax")(decoded))


def _cases(rng):
    """Four different numbers each, so that none can stand for another."""
    yield Case("3 features, 4 steps, 7 classes", 3, 5, 4, 7)
    features, units, steps, classes = (int(n) for n in rng.permutation(range(2, 8))[:4])
    yield Case("other sizes", features, units, steps, classes)


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
    alternatives=[_with_return_state, _with_cells, _model()],
    mistakes={
        "The decoder starts from zeros: give its call initial_state, the encoder's last state.": (
            _model(start=None)
        ),
        "The decoder gives its last state only: return_sequences=True.": _model(sequences=False),
        "The decoder gets the encoder's states, one for each step of the input. Repeat the last "
        "one instead: the output has `steps` steps, whatever the input has.": (
            _model(middle="states")
        ),
        "The decoder makes a single step: RepeatVector takes the number of steps.": (
            _model(middle="one")
        ),
        "There is no decoder: the repeated state goes straight to the output.": (
            _model(decoder=False)
        ),
        "The output lacks softmax: these are scores.": _model(end=None),
        "The output has the logistic activation. Softmax is asked.": _model(end="sigmoid"),
        "The output layer has no bias.": _model(bias=False),
        "The input has a fixed number of steps. Leave it open: (None, features).": (
            _model(shape=lambda features: (6, features))
        ),
        "Encoder and decoder are LSTM layers. SimpleRNN is asked here.": (
            _model(kinds=("LSTM", "LSTM"))
        ),
        "The recurrent layers have ReLU. Leave their activation as it is, tanh.": (
            _model(options=({"activation": "relu"}, {"activation": "relu"}))
        ),
        "The recurrent layers have no bias (use_bias=False).": (
            _model(options=({"use_bias": False}, {"use_bias": False}))
        ),
        "The encoder reads the sentence backwards (go_backwards=True): leave that out.": (
            _model(options=({"go_backwards": True}, {}))
        ),
        "steps and classes are swapped.": _model(given=lambda f, u, s, c: (f, u, c, s)),
        "features and units are swapped.": _model(given=lambda f, u, s, c: (u, f, s, c)),
        "units and steps are swapped.": _model(given=lambda f, u, s, c: (f, s, u, c)),
        "The number of steps is fixed at 4: use the argument.": (
            _model(given=lambda f, u, s, c: (f, u, 4, c))
        ),
        "The number of units is fixed at 5: use the argument.": (
            _model(given=lambda f, u, s, c: (f, 5, s, c))
        ),
        "The output has as many units as the recurrent layers: it has `classes`.": (
            _model(given=lambda f, u, s, c: (f, u, s, u))
        ),
        "Encoder and decoder are one and the same layer. They are two, each with its weights.": (
            _shared
        ),
        "One Dense layer sees all steps together. It works on each step by itself: no Flatten.": (
            _flattened
        ),
        "The mean of the encoder's states is taken. The last one is asked.": _mean_code,
        "You return the output alone: keras.Model(inputs, outputs) makes a model of it.": (
            _model(output=lambda model: model.outputs[0])
        ),
    },
)

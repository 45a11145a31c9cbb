"""What `wave_network` is checked on."""

from course_utils.exercises import Case, Exercise


def _cases(rng):
    def n(low, high):
        return int(rng.integers(low, high + 1))

    yield Case("any batch, any length", (None, None), n(5, 8), False)
    yield Case("a fixed batch that keeps its state", (n(2, 3), n(5, 7)), n(3, 4), True)
    yield Case("a fixed batch that forgets", (n(2, 3), n(5, 7)), n(3, 4), False)


def _network(
    cell="GRU",
    *,
    last=True,
    shape=lambda batch_shape: (*batch_shape, 1),
    units=lambda units: units,
    stateful=lambda given: given,
    activation=None,
    bias=True,
    values=1,
    twice=False,
    options=None,
):
    """An answer with pieces exchanged. last: whether there is an output layer."""

    def wave_network(batch_shape, n_units, is_stateful):
        import keras

        x = waves = keras.Input(batch_shape=shape(batch_shape))
        settings = {"return_sequences": True, "stateful": stateful(is_stateful)} | (options or {})
        for _ in range(2 if twice else 1):
            x = getattr(keras.layers, cell)(units(n_units), **settings)(x)
        if last:
            x = keras.layers.Dense(values, activation=activation, use_bias=bias)(x)
        return keras.Model(waves, x)

    return wave_network


def _sequential(batch_shape, units, stateful):
    from keras import Input, Sequential, layers

    return Sequential(
        [
            Input(batch_shape=[*batch_shape, 1]),
            layers.GRU(units, return_sequences=True, stateful=stateful),
            layers.TimeDistributed(layers.Dense(1)),
        ]
    )


def _of_a_cell(batch_shape, units, stateful):
    from keras import Input, Model, layers

    batch, length = batch_shape
    waves = Input((length, 1), batch_size=batch)
    recurrent = layers.RNN(layers.GRUCell(units), return_sequences=True, stateful=stateful)
    return Model(waves, layers.Dense(1, activation="linear")(recurrent(waves)))


def _symbol(batch_shape, units, stateful):
    return _network()(batch_shape, units, stateful).outputs[0]


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
    alternatives=[_sequential, _of_a_cell],
    mistakes={
        "Only the last step comes out: return_sequences=True gives one at each step.": _network(
            options={"return_sequences": False}
        ),
        "The states come out. A Dense layer of one unit makes a prediction of each.": _network(
            last=False
        ),
        "The recurrent layer is an LSTM: a GRU is asked.": _network("LSTM"),
        "The recurrent layer is a plain one: a GRU is asked.": _network("SimpleRNN"),
        "There is no recurrent layer, so no step knows what came before it.": (
            lambda batch_shape, units, stateful: _without_memory(batch_shape, units)
        ),
        "stateful is not handed on to the recurrent layer.": _network(stateful=lambda given: False),
        "The network is always stateful. It is only if `stateful` says so.": _network(
            stateful=lambda given: True,
            shape=lambda batch_shape: (batch_shape[0] or 4, batch_shape[1], 1),
        ),
        "The batch is left free. batch_shape fixes it where it is not None.": _network(
            shape=lambda batch_shape: (None, batch_shape[1], 1),
            stateful=lambda given: False,
        ),
        "The length is left free. batch_shape fixes it where it is not None.": _network(
            shape=lambda batch_shape: (batch_shape[0], None, 1)
        ),
        "Batch and length are swapped.": _network(
            shape=lambda batch_shape: (
                batch_shape[1],
                batch_shape[0],
                1,
            )
        ),
        "The output bends: tanh cannot reach 1. Leave the activation of the last layer "
        "out.": _network(activation="tanh"),
        "A softmax over one unit is always 1. Leave the activation of the last layer "
        "out.": _network(activation="softmax"),
        "The last layer has no bias.": _network(bias=False),
        "The last layer has as many units as the GRU. One value is predicted at each "
        "step.": lambda batch_shape, units, stateful: _network(values=units)(
            batch_shape, units, stateful
        ),
        "There are two recurrent layers. One is asked.": _network(twice=True),
        "The number of units is fixed. Use the argument.": _network(units=lambda units: 32),
        "The sequence is read backwards, from what is to be predicted.": _network(
            options={"go_backwards": True}
        ),
        "reset_after=False makes another GRU than Keras's own. Leave it out.": _network(
            options={"reset_after": False}
        ),
        "The GRU has another activation than tanh. Leave it out.": _network(
            options={"activation": "relu"}
        ),
        "You return the symbolic output. keras.Model(inputs, outputs) makes a network of "
        "it.": _symbol,
        "The network keeps its state because the batch is fixed. It does only if `stateful` says "
        "so.": lambda batch_shape, units, stateful: _network()(
            batch_shape, units, batch_shape[0] is not None
        ),
    },
)


def _without_memory(batch_shape, units):
    import keras

    waves = keras.Input(batch_shape=(*batch_shape, 1))
    hidden = keras.layers.Dense(units, activation="tanh")(waves)
    return keras.Model(waves, keras.layers.Dense(1)(hidden))

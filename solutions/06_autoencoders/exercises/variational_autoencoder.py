"""What `variational_autoencoder` is checked on."""

from course_utils.exercises import Case, Exercise, edit


def _variational_cases(rng):
    yield Case("a code of two numbers", (4, 3), 2, 6)  # shape, ReLU, the divergence in the loss
    yield Case("a code of one number", (3, 2), 1, 4)
    yield Case("square images", (3, 3), 3, 5)
    yield Case("a code longer than the hidden layers", (2, 4), 7, 3)
    units, hidden = rng.integers(2, 7, size=2).tolist()
    yield Case("other sizes", (5, 2), units, hidden + 7)


def _by_parts(shape, units, hidden):
    """An encoder and a decoder of their own; the layer in the middle joins them."""
    import keras
    from keras import layers, ops

    from course_utils.models.autoencoders import GaussianCode

    x = keras.Input(shape=shape)
    row = layers.ReLU()(layers.Dense(hidden)(ops.reshape(x, (-1, shape[0] * shape[1]))))
    encoder = keras.Model(x, [layers.Dense(units)(row), layers.Dense(units)(row)])
    decoder = keras.Sequential(
        [
            keras.Input((units,)),
            layers.Dense(hidden, activation="relu"),
            layers.Dense(shape[0] * shape[1], activation="sigmoid"),
            layers.Reshape(shape),
        ]
    )
    return keras.Model(x, decoder(GaussianCode()(encoder(x))))


#: The middle of the solution, from mean to code.
_DRAW = "code = autoencoders.GaussianCode()([mean, log_variance])"


variational_autoencoder = Exercise(
    points=3,
    cases=_variational_cases,
    hints=[
        "Draw the network on paper: where does it fork, and where do the two branches meet?",
        "mean and log_variance are two Dense(units) layers, both called on the hidden layer. Both "
        "may be any number.",
        "code = autoencoders.GaussianCode()([mean, log_variance]): one argument, a list.",
        "Back: Dense(hidden, 'relu'), Dense(height * width, 'sigmoid'), Reshape(shape).",
    ],
    alternatives=[
        _by_parts,
        edit("keras.layers.Flatten()", "keras.layers.Reshape((height * width,))"),
        edit('Dense(hidden, "relu")(code)', 'Dense(hidden, keras.activations.get("relu"))(code)'),
    ],
    mistakes={
        "The code is the mean, and nothing is drawn or added to the loss: call GaussianCode.": edit(
            _DRAW, "code = mean"
        ),
        "One dense layer serves as mean and as log_variance. Each has a layer of its own.": edit(
            "log_variance = keras.layers.Dense(units)(there)", "log_variance = mean"
        ),
        "The hidden layer on the way there is missing.": edit(
            'keras.layers.Dense(hidden, "relu")(keras.layers.Flatten()(x))',
            "keras.layers.Flatten()(x)",
        ),
        "The hidden layer on the way back is missing.": edit(
            'keras.layers.Dense(hidden, "relu")(code)', "code"
        ),
        "The hidden layers are linear. They are ReLU.": edit(
            'Dense(hidden, "relu")(k',
            "Dense(hidden)(k",
            'Dense(hidden, "relu")(code',
            "Dense(hidden)(code",
        ),
        "The hidden layer on the way there is linear. It is ReLU.": edit(
            'Dense(hidden, "relu")(k', "Dense(hidden)(k"
        ),
        "The hidden layer on the way back is linear. It is ReLU.": edit(
            'Dense(hidden, "relu")(code', "Dense(hidden)(code"
        ),
        "mean and log_variance are ReLU. They may be any number, below 0, too.": edit(
            "mean = keras.layers.Dense(units)",
            'mean = keras.layers.Dense(units, "relu")',
            "log_variance = keras.layers.Dense(units)",
            'log_variance = keras.layers.Dense(units, "relu")',
        ),
        "The mean is ReLU. It may be any number, below 0, too.": edit(
            "mean = keras.layers.Dense(units)", 'mean = keras.layers.Dense(units, "relu")'
        ),
        "log_variance is a logarithm and may be any number: no activation.": edit(
            "log_variance = keras.layers.Dense(units)",
            'log_variance = keras.layers.Dense(units, "softplus")',
        ),
        "GaussianCode takes the logarithm of the variance. You give it the variance: no exp.": edit(
            "log_variance = keras.layers.Dense(units)",
            'log_variance = keras.layers.Dense(units, "exponential")',
        ),
        "log_variance is computed from the mean. Both are computed from the hidden layer.": edit(
            "log_variance = keras.layers.Dense(units)(there)",
            "log_variance = keras.layers.Dense(units)(mean)",
        ),
        "The mean came back as well. The model has one output, the images.": edit(
            "keras.layers.Reshape(shape)(pixels)", "[keras.layers.Reshape(shape)(pixels), mean]"
        ),
        "The pixels are linear. They are probabilities: logistic.": edit(', "sigmoid"', ""),
        "The pixels are a softmax: they would add up to 1. Each is logistic by itself.": edit(
            "sigmoid", "softmax"
        ),
        "The output is a row of pixels. The images' shape is asked: keras.layers.Reshape.": edit(
            "keras.layers.Reshape(shape)(pixels)", "pixels"
        ),
        "The divergence is left out of the loss: GaussianCode has a weight of 1 by itself.": edit(
            "GaussianCode()", "GaussianCode(weight=0.0)"
        ),
        "The code has 2 numbers, whatever is asked: use units.": edit(
            "mean = keras.layers.Dense(units)",
            "mean = keras.layers.Dense(2)",
            "log_variance = keras.layers.Dense(units)",
            "log_variance = keras.layers.Dense(2)",
        ),
        "The hidden layers have 256 units, whatever is asked: use hidden.": edit(
            'Dense(hidden, "relu")(k',
            'Dense(256, "relu")(k',
            'Dense(hidden, "relu")(code',
            'Dense(256, "relu")(code',
        ),
    },
)

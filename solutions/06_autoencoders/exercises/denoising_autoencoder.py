"""What `denoising_autoencoder` is checked on."""

from course_utils.exercises import Case, Exercise, Fixture, edit


def _layer(kind, **options):
    return Fixture("keras_layer", kind=kind, **options)


def _denoising_cases(rng):
    # Noise that acts in use, too, shows where it stands.
    scale, offset = rng.uniform(0.5, 2.0, size=2).round(2).tolist()
    spoiling = _layer("Rescaling", scale=-scale, offset=offset)
    yield Case("noise that acts in use, too", (4, 3), 5, spoiling)  # at the entrance, tied, ReLU
    yield Case("more units than pixels", (2, 3), 9, _layer("Rescaling", scale=2.0, offset=-1.0))
    yield Case("square images", (3, 3), 4, _layer("ReLU", threshold=0.5))
    yield Case("Gaussian noise", (3, 4), 6, _layer("GaussianNoise", stddev=0.5))
    yield Case("no noise", (2, 5), 7, _layer("Identity"))


def _by_hand(shape, units, noise):
    """Rows of pixels are spoiled, and the pieces come in another order."""
    import keras
    from keras import ops

    from course_utils.models.autoencoders import TiedDense

    tied = TiedDense(units, ops.relu, ops.sigmoid, use_back_bias=True)
    images = keras.Input(shape=shape)
    spoiled = noise(keras.layers.Reshape((shape[0] * shape[1],))(images))
    restored = ops.reshape(tied(tied(spoiled), transpose=True), (-1, *shape))
    return keras.Model(inputs=images, outputs=restored)


denoising_autoencoder = Exercise(
    points=2,
    cases=_denoising_cases,
    hints=[
        "The loss compares what comes out with the clean image. So what is spoiled is what goes "
        "in: which layer is the first one?",
        "spoiled = noise(x). From there it is the network of exercise 4, with ReLU units and "
        "without a penalty.",
        'TiedDense(units, "relu", "sigmoid", use_back_bias=True), called twice.',
    ],
    alternatives=[
        _by_hand,
        edit("keras.layers.Flatten()(noise(x))", "noise(keras.layers.Flatten()(x))"),
        edit('"relu", "sigmoid"', "keras.ops.relu, keras.activations.sigmoid"),
    ],
    mistakes={
        "The noise is not in the model: the first layer is noise(x).": edit("noise(x)", "x"),
        "The noise stands on the code. It spoils the input: noise(x).": edit(
            "noise(x)", "x", "both_ways(code,", "both_ways(noise(code),"
        ),
        "The noise stands at the end. It spoils the input: noise(x).": edit(
            "noise(x)", "x", "Reshape(shape)(row)", "Reshape(shape)(noise(row))"
        ),
        "The noise is in the model twice: only the input is spoiled.": edit(
            "both_ways(code,", "both_ways(noise(code),"
        ),
        "The noise is GaussianNoise(0.5), whatever is given. Use the argument.": edit(
            "noise(x)", "keras.layers.GaussianNoise(0.5)(x)"
        ),
        "The way back has weights of its own. Call the same TiedDense again, with "
        "transpose=True.": edit(
            "row = both_ways(code, transpose=True)",
            'row = keras.layers.Dense(shape[0] * shape[1], "sigmoid")(code)',
        ),
        "The way back has no bias: use_back_bias=True.": edit(", use_back_bias=True", ""),
        "The code is logistic. Its units are ReLU.": edit('"relu"', '"sigmoid"'),
        "The code is linear. Its units are ReLU.": edit('"relu"', '"linear"'),
        "The outputs are linear. They are logistic, as pixels lie between 0 and 1.": edit(
            ', "sigmoid"', ""
        ),
        "The outputs are ReLU. They are logistic, as pixels lie between 0 and 1.": edit(
            '"sigmoid"', '"relu"'
        ),
        "The output is a row of pixels. The images' shape is asked: keras.layers.Reshape.": edit(
            "keras.layers.Reshape(shape)(row)", "row"
        ),
        "The number of units is fixed at 256: use the argument.": edit("Dense(units", "Dense(256"),
        "This is the encoder alone: the model ends at the code.": edit(
            "keras.layers.Reshape(shape)(row)", "code"
        ),
    },
)

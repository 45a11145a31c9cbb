"""What `sparse_autoencoder` is checked on."""

from course_utils.exercises import Case, Exercise, edit


def _sparse_cases(rng):
    def case(name, shape, units, weight=0.5, target=0.2):
        return Case(name, shape, units, weight, target)

    yield case("fewer units than pixels", (4, 3), 5)  # shape, units; tied; logistic both ways
    yield case("more units than pixels", (2, 3), 9)
    yield case("square images", (3, 3), 4, target=0.4)
    yield case("a small weight and a small target", (3, 4), 6, weight=0.1, target=0.05)
    yield case("other numbers", (2, 5), 7, *rng.uniform(0.1, 0.9, size=2).round(2).tolist())
    yield case("a weight of 0: no penalty", (4, 2), 3, weight=0.0)


#: An edit of the solution: a way back with weights of its own.
_UNTIED = (
    "row = both_ways(code, transpose=True)",
    'row = keras.layers.Dense(shape[0] * shape[1], "sigmoid")(code)',
)


def _by_hand(shape, units, weight, target):
    """Keras's operations in place of two layers, and the pieces in another order."""
    import keras
    from keras import ops

    from course_utils.models.autoencoders import SparsityPenalty, TiedDense

    tied = TiedDense(units, keras.activations.sigmoid, ops.sigmoid, use_back_bias=True)
    penalty = SparsityPenalty(kind="kl", weight=weight, target=target)
    images = keras.Input(shape=shape)
    code = penalty(tied(ops.reshape(images, (-1, shape[0] * shape[1]))))
    restored = ops.reshape(tied(code, transpose=True), (-1, *shape))
    return keras.Model(inputs=images, outputs=restored)


sparse_autoencoder = Exercise(
    points=2,
    cases=_sparse_cases,
    hints=[
        "Begin with x = keras.Input(shape), end with keras.Model(x, ...). Which layers make a row "
        "of pixels of an image, and an image of a row?",
        "keras.layers.Flatten() and keras.layers.Reshape(shape). Between them one TiedDense, made "
        "once, is called twice.",
        'TiedDense(units, "sigmoid", "sigmoid", use_back_bias=True): the activation of the way '
        "there, and that of the way back.",
        'code = autoencoders.SparsityPenalty("kl", weight, target)(code), before the way back.',
    ],
    alternatives=[
        _by_hand,
        edit("keras.layers.Flatten()", "keras.layers.Reshape((-1,))"),
        edit(
            'code = autoencoders.SparsityPenalty("kl", weight, target)(code)\n',
            "",
            "row = both_ways(code, ",
            'row = both_ways(autoencoders.SparsityPenalty("kl", weight, target)(code), ',
        ),
    ],
    mistakes={
        "The penalty is not in the model: call SparsityPenalty on the code, and go on from what it "
        "returns.": edit('code = autoencoders.SparsityPenalty("kl", weight, target)(code)\n', ""),
        "The penalty stands on the reconstruction. It belongs on the code.": edit(
            'code = autoencoders.SparsityPenalty("kl", weight, target)(code)\n',
            "",
            "(code, transpose=True)",
            '(code, transpose=True)\nrow = autoencoders.SparsityPenalty("kl", weight, target)(row)',
        ),
        "The penalty stands on the pixels. It belongs on the code.": edit(
            "both_ways(keras.layers.Flatten()(x))",
            'both_ways(autoencoders.SparsityPenalty("kl", weight, target)'
            "(keras.layers.Flatten()(x)))",
            'code = autoencoders.SparsityPenalty("kl", weight, target)(code)\n',
            "",
        ),
        "Weight and target are swapped: SparsityPenalty(kind, weight, target).": edit(
            '"kl", weight, target', '"kl", weight=target, target=max(weight, 0.001)'
        ),
        'This is the L1 penalty. "kl" is asked.': edit('"kl"', '"l1"'),
        "The weight is not used: give it to SparsityPenalty.": edit(
            '"kl", weight, target', '"kl", 1e-3, target'
        ),
        "The target is not used: give it to SparsityPenalty.": edit(
            '"kl", weight, target', '"kl", weight'
        ),
        "The way back has weights of its own. Call the same TiedDense again, with "
        "transpose=True.": edit(*_UNTIED),
        "Two TiedDense layers have two kernels. Make one, and call it twice.": edit(
            "row = both_ways(code, transpose=True)",
            'another = autoencoders.TiedDense(units, "sigmoid", "sigmoid", use_back_bias=True)\n'
            "another(keras.layers.Flatten()(x))\n"
            "row = another(code, transpose=True)",
        ),
        "The way back has no bias: use_back_bias=True.": edit(", use_back_bias=True", ""),
        "TiedDense has a linear way back without a bias, unless you say otherwise: give it "
        '"sigmoid" twice, and use_back_bias=True.': edit(
            'units, "sigmoid", "sigmoid", use_back_bias=True', "units"
        ),
        "The penalty is in the model twice. It belongs on the code alone.": edit(
            "(code, transpose=True)",
            '(code, transpose=True)\nrow = autoencoders.SparsityPenalty("kl", weight, target)(row)',
        ),
        "The code is ReLU. Its units are logistic: the penalty needs numbers from 0 to 1.": edit(
            'units, "sigmoid", "sigmoid"', 'units, "relu", "sigmoid"'
        ),
        "The outputs are linear. They are logistic, as pixels lie between 0 and 1.": edit(
            '"sigmoid", "sigmoid"', '"sigmoid"'
        ),
        "The code is linear. Its units are logistic.": edit(
            'units, "sigmoid", "sigmoid"', 'units, "linear", "sigmoid"'
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

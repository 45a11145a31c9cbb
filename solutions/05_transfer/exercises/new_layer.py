"""What exercise `new_layer` of lab 5 is checked on."""

from course_utils.exercises import Case, Exercise, edit


def _cases(rng):
    yield Case("512 features, 10 classes", 512, 10, 0.3)
    features, classes = (int(n) for n in rng.integers([5, 3], [40, 9]))
    yield Case("other numbers", features, classes, 0.5)


def _functional(features, classes, dropout):
    from keras import Input, Model, layers, losses, optimizers

    inputs = Input(shape=(features,))
    scores = layers.Dense(classes)(layers.Dropout(rate=dropout)(inputs))
    model = Model(inputs, layers.Activation("softmax")(scores))
    model.compile(
        loss=losses.SparseCategoricalCrossentropy(), optimizer=optimizers.Adam(learning_rate=3e-3)
    )
    return model


def _step_by_step(features, classes, dropout):
    import keras

    model = keras.models.Sequential()
    model.add(keras.layers.InputLayer(shape=[features]))
    model.add(keras.layers.Dropout(dropout, seed=3))
    model.add(keras.layers.Dense(classes, kernel_initializer="zeros"))
    model.add(keras.layers.Softmax())
    rate = keras.optimizers.Adam(3 / 1000)
    model.compile(rate, keras.losses.sparse_categorical_crossentropy, ["accuracy"])
    return model


new_layer = Exercise(
    points=1,
    cases=_cases,
    hints=[
        "Two layers in a keras.Sequential are enough: one drops features, one classifies.",
        "keras.layers.Dropout(dropout) comes first. The classifier is a Dense layer of as many "
        "units as there are classes, with softmax.",
        "Labels are whole numbers here, not one-hot vectors: the loss is "
        '"sparse_categorical_crossentropy". The rate goes into keras.optimizers.Adam(...).',
    ],
    alternatives=[_functional, _step_by_step],
    mistakes={
        "Dropout is missing: it comes first, before the Dense layer.": edit(
            "keras.layers.Dropout(dropout),", ""
        ),
        "Dropout acts on the probabilities here: it comes first, on the features.": edit(
            "keras.layers.Dropout(dropout),",
            "",
            'activation="softmax"),',
            'activation="softmax"), keras.layers.Dropout(dropout),',
        ),
        "The rate of the dropout is fixed at 0.5: use the argument.": edit("(dropout)", "(0.5)"),
        "The argument is the part that is dropped, and Keras's Dropout takes just that: not 1 - "
        "dropout.": edit("(dropout)", "(1 - dropout)"),
        "The output lacks softmax: these are scores, not probabilities.": edit('"softmax"', "None"),
        "The output has the logistic activation: each class would be decided by itself. Softmax is "
        "asked.": edit("softmax", "sigmoid"),
        "The output has ReLU; softmax is asked.": edit("softmax", "relu"),
        "A hidden layer stands before the classifier: one Dense layer is asked.": edit(
            "keras.layers.Dropout",
            'keras.layers.Dense(64, activation="relu"), keras.layers.Dropout',
        ),
        "The classes are fixed at 10: use the argument.": edit("(classes", "(10"),
        "The output has one unit: one for each class.": edit("(classes", "(1"),
        "The output has as many units as there are features: one for each class.": edit(
            "(classes", "(features"
        ),
        "features and classes are swapped.": edit(
            "(classes", "(features", "((features,", "((classes,"
        ),
        "The length of the input is fixed at 512: use the argument.": edit("features,", "512,"),
        "The batch does not belong into keras.Input: (features,) is the shape of one vector.": edit(
            "features,", "None, features"
        ),
        "The Dense layer has no bias (use_bias=False).": edit(
            "(classes", "(classes, use_bias=False"
        ),
        "The features are batch-normalised first: that was not asked for here.": edit(
            "keras.layers.Dropout", "keras.layers.BatchNormalization(), keras.layers.Dropout"
        ),
        "Adam has its default learning rate, 0.001: 0.003 is asked.": edit("0.003", ""),
        "The learning rate is 0.03: 0.003 is asked.": edit("0.003", "0.03"),
        "The optimizer is SGD: Adam is asked.": edit("Adam", "SGD"),
        "The optimizer is RMSprop: Adam is asked.": edit("Adam", "RMSprop"),
        "categorical_crossentropy takes one-hot labels; for whole numbers it is "
        "sparse_categorical_crossentropy.": edit("sparse_", ""),
        "The loss is the mean squared error; classes are learned by "
        "sparse_categorical_crossentropy.": edit("sparse_categorical_crossentropy", "mse"),
        "The model is not compiled: it does not know how to learn.": edit(
            "model.compile", "return model\nmodel.compile"
        ),
        "You return the list of layers: keras.Sequential([...]) makes a model of it.": edit(
            "return model", "return model.layers"
        ),
    },
)

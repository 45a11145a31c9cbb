"""What exercise `new_layer` of lab 5 is checked on."""

from course_utils.exercises import Case, Exercise


def _cases(rng):
    yield Case("512 features, 10 classes", 512, 10, 0.3)
    features, classes = (int(n) for n in rng.integers([5, 3], [40, 9]))
    yield Case("other numbers", features, classes, 0.5)


def _layer(
    dropout=lambda features, classes, rate: rate,
    units=lambda features, classes: classes,
    hidden=(),
    activation="softmax",
    optimizer=lambda keras: keras.optimizers.Adam(0.003),
    loss="sparse_categorical_crossentropy",
    compiled=True,
    shape=lambda features, classes: (features,),
    bias=True,
    normalised=False,
):
    """An answer with pieces exchanged.

    dropout: what is made of the arguments; None for no layer. units: of the last layer.
    hidden: units of layers before it. shape: of the input. normalised: whether the features are.
    """

    def answer(features, classes, rate):
        import keras

        drop = [keras.layers.Dropout(dropout(features, classes, rate))] if dropout else []
        norm = [keras.layers.BatchNormalization()] if normalised else []
        inner = [keras.layers.Dense(n, activation="relu") for n in hidden]
        end = keras.layers.Dense(units(features, classes), activation=activation, use_bias=bias)
        inputs = keras.Input(shape(features, classes))
        model = keras.Sequential([inputs, *norm, *inner, *drop, end])
        if compiled:
            model.compile(optimizer=optimizer(keras), loss=loss, metrics=["accuracy"])
        return model

    return answer


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
        "Dropout is missing: it comes first, before the Dense layer.": _layer(dropout=None),
        "The rate of the dropout is fixed at 0.5: use the argument.": _layer(
            dropout=lambda features, classes, rate: 0.5
        ),
        "The argument is the part that is dropped, and Keras's Dropout takes just that: not 1 - "
        "dropout.": _layer(dropout=lambda features, classes, rate: 1 - rate),
        "The output lacks softmax: these are scores, not probabilities.": _layer(activation=None),
        "The output has the logistic activation: each class would be decided by itself. Softmax is "
        "asked.": _layer(activation="sigmoid"),
        "The output has ReLU; softmax is asked.": _layer(activation="relu"),
        "A hidden layer stands before the classifier: one Dense layer is asked.": _layer(
            hidden=(64,)
        ),
        "The classes are fixed at 10: use the argument.": _layer(
            units=lambda features, classes: 10
        ),
        "The output has one unit: one for each class.": _layer(units=lambda features, classes: 1),
        "The output has as many units as there are features: one for each class.": _layer(
            units=lambda features, classes: features
        ),
        "features and classes are swapped.": _layer(
            shape=lambda features, classes: (classes,), units=lambda features, classes: features
        ),
        "The length of the input is fixed at 512: use the argument.": _layer(
            shape=lambda features, classes: (512,)
        ),
        "The batch does not belong into keras.Input: (features,) is the shape of one vector.": (
            _layer(shape=lambda features, classes: (None, features))
        ),
        "The Dense layer has no bias (use_bias=False).": _layer(bias=False),
        "The features are batch-normalised first: that was not asked for here.": _layer(
            normalised=True
        ),
        "Adam has its default learning rate, 0.001: 0.003 is asked.": _layer(
            optimizer=lambda keras: "adam"
        ),
        "The learning rate is 0.03: 0.003 is asked.": _layer(
            optimizer=lambda keras: keras.optimizers.Adam(0.03)
        ),
        "The optimizer is SGD: Adam is asked.": _layer(
            optimizer=lambda keras: keras.optimizers.SGD(0.003)
        ),
        "The optimizer is RMSprop: Adam is asked.": _layer(
            optimizer=lambda keras: keras.optimizers.RMSprop(0.003)
        ),
        "categorical_crossentropy takes one-hot labels; for whole numbers it is "
        "sparse_categorical_crossentropy.": _layer(loss="categorical_crossentropy"),
        "The loss is the mean squared error; classes are learned by "
        "sparse_categorical_crossentropy.": _layer(loss="mse"),
        "The model is not compiled: it does not know how to learn.": _layer(compiled=False),
        "You return the list of layers: keras.Sequential([...]) makes a model of it.": (
            lambda *given: _layer()(*given).layers
        ),
    },
)

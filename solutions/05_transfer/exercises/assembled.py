"""What exercise `assembled` of lab 5 is checked on."""

from course_utils.exercises import Case, Exercise, Fixture, Probe, edit


def _cases(rng):
    def case(name, shape, filters, classes):
        backbone = Fixture("small_backbone", shape=shape, filters=filters, seed=1)
        head = Fixture("dense_model", inputs=filters[-1], units=(classes,), activation="softmax")
        # "Pixels from 0 to 255"; "it shares the weights of both".
        return Case(name, backbone, head, probe=Probe(0, 255), shares=True)

    yield case("8 x 8 pixels, three classes", (8, 8, 3), (5,), 3)
    height, channels, classes = (int(n) for n in rng.integers([6, 1, 2], [10, 4, 6]))
    # "Images of the backbone's size": of any, with any number of channels.
    yield case("not square", (height, height + 2, channels), (4,), classes)


def _sequential(backbone, head):
    import keras

    for layer in backbone.layers:
        layer.trainable = False
    inputs = keras.Input(shape=backbone.input_shape[1:])
    return keras.Sequential([inputs, keras.layers.Rescaling(2 / 255, offset=-1), backbone, head])


def _by_operations(backbone, head):
    """Arithmetic on symbolic tensors in place of a layer; the layers of the head one by one."""
    import keras

    backbone.trainable = False
    images = keras.Input(tuple(backbone.inputs[0].shape)[1:])
    x = backbone((images - 127.5) / 127.5, training=False)
    for layer in head.layers:
        x = layer(x)
    return keras.Model(inputs=images, outputs=x)


assembled = Exercise(
    points=2,
    cases=_cases,
    hints=[
        "A Keras model can be called like a layer: backbone(x) is a symbolic tensor again.",
        "keras.Input needs the shape of one image: backbone.input_shape without the batch. "
        "keras.layers.Rescaling(scale, offset) computes scale * x + offset.",
        "backbone.trainable = False freezes all its layers. At the end: keras.Model(inputs, "
        "head(backbone(...))).",
    ],
    alternatives=[_sequential, _by_operations],
    mistakes={
        "The pixels are not brought to -1 to 1. Whoever is served by the model has 0 to 255.": edit(
            "keras.layers.Rescaling(1 / 127.5, offset=-1)(inputs)", "inputs"
        ),
        "Scaled by 1 / 255 and 1 subtracted: that gives -1 to 0. It is 1 / 127.5.": edit(
            "127.5", "255"
        ),
        "The pixels do not reach down to -1: the offset is missing.": edit(", offset=-1", ""),
        "The pixels are scaled to 0 to 1: the backbone learned with -1 to 1.": edit(
            "1 / 127.5, offset=-1", "1 / 255"
        ),
        "The probabilities are rescaled, not the pixels: Rescaling comes before the "
        "backbone.": edit(")(inputs)", ")(head(backbone(inputs)))", "head(backbone(x))", "x"),
        "Softmax is applied twice: head ends in it.": edit(
            "head(backbone(x))", "keras.layers.Softmax()(head(backbone(x)))"
        ),
        "The offset is +1, so that pixels go from 1 to 3: it is -1.": edit("=-1", "=1"),
        "The features are rescaled, not the pixels: Rescaling comes before the backbone.": edit(
            ")(inputs)", ")(backbone(inputs))", "backbone(x)", "x"
        ),
        "The backbone is not frozen: backbone.trainable = False.": edit("False", "True"),
        "Batch normalisation in the backbone is free: freeze the backbone as a whole.": edit(
            "backbone.trainable = False",
            "for layer in backbone.layers:\n"
            "    layer.trainable = isinstance(layer, keras.layers.BatchNormalization)",
        ),
        "The head is frozen, and the backbone is not: it is the other way round.": edit(
            "backbone.trainable", "head.trainable"
        ),
        "The head is frozen, too: nothing could learn.": edit(
            "= False", "= head.trainable = False"
        ),
        "The head is missing: your model ends in the features.": edit(
            "head(backbone(x))", "backbone(x)"
        ),
        "You return the output alone: keras.Model(inputs, outputs) makes a model of it.": edit(
            "keras.Model(inputs, head(backbone(x)))", "head(backbone(x))"
        ),
        "The backbone is a copy. Call the one that was given: backbone(x).": edit(
            "head(backbone(x))", "head(keras.models.clone_model(backbone)(x))"
        ),
        "The head is another one, or a copy. Call the one that was given: head(features).": edit(
            "head(backbone(x))", "keras.models.clone_model(head)(backbone(x))"
        ),
        "Both are copies. Call those that were given: head(backbone(x)).": edit(
            "head(backbone(x))",
            "keras.models.clone_model(head)(keras.models.clone_model(backbone)(x))",
        ),
        "The head came back alone: put it on the backbone.": lambda backbone, head: head,
        "The backbone came back alone: put the head on it.": lambda backbone, head: backbone,
    },
)

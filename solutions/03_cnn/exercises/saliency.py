"""What exercise saliency of lab 3 is checked on: small networks whose outputs are scores."""

import numpy as np

from course_utils.exercises import Case, Exercise, Fixture, edit


def _saliency_cases(rng):
    def case(name, batch, shape, classes=None, filters=(3, 4)):
        """classes: those whose scores are asked, drawn if None; a single picture of them if all."""
        network = Fixture(
            "small_backbone", shape=shape, filters=filters, seed=int(rng.integers(1000))
        )
        images = rng.uniform(-1, 1, size=(batch, *shape)).astype("float32")
        if classes is None:
            return Case(name, network, images, rng.integers(0, filters[-1], size=batch))
        return Case(name, network, images, np.array(classes))

    yield case("one image of one channel", 1, (6, 6, 1))
    yield case("three channels: the largest counts", 1, (6, 6, 3))
    # All of them, so that whatever the likeliest class is, another one is asked too.
    yield case("four images, a class for each", 4, (5, 5, 2), classes=rng.permutation(4))
    yield case("images that are higher than wide", 2, (7, 4, 3), classes=(1, 3))
    yield case("another number of classes", 2, (5, 6, 2), filters=(2, 6))


def _image_by_image(network, images, classes):
    from course_utils.interpret import insight

    found = []
    for image, wanted in zip(images, classes, strict=True):

        def score(x, wanted=wanted):
            return network(x)[0, int(wanted)]

        found.append(np.max(np.abs(insight.gradient(score, image[None])[0]), axis=-1))
    return np.array(found)


def _by_a_tape(network, images, classes):
    import tensorflow as tf

    x = tf.Variable(images)
    with tf.GradientTape() as tape:
        scores = tf.gather(network(x), classes, axis=1, batch_dims=1)
    return tf.reduce_max(tf.abs(tape.gradient(scores, x)), axis=3).numpy()


_SLOPES, _RESULT = "np.abs(slopes)", "np.abs(slopes).max(axis=-1)"

saliency = Exercise(
    points=2,
    cases=_saliency_cases,
    rtol=1e-3,
    atol=1e-5,
    hints=[
        "Which number shall grow? Write it as a function of the batch x: network(x) gives all "
        "scores, and of each row one is wanted.",
        "np.eye(n)[classes] has a row for each image, 1 at its class and 0 elsewhere. Multiply the "
        "scores by it and add up with keras.ops.sum; n is network.output_shape[-1].",
        "insight.gradient(score, images) has the shape of images. Take the absolute value first, "
        "then the largest along the last axis.",
    ],
    alternatives=[_image_by_image, _by_a_tape],
    mistakes={
        "The absolute value is missing: a pixel that lowers the score matters as much.": edit(
            _SLOPES, "slopes"
        ),
        "The absolute value comes too late: the largest channel is taken before it.": edit(
            _RESULT, "np.abs(slopes.max(axis=-1))"
        ),
        "The channels are added up. The largest of them is asked.": edit(".max(", ".sum("),
        "This is the mean over the channels. The largest of them is asked.": edit(
            ".max(", ".mean("
        ),
        "The channels are still there: of each pixel the largest of them is asked.": edit(
            ".max(axis=-1)", ""
        ),
        "One number came back for each image. Take the largest along the last axis alone.": edit(
            "axis=-1", "axis=(1, 2, 3)"
        ),
        "The scores of all classes are added up. Of each image only its class counts.": edit(
            " * wanted", ""
        ),
        "This is the saliency of the likeliest class. The one that is given counts.": edit(
            "[classes]", "[np.argmax(network(images), axis=-1)]"
        ),
        "All images are asked for the class of the first. Each has its own.": edit(
            "[classes]", "[classes[:1]]"
        ),
        "This is gradient times pixel. The gradient alone is asked.": edit(
            _SLOPES, "np.abs(slopes * images)"
        ),
        "The slopes are squared. Their absolute value is asked.": edit(_SLOPES, "(slopes**2)"),
        "The result is scaled to a largest value of 1. Leave it as it is.": edit(
            f"return {_RESULT}", f"found = {_RESULT}\nreturn found / found.max()"
        ),
        "The mean of the scores is too flat: take their sum, so that the size of the batch does "
        "not matter.": edit("keras.ops.sum(", "keras.ops.mean("),
        "This is the slope of the probability, behind a softmax. That of the score is asked.": edit(
            "network(x)", "keras.ops.softmax(network(x))"
        ),
    },
)

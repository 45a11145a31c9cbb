"""The function that returns a GoogLeNet, with weights or without."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import keras
from keras import layers

from course_utils.common.errors import CourseError
from course_utils.models.googlenet import weights as sources
from course_utils.models.googlenet.architecture import SMALLEST, Builder
from course_utils.models.layers import softmax
from course_utils.models.shapes import Shape, check_classes, check_image


def googlenet(
    input_shape: Shape | None = None,
    classes: int | None = None,
    *,
    weights: str | Path | None = "course",
    include_top: bool = True,
    auxiliary_heads: bool = False,
    width: float | None = None,
    batch_normalisation: bool | None = None,
    small_images: bool | None = None,
) -> keras.Model:
    """Return GoogLeNet (Szegedy et al. 2014), trained or untrained.

    Args:
        input_shape: (height, width, channels), height and width of at least 32, or None.
        classes: how many probabilities it returns.
        weights: "course": trained on 64 x 64 images of 200 classes, shipped with the course.
            "imagenet": the BVLC network, trained on 224 x 224 images of 1,000 classes; fetched
            once (some 30 to 55 MB). A path to a .npz, .caffemodel or .onnx file of that network.
            None: untrained.
        include_top: False leaves out dropout and classifier; the network then returns its
            bottleneck, the 1,024 x `width` averages of the last feature maps.
        auxiliary_heads: adds the two classifiers that help its training; the network then returns
            a list of three times the probabilities, the last classifier's first.
        width: all numbers of feature maps are multiplied by it.
        batch_normalisation: normalises each convolution before its ReLU (Ioffe and Szegedy 2015)
            and leaves out local response normalisation.
        small_images: leaves out the second pooling, so that the Inception modules see a quarter
            of the height and width, and not an eighth.

    What is left out, or None where a value is expected, is as it was in the training of the
    weights: 64 x 64 x 3, 200 classes, width 0.5, normalised, for small images with "course";
    224 x 224 x 3, 1,000 classes, width 1 and neither, as in the paper, with "imagenet" and None.

    Takes images (batch, height, width, channels) as `course_input` and `imagenet_input` of this
    package make them, returns probabilities (batch, classes). The output of each Inception module
    is the layer of its name in the paper, "inception_3a" to "inception_5b".

    As in BVLC's Caffe model: padding, pooling that rounds up, and local response normalisation
    after the first pooling and after the third convolution. In the paper's figure 3 the order is
    the same.

    Raises CourseError where the shape is impossible or does not fit the weights, and where the
    weights are not to be had.
    """
    stored = sources.load(weights) if weights is not None else None
    settings = stored.settings if stored else sources.PAPER
    given = {
        "input_shape": input_shape,
        "classes": classes,
        "width": width,
        "batch_normalisation": batch_normalisation,
        "small_images": small_images,
    }
    chosen = settings | {name: value for name, value in given.items() if value is not None}
    model = _untrained(**chosen, include_top=include_top, auxiliary_heads=auxiliary_heads)
    if stored:
        sources.put(stored, model)
    return model


def _untrained(
    input_shape: Shape,
    classes: int,
    width: float,
    batch_normalisation: bool,
    small_images: bool,
    include_top: bool,
    auxiliary_heads: bool,
) -> keras.Model:
    shape = check_image("googlenet", tuple(input_shape), SMALLEST, any_size=True)
    check_classes("googlenet", classes)
    if not width > 0:
        raise CourseError(f"googlenet: width={width} must be above 0; 1.0 is the paper's.")
    if auxiliary_heads and not include_top:
        raise CourseError(
            "googlenet: auxiliary heads classify too; take include_top=True with them."
        )
    inputs = keras.Input(shape)
    builder = Builder(width, batch_normalisation)
    x, modules = builder.features(inputs, small_images)
    x = layers.GlobalAveragePooling2D(name="bottleneck")(x)
    if not include_top:
        return keras.Model(inputs, x, name="googlenet")
    x = layers.Dropout(0.4, name="dropout")(x)
    outputs: Any = softmax(classes)(x)
    if auxiliary_heads:
        outputs = [outputs]
        for number, module in ((1, "inception_4a"), (2, "inception_4d")):
            outputs.append(builder.auxiliary_head(modules[module], classes, f"loss{number}"))
    return keras.Model(inputs, outputs, name="googlenet")

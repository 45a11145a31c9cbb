"""AlexNet, in two towers as on its two graphics cards, or in one."""

from __future__ import annotations

from typing import Any

import keras
from keras import layers

from course_utils.common.errors import CourseError
from course_utils.models.layers import LocalResponseNormalization, softmax
from course_utils.models.shapes import Shape, check_classes, check_image

#: 67 x 67 leaves 15 x 15 after the first convolution, then 7 x 7, 3 x 3 and 1 x 1 after poolings.
_SMALLEST = 67


def alexnet(
    input_shape: Shape = (227, 227, 3),
    classes: int = 1000,
    *,
    towers: int = 2,
    include_top: bool = True,
) -> keras.Model:
    """Return AlexNet (Krizhevsky et al. 2012, figure 2), untrained.

    Args:
        input_shape: (height, width, channels), height and width of at least 67. The paper says
            224; its 55 x 55 maps need 227.
        classes: how many probabilities it returns.
        towers: 2 as in the paper: conv1, conv2, conv4 and conv5 are two towers of half the maps
            that meet in conv3 and in the fully connected layers; 60,965,224 weights. 1: every map
            sees all maps of the layer before; 62,378,344 weights.
        include_top: False leaves out the classifier; the network then returns the 4,096
            activations of its last hidden layer.

    Takes images (batch, height, width, channels), returns probabilities (batch, classes).
    Pooling overlaps: 3 x 3 positions every 2. The local response normalisation is the paper's:
    alpha 1e-4, beta 0.75, k 2, over 5 maps of the same tower.

    Raises CourseError where the shape is impossible, or `towers` is neither 1 nor 2.
    """
    shape = check_image("alexnet", input_shape, _SMALLEST)
    check_classes("alexnet", classes)
    if towers not in (1, 2):
        raise CourseError(f"alexnet: towers={towers}; there are 2, as in the paper, or 1.")
    inputs = keras.Input(shape)
    x = _convolve(inputs, 96, 11, "conv1", strides=4, padding="valid")
    x = _pool(_normalise(x, towers, "norm1"), "pool1")
    x = _convolve(x, 256, 5, "conv2", groups=towers)
    x = _pool(_normalise(x, towers, "norm2"), "pool2")
    x = _convolve(x, 384, 3, "conv3")
    x = _convolve(x, 384, 3, "conv4", groups=towers)
    x = _pool(_convolve(x, 256, 3, "conv5", groups=towers), "pool5")
    x = layers.Flatten(name="flatten")(x)
    for name in ("fc6", "fc7"):
        hidden = layers.Dense(4096, activation="relu", kernel_initializer="he_normal", name=name)
        x = layers.Dropout(0.5, name=f"{name}_dropout")(hidden(x))
    return keras.Model(inputs, softmax(classes)(x) if include_top else x, name="alexnet")


def _convolve(x: Any, filters: int, size: int, name: str, **options: Any) -> Any:
    options = {"padding": "same", "activation": "relu"} | options
    return layers.Conv2D(filters, size, kernel_initializer="he_normal", name=name, **options)(x)


def _normalise(x: Any, towers: int, name: str) -> Any:
    # The paper does not divide alpha by the 5 maps; the layer does.
    return LocalResponseNormalization(5, alpha=5e-4, beta=0.75, k=2.0, groups=towers, name=name)(x)


def _pool(x: Any, name: str) -> Any:
    return layers.MaxPooling2D(3, 2, name=name)(x)

"""VGG: 3 x 3 convolutions, many of them."""

from __future__ import annotations

import keras
from keras import layers

from course_utils.models.layers import softmax
from course_utils.models.shapes import Shape, check_classes, check_image

_IMAGENET: Shape = (224, 224, 3)
_SMALLEST = 32  # five poolings halve it to 1 x 1
_FILTERS = (64, 128, 256, 512, 512)


def vgg16(
    input_shape: Shape = _IMAGENET, classes: int = 1000, *, include_top: bool = True
) -> keras.Sequential:
    """Return VGG-16 (Simonyan & Zisserman 2014, table 1, D), untrained: 138,357,544 weights.

    Args:
        input_shape: (height, width, channels), height and width of at least 32.
        classes: how many probabilities it returns.
        include_top: False leaves out the classifier; the network then returns the 4,096
            activations of its last hidden layer.

    Takes images (batch, height, width, channels), returns probabilities (batch, classes).

    Raises CourseError where the shape is impossible.
    """
    return _vgg("vgg16", (2, 2, 3, 3, 3), input_shape, classes, include_top)


def vgg19(
    input_shape: Shape = _IMAGENET, classes: int = 1000, *, include_top: bool = True
) -> keras.Sequential:
    """Return VGG-19 (Simonyan & Zisserman 2014, table 1, E), untrained: 143,667,240 weights.

    See `vgg16`.
    """
    return _vgg("vgg19", (2, 2, 4, 4, 4), input_shape, classes, include_top)


def _vgg(
    name: str, convolutions: tuple[int, ...], input_shape: Shape, classes: int, include_top: bool
) -> keras.Sequential:
    shape = check_image(name, input_shape, _SMALLEST)
    check_classes(name, classes)
    stack: list[keras.layers.Layer] = [keras.Input(shape)]
    for block, (filters, count) in enumerate(zip(_FILTERS, convolutions, strict=True), start=1):
        for number in range(1, count + 1):
            stack.append(_convolution(filters, f"conv{block}_{number}"))
        stack.append(layers.MaxPooling2D(2, name=f"pool{block}"))
    stack.append(layers.Flatten(name="flatten"))
    for number in (6, 7):
        stack.append(_hidden(f"fc{number}"))
        stack.append(layers.Dropout(0.5, name=f"fc{number}_dropout"))
    if include_top:
        stack.append(softmax(classes))
    return keras.models.Sequential(stack, name=name)


def _convolution(filters: int, name: str) -> keras.layers.Conv2D:
    return layers.Conv2D(
        filters, 3, padding="same", activation="relu", kernel_initializer="he_normal", name=name
    )


def _hidden(name: str) -> keras.layers.Dense:
    return layers.Dense(4096, activation="relu", kernel_initializer="he_normal", name=name)

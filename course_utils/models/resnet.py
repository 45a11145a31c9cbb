"""Residual networks: each unit adds to what it received."""

from __future__ import annotations

from typing import Any

import keras
from keras import layers

from course_utils.models.layers import softmax
from course_utils.models.shapes import Shape, check_classes, check_image

_IMAGENET: Shape = (224, 224, 3)
_STEM_SMALLEST = 32  # the stem and three stages halve it to 1 x 1
_SMALL_SMALLEST = 4  # two stages halve it to 1 x 1


def resnet18(
    input_shape: Shape = _IMAGENET, classes: int = 1000, *, include_top: bool = True
) -> keras.Model:
    """Return ResNet-18 (He et al. 2015, table 1), untrained: 11.7 M weights. See `resnet50`."""
    return _resnet("resnet18", (2, 2, 2, 2), False, input_shape, classes, include_top)


def resnet34(
    input_shape: Shape = _IMAGENET, classes: int = 1000, *, include_top: bool = True
) -> keras.Model:
    """Return ResNet-34 (He et al. 2015, table 1), untrained: 21.8 M weights. See `resnet50`."""
    return _resnet("resnet34", (3, 4, 6, 3), False, input_shape, classes, include_top)


def resnet50(
    input_shape: Shape = _IMAGENET, classes: int = 1000, *, include_top: bool = True
) -> keras.Model:
    """Return ResNet-50 (He et al. 2015, table 1), untrained: 25.6 M weights.

    Args:
        input_shape: (height, width, channels), height and width of at least 32, or None.
        classes: how many probabilities it returns.
        include_top: False leaves out the classifier; the network then returns the 2,048 averages
            of the last feature maps (512 in ResNet-18 and ResNet-34).

    Takes images (batch, height, width, channels), returns probabilities (batch, classes).

    As in the paper: normalisation before each activation, the activation after the addition, a
    projection where the shape changes (option B), and the stride in the first convolution of a
    unit. The variant with the stride in the 3 x 3 convolution ("v1.5") computes 6 % more.

    Raises CourseError where the shape is impossible.
    """
    return _resnet("resnet50", (3, 4, 6, 3), True, input_shape, classes, include_top)


def resnet101(
    input_shape: Shape = _IMAGENET, classes: int = 1000, *, include_top: bool = True
) -> keras.Model:
    """Return ResNet-101 (He et al. 2015, table 1), untrained: 44.7 M weights. See `resnet50`."""
    return _resnet("resnet101", (3, 4, 23, 3), True, input_shape, classes, include_top)


def resnet152(
    input_shape: Shape = _IMAGENET, classes: int = 1000, *, include_top: bool = True
) -> keras.Model:
    """Return ResNet-152 (He et al. 2015, table 1), untrained: 60.3 M weights. See `resnet50`."""
    return _resnet("resnet152", (3, 8, 36, 3), True, input_shape, classes, include_top)


def small_resnet(
    input_shape: Shape = (28, 28, 1), classes: int = 10, *, units: int = 1
) -> keras.Model:
    """Return a ResNet for small images (He et al. 2015, section 4.2), untrained.

    Args:
        input_shape: (height, width, channels), height and width of at least 4, or None.
        classes: how many probabilities it returns.
        units: residual units in each of the three stages of 16, 32 and 64 maps. The network is
            6 * units + 2 layers deep; units=3 is the paper's ResNet-20.

    Takes images (batch, height, width, channels), returns probabilities (batch, classes).

    Where it differs from the paper: the two shortcuts that halve the picture are projections
    (option B, 2,752 weights more), as in the large networks, not subsampling and zeros (option A).

    Raises CourseError where the shape is impossible.
    """
    shape = check_image("small_resnet", input_shape, _SMALL_SMALLEST, any_size=True)
    check_classes("small_resnet", classes)
    inputs = keras.Input(shape)
    x = _convolve(inputs, 16, 3, 1, "stem")
    for stage, filters in enumerate((16, 32, 64), start=1):
        x = _stage(x, filters, units, 1 if stage == 1 else 2, False, f"stage{stage}")
    x = layers.GlobalAveragePooling2D(name="average")(x)
    return keras.Model(inputs, softmax(classes)(x), name=f"small_resnet{6 * units + 2}")


def _resnet(
    name: str,
    units: tuple[int, ...],
    bottleneck: bool,
    input_shape: Shape,
    classes: int,
    include_top: bool,
) -> keras.Model:
    shape = check_image(name, input_shape, _STEM_SMALLEST, any_size=True)
    check_classes(name, classes)
    inputs = keras.Input(shape)
    x = _convolve(inputs, 64, 7, 2, "stem")
    # "same" looks beyond the right and lower border only, as Caffe's pooling does.
    x = layers.MaxPooling2D(3, 2, padding="same", name="stem_pool")(x)
    for stage, count in enumerate(units, start=1):
        filters = 64 * 2 ** (stage - 1)
        x = _stage(x, filters, count, 1 if stage == 1 else 2, bottleneck, f"stage{stage}")
    x = layers.GlobalAveragePooling2D(name="average")(x)
    return keras.Model(inputs, softmax(classes)(x) if include_top else x, name=name)


def _stage(x: Any, filters: int, units: int, stride: int, bottleneck: bool, name: str) -> Any:
    """Units of the same shape; the first of them may halve the picture."""
    add_unit = _bottleneck_unit if bottleneck else _basic_unit
    for unit in range(1, units + 1):
        x = add_unit(x, filters, stride if unit == 1 else 1, f"{name}_unit{unit}")
    return x


def _basic_unit(x: Any, filters: int, stride: int, name: str) -> Any:
    """Two 3 x 3 convolutions (He et al. 2015, figure 5, left)."""
    y = _convolve(x, filters, 3, stride, f"{name}_conv1")
    y = _convolve(y, filters, 3, 1, f"{name}_conv2", activate=False)
    return _add(x, y, stride, name)


def _bottleneck_unit(x: Any, filters: int, stride: int, name: str) -> Any:
    """1 x 1 down, 3 x 3, 1 x 1 up to four times the maps (He et al. 2015, figure 5, right)."""
    y = _convolve(x, filters, 1, stride, f"{name}_conv1")
    y = _convolve(y, filters, 3, 1, f"{name}_conv2")
    y = _convolve(y, 4 * filters, 1, 1, f"{name}_conv3", activate=False)
    return _add(x, y, stride, name)


def _add(x: Any, y: Any, stride: int, name: str) -> Any:
    """y + x, where x is projected if its shape differs (He et al. 2015, equations 1 and 2)."""
    if x.shape[-1] != y.shape[-1] or stride > 1:
        x = _convolve(x, y.shape[-1], 1, stride, f"{name}_shortcut", activate=False)
    return layers.ReLU(name=name)(layers.Add(name=f"{name}_add")([x, y]))


def _convolve(
    x: Any, filters: int, size: int, stride: int, name: str, activate: bool = True
) -> Any:
    """Convolution, normalisation and, if asked, ReLU. Padded by size // 2 on all four sides."""
    padding = "same"
    if stride > 1 and size > 1:
        # With a stride, "same" would pad the right and lower border more than the others.
        x = layers.ZeroPadding2D(size // 2, name=f"{name}_pad")(x)
        padding = "valid"
    x = layers.Conv2D(
        filters,
        size,
        stride,
        padding,
        use_bias=False,  # the normalisation has one
        kernel_initializer="he_normal",
        name=name,
    )(x)
    x = layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name=f"{name}_norm")(x)
    return layers.ReLU(name=f"{name}_relu")(x) if activate else x

"""Convolutional autoencoders: down by strides, up by transposed convolutions."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import keras
from keras import layers

from course_utils.common.errors import CourseError
from course_utils.models.autoencoders.shapes import (
    check_activations,
    check_code,
    check_shape,
    check_units,
    mark_code,
    reshaped,
)


def convolutional(
    input_shape: Sequence[int],
    units: int,
    *,
    filters: Sequence[int] = (8, 16),
    output: str = "sigmoid",
) -> keras.Model:
    """Return a convolutional autoencoder with a code of `units` numbers, untrained.

    Args:
        input_shape: (height, width) or (height, width, channels) of one image, without the batch,
            of any size.
        units: of the code, one number.
        filters: of each convolution of 3 x 3 on the way to the code; each halves height and width,
            and a transposed one of 4 x 4 doubles them on the way back.
        output: of the reconstruction.

    Takes arrays (batch, *input_shape), returns reconstructions of the same shape. Where a size
    does not halve evenly, the way back makes it a little too large, and the rim is cut off.

    J. Masci, U. Meier, D. Ciresan and J. Schmidhuber, Stacked convolutional auto-encoders for
    hierarchical feature extraction, ICANN 2011, 52-59 (with strides for its max pooling).

    Raises CourseError where an argument is impossible.
    """
    shape = check_shape("convolutional", input_shape)
    if len(shape) not in (2, 3):
        raise CourseError(
            f"convolutional: an input of shape {shape} is no image; give (height, width) or "
            "(height, width, channels)."
        )
    count = check_code("convolutional", units)
    maps = check_units("convolutional", filters)
    check_activations("convolutional", output=output)
    x = keras.Input(shape, name="input")
    image = x if len(shape) == 3 else layers.Reshape((*shape, 1), name="one_channel")(x)
    top = _down(image, maps)
    code = mark_code(layers.Dense(count, name="dense")(layers.Flatten(name="flatten")(top)))
    row = layers.Dense(
        math.prod(top.shape[1:]),
        activation="gelu",
        kernel_initializer="he_normal",
        name="dense_back",
    )(code)
    image = _up(layers.Reshape(top.shape[1:], name="maps")(row), maps, image.shape[1:], output)
    return keras.Model(x, reshaped(image, shape), name="convolutional")


def _down(image: Any, maps: Sequence[int]) -> Any:
    for n, filters in enumerate(maps, start=1):
        image = layers.Conv2D(
            filters,
            3,
            2,
            "same",
            activation="gelu",
            kernel_initializer="he_normal",
            name=f"down_{n}",
        )(image)
    return image


def _up(image: Any, maps: Sequence[int], target: Sequence[int], output: str) -> Any:
    """The way back, in the sizes of `target` (height, width, channels)."""
    below = [target[-1], *maps[:-1]]
    for n in reversed(range(len(maps))):
        # A kernel of a multiple of the stride treats all pixels alike: no chequerboard.
        image = layers.Conv2DTranspose(
            below[n],
            4,
            2,
            "same",
            activation="gelu" if n else output,
            kernel_initializer="he_normal" if n else "glorot_uniform",
            name=f"up_{n + 1}",
        )(image)
    surplus = [(0, have - want) for have, want in zip(image.shape[1:3], target[:2], strict=True)]
    return layers.Cropping2D(tuple(surplus), name="crop")(image)

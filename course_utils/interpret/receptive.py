"""Which part of the image a unit sees, from the layers' windows, strides and borders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import keras

from course_utils.common.errors import CourseError
from course_utils.models.graph import Step, trace

_ACTIVATIONS = ("Activation", "ReLU", "Relu", "LeakyReLU", "PReLU", "ELU", "Identity", "Rescaling")
_TRAINING_ONLY = ("Dropout", "SpatialDropout1D", "SpatialDropout2D", "GaussianNoise")
_CHANNELS = ("BatchNormalization", "LocalResponseNormalization", "Dense", "Softmax", "Concatenate")
_MERGING = ("Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum")
#: Layers in inference whose output at a position depends on their inputs at that position alone.
_POINTWISE = _ACTIVATIONS + _TRAINING_ONLY + _CHANNELS + _MERGING
#: How the names of the layers begin whose every output depends on the whole input.
_EVERYTHING = ("Flatten", "GlobalAveragePooling", "GlobalMaxPooling")
_CONVOLUTIONS = ("Conv1D", "Conv2D", "Conv3D", "DepthwiseConv", "SeparableConv", "LocallyConnected")
_POOLINGS = ("MaxPooling", "AveragePooling")


@dataclass(frozen=True)
class _Axis:
    """Along one axis, position p sees the pixels stride * p + low to stride * p + high."""

    stride: int
    low: int
    high: int

    def shifted(self, pixels: int) -> _Axis:
        return _Axis(self.stride, self.low + pixels, self.high + pixels)


@dataclass(frozen=True)
class ReceptiveField:
    """The part of the image that the units of a layer see, along each axis of the image.

    Attributes:
        size: pixels in the field of one unit, beyond the border of the image included.
        stride: pixels from the field of a unit to that of the next; 0 where all see everything.
        start: the first pixel of the field of the unit at position 0; negative beyond the border.
        image: the size of the image; None where it is open.
    """

    size: tuple[int, ...]
    stride: tuple[int, ...]
    start: tuple[int, ...]
    image: tuple[int | None, ...]

    def box(self, *position: int) -> tuple[slice, ...]:
        """Return the field of the unit at (row, column), inside the image, as slices of it.

        A unit without a position, such as one of a Dense layer, has box(). A unit that sees the
        border alone has an empty box.
        """
        place = position or (0,) * len(self.size)
        starts = [a + s * p for a, s, p in zip(self.start, self.stride, place, strict=True)]
        ends = [a + size for a, size in zip(starts, self.size, strict=True)]
        return tuple(
            slice(max(0, start), max(0, end if length is None else min(length, end)))
            for start, end, length in zip(starts, ends, self.image, strict=True)
        )


def receptive_field_of(model: keras.Model, layer: str) -> ReceptiveField:
    """Return the receptive field of the units of a layer.

    Where branches meet, it is the smallest box around the fields of the branches (Araujo, Norris &
    Sim 2019, Computing receptive fields of convolutional neural networks).

    Raises CourseError where the model has more than one input, a layer between the image and
    `layer` whose reach is not known here, or no layer of that name.
    """
    graph = trace(model)
    target = graph.step(layer).outputs[0]
    if len(graph.inputs) != 1:
        raise CourseError(
            f"The model {model.name!r} has several inputs; a field lies in one image."
        )
    image = tuple(graph.inputs[0].shape[1:-1])
    above = trace(graph.model(target))  # leaves out what it does not depend on
    fields = {id(above.inputs[0]): [_Axis(1, 0, 0) for _ in image]}
    for step in above.steps:
        field = _apply(step, [fields[id(x)] for x in step.inputs])
        fields.update((id(x), field) for x in step.outputs)
    axes = fields[id(above.outputs[0])]
    return ReceptiveField(
        size=tuple(axis.high - axis.low + 1 for axis in axes),
        stride=tuple(axis.stride for axis in axes),
        start=tuple(axis.low for axis in axes),
        image=image,
    )


def _apply(step: Step, given: list[list[_Axis]]) -> list[_Axis]:
    """The field after a layer, from the fields of what goes in."""
    layer, kind = step.layer, type(step.layer).__name__
    sizes = [tuple(x.shape[1:-1]) for x in step.inputs]
    if _is_pointwise(layer, kind, len(step.inputs[0].shape)) or _see_everything(given):
        return _union(layer, given, sizes)
    if kind.startswith(_EVERYTHING):
        return _everything(layer, given[0], sizes[0])
    if kind.startswith(_CONVOLUTIONS + _POOLINGS) and "Transpose" not in kind:
        return _slide(layer, given[0], sizes[0])
    if kind.startswith("ZeroPadding"):
        return _cut(given[0], layer.padding, -1)
    if kind.startswith("Cropping"):
        return _cut(given[0], layer.cropping, 1)
    raise CourseError(
        f"The receptive field behind the layer {layer.name!r} is not known: {kind} is neither a "
        "convolution, a pooling, a border nor a function of each position."
    )


def _is_pointwise(layer: Any, kind: str, rank: int) -> bool:
    if kind in ("Softmax", "Concatenate") and layer.axis not in (-1, rank - 1):
        return False
    return kind in _POINTWISE


def _see_everything(given: list[list[_Axis]]) -> bool:
    return all(axis.stride == 0 for field in given for axis in field)


def _cut(axes: list[_Axis], borders: Any, sign: int) -> list[_Axis]:
    """Cropping moves the first position inwards, padding outwards.

    Keras gives borders as ((top, bottom), (left, right)), in one dimension as (left, right).
    """
    pairs = [borders] if len(axes) == 1 else borders
    return [
        axis.shifted(sign * axis.stride * before)
        for axis, (before, _) in zip(axes, pairs, strict=True)
    ]


def _slide(layer: Any, axes: list[_Axis], size: Sequence[int | None]) -> list[_Axis]:
    """A window of k positions, d apart, moves by s."""
    windows = getattr(layer, "kernel_size", None) or layer.pool_size
    dilations = _tuple(getattr(layer, "dilation_rate", 1), len(axes))
    strides = _tuple(layer.strides, len(axes))
    padding = getattr(layer, "padding", "valid")
    found = []
    for axis, length, k, s, d in zip(axes, size, windows, strides, dilations, strict=True):
        reach = (k - 1) * d
        before = _before(layer, padding, length, reach, s)
        low = axis.low - axis.stride * before
        high = axis.high + axis.stride * (reach - before)
        found.append(_Axis(axis.stride * s, low, high))
    return found


def _before(layer: Any, padding: str, length: int | None, reach: int, stride: int) -> int:
    """How many positions in front of the first the window starts."""
    if padding == "causal":
        return reach
    if padding == "valid":
        return 0
    if stride == 1 or reach == 0:
        return reach // 2
    if length is None:
        raise CourseError(
            f"The layer {layer.name!r} pads an input of open size as its stride asks; build the "
            "model with a fixed height and width to know what it sees."
        )
    outputs = -(-length // stride)
    return max((outputs - 1) * stride + reach + 1 - length, 0) // 2


def _everything(layer: Any, axes: list[_Axis], size: Sequence[int | None]) -> list[_Axis]:
    """The field of all positions together."""
    found = []
    for index, axis in enumerate(axes):
        length = size[index] if axis.stride else 1
        if length is None:
            raise CourseError(
                f"The layer {layer.name!r} sees all of an image of open size; build the model with "
                "a fixed height and width to know how much that is."
            )
        found.append(_Axis(0, axis.low, axis.stride * (length - 1) + axis.high))
    return found


def _union(
    layer: Any, given: list[list[_Axis]], sizes: Sequence[Sequence[int | None]]
) -> list[_Axis]:
    """The smallest field around those of all branches."""
    if any(_see_everything([field]) for field in given) and not _see_everything(given):
        # One branch sees everything, as in squeeze and excitation.
        given = [_everything(layer, field, size) for field, size in zip(given, sizes, strict=True)]
    found = []
    for branches in zip(*given, strict=True):
        strides = {axis.stride for axis in branches}
        if len(strides) > 1:
            raise CourseError(f"The branches that meet in {layer.name!r} have different strides.")
        found.append(
            _Axis(
                strides.pop(),
                min(axis.low for axis in branches),
                max(axis.high for axis in branches),
            )
        )
    return found


def _tuple(value: Any, axes: int) -> tuple[int, ...]:
    return (value,) * axes if isinstance(value, int) else tuple(value)

"""What a network costs, from its layers and shapes: parameters, multiply-adds, depth."""

from __future__ import annotations

import math
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import keras

from course_utils.common.errors import CourseError
from course_utils.models.graph import Step, trace


@dataclass(frozen=True)
class LayerCost:
    """One call of one layer. The shape is without the batch."""

    name: str
    kind: str
    output_shape: tuple[int | None, ...]
    parameters: int
    multiply_adds: int


def costs(model: keras.Model) -> list[LayerCost]:
    """Return what each layer of the model costs, in the order of computation.

    Parameters are all numbers of the layer, the moving averages of a batch normalisation included.
    The multiply-adds, for one image, are the products of a weight and an activation in Conv1D,
    Conv2D, Conv3D (in groups, too), DepthwiseConv2D, SeparableConv2D, Conv2DTranspose, Dense and
    LocallyConnected2D. Everything else counts 0, as in the papers: biases, activations, pooling,
    normalisation, additions of branches. "FLOPs" elsewhere are often twice as many, a product and
    an addition each, and sometimes, as in He et al. (2015), these same multiply-adds.

    A layer that is called twice has two entries; the second has 0 parameters.

    Raises CourseError where a height or a width is not known, where another kind of layer with
    weights occurs, or the model has no graph.
    """
    seen: set[int] = set()
    found = []
    for step in trace(model).steps:
        first = id(step.layer) not in seen
        seen.add(id(step.layer))
        found.append(
            LayerCost(
                name=step.layer.name,
                kind=type(step.layer).__name__,
                output_shape=tuple(step.outputs[0].shape[1:]),
                parameters=_parameters(step.layer) if first else 0,
                multiply_adds=_multiply_adds(step),
            )
        )
    return found


def multiply_adds(model: keras.Model) -> int:
    """Return the multiply-adds of the model for one image, counted as in `costs`."""
    return sum(layer.multiply_adds for layer in costs(model))


def depth(model: keras.Model) -> int:
    """Return the number of layers with multiply-adds on the longest path through the model.

    Raises CourseError as `costs` does.
    """
    deepest: dict[int, int] = {}  # of each tensor, by identity
    graph = trace(model)
    for step in graph.steps:
        before = max((deepest.get(id(x), 0) for x in step.inputs), default=0)
        for output in step.outputs:
            deepest[id(output)] = before + (type(step.layer).__name__ in _PRODUCTS)
    return max(deepest.get(id(output), 0) for output in graph.outputs)


def _parameters(layer: Any) -> int:
    return _numbers(*getattr(layer, "weights", []))


def _multiply_adds(step: Step) -> int:
    kind = type(step.layer).__name__
    count = _PRODUCTS.get(kind)
    if count is None:
        if _numbers(*getattr(step.layer, "weights", [])) and kind not in _WITHOUT_PRODUCTS:
            raise CourseError(
                f"The multiply-adds of the layer {step.layer.name!r} cannot be counted: {kind} has "
                f"weights, and how it uses them is known here for {', '.join(_PRODUCTS)} alone."
            )
        return 0
    shapes = [tuple(tensor.shape[1:]) for tensor in (step.inputs[0], step.outputs[0])]
    for shape in shapes:
        if None in shape:
            raise CourseError(
                f"The layer {step.layer.name!r} has an open size, {shape}; build the model with a "
                "fixed height and width to count."
            )
    return count(step.layer, *shapes)


def _numbers(*weights: Any) -> int:
    """How many numbers the weights hold."""
    return sum(math.prod(map(int, weight.shape)) for weight in weights)


def _per_position(layer: Any, inputs: tuple[int, ...], outputs: tuple[int, ...]) -> int:
    """The kernel is used once at each output position. In groups it holds fewer channels."""
    return math.prod(outputs[:-1]) * _numbers(layer.kernel)


def _per_input_position(layer: Any, inputs: tuple[int, ...], outputs: tuple[int, ...]) -> int:
    return math.prod(inputs[:-1]) * _numbers(layer.kernel)


def _separable(layer: Any, inputs: tuple[int, ...], outputs: tuple[int, ...]) -> int:
    # The two kernels run at the same positions, the output's.
    return math.prod(outputs[:-1]) * _numbers(layer.depthwise_kernel, layer.pointwise_kernel)


def _once(layer: Any, inputs: tuple[int, ...], outputs: tuple[int, ...]) -> int:
    """Each position has weights of its own."""
    return _numbers(layer.kernel)


_PRODUCTS: dict[str, Callable[[Any, tuple[int, ...], tuple[int, ...]], int]] = {
    "Conv1D": _per_position,
    "Conv2D": _per_position,
    "Conv3D": _per_position,
    "DepthwiseConv2D": _per_position,
    "SeparableConv2D": _separable,
    "Conv2DTranspose": _per_input_position,
    "Dense": _per_position,
    "LocallyConnected2D": _once,
}
#: Their weights scale, shift or are looked up.
_WITHOUT_PRODUCTS = (
    "BatchNormalization",
    "GroupNormalization",
    "LayerNormalization",
    "Normalization",
    "PReLU",
    "Embedding",
)


def outline(build: Callable[[], keras.Model]) -> keras.Model:
    """Return the model that `build` makes, with weights that have a shape and no numbers.

    VGG-19 takes a fraction of a second and no memory, where 575 MB of random weights take
    seconds. Its layers, shapes and counts are right; it cannot be run, trained or saved.

        outline(resnet152)
        outline(lambda: vgg16(classes=10))
    """
    # In a stateless scope Keras postpones the making of numbers to the end of the next scope, for
    # which it keeps the variables in a list. Each thread has a list of its own: it goes with it.
    with ThreadPoolExecutor(max_workers=1) as executor:
        return executor.submit(_build_without_numbers, build).result()


def _build_without_numbers(build: Callable[[], keras.Model]) -> keras.Model:
    with keras.StatelessScope(initialize_variables=False):
        return build()

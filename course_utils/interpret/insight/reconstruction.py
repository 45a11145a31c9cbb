"""Reconstruction: an activation led back to the pixels that caused it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Literal

import keras
import numpy as np
from keras import ops
from numpy.typing import ArrayLike, NDArray

from course_utils.common.errors import CourseError
from course_utils.interpret.insight.gradients import gradient
from course_utils.interpret.insight.images import as_batch, in_batches, scores_model, unit_output
from course_utils.models.graph import trace

Rule = Literal["guided", "deconvolution"]


def reconstruct(
    model: keras.Model, images: ArrayLike, layer: str, unit: int, rule: Rule = "guided"
) -> NDArray[np.float32]:
    """Return the pattern in each image that excites a unit where it is most active.

    The gradient of the unit's largest activation, with another rule at every ReLU on the way
    back (Springenberg, Dosovitskiy, Brox & Riedmiller 2014, Striving for simplicity, figure 1).
    The signal passes
    "guided": where it is positive and the ReLU let the activation pass;
    "deconvolution": where it is positive (Zeiler & Fergus 2014).

    Args:
        model: any Sequential or Functional model that has ReLUs.
        images: (batch, height, width, channels).
        layer: the layer's name.
        unit: which of its maps, or of its units, from 0.
        rule: the rule above.

    Returns:
        float32, of the images' shape, of both signs.

    Raises CourseError where the layer, the unit or the rule does not exist, or no ReLU lies below.
    """
    if rule not in _RULES:
        raise CourseError(f"reconstruct: rule={rule!r}; there are {', '.join(map(repr, _RULES))}.")
    batch = as_batch(model, images)
    to_layer = _replace_relus(_up_to(model, layer, unit), _RULES[rule])
    parts = [
        gradient(partial(_peak, to_layer, unit), batch[part]) for part in in_batches(len(batch))
    ]
    return np.concatenate(parts) if parts else batch


def _up_to(model: keras.Model, layer: str, unit: int) -> keras.Model:
    graph = trace(model)
    output = unit_output(graph, layer, unit)
    whole = graph.model(output)
    return scores_model(whole) if len(output.shape) == 2 else whole


def _peak(to_layer: keras.Model, unit: int, x: Any) -> Any:
    """The unit's largest activation in each image, summed over the batch."""
    activations = to_layer(x, training=False)[..., unit]
    return ops.sum(ops.max(ops.reshape(activations, (x.shape[0], -1)), axis=-1))


def _replace_relus(model: keras.Model, relu: Callable[[Any], Any]) -> keras.Model:
    """A copy with another ReLU. Layers without one are shared, the others have equal weights."""
    copies: list[tuple[Any, Any]] = []

    def copy(layer: Any) -> Any:
        if _is_relu_layer(layer):
            new = keras.layers.Activation(relu, name=layer.name)
        elif getattr(layer, "activation", None) is keras.activations.relu:
            new = type(layer).from_config({**layer.get_config(), "activation": relu})
        else:
            return layer
        copies.append((layer, new))
        return new

    changed = keras.models.clone_model(model, clone_function=copy)
    if not copies:
        raise CourseError(
            f"reconstruct: the model {model.name!r} has no ReLU to lead the signal back through; "
            "data_gradient takes any model."
        )
    for old, new in copies:
        new.set_weights(old.get_weights())
    return changed


def _is_relu_layer(layer: Any) -> bool:
    return (
        isinstance(layer, keras.layers.ReLU)
        and layer.max_value is None
        and layer.negative_slope == 0
        and layer.threshold == 0
    )


@ops.custom_gradient  # type: ignore[untyped-decorator]
def _guided_relu(x: Any) -> Any:
    def back(*args: Any, upstream: Any = None) -> Any:
        signal = args[0] if upstream is None else upstream
        return ops.relu(signal) * ops.cast(x > 0, x.dtype)

    return ops.relu(x), back


@ops.custom_gradient  # type: ignore[untyped-decorator]
def _deconvolution_relu(x: Any) -> Any:
    def back(*args: Any, upstream: Any = None) -> Any:
        return ops.relu(args[0] if upstream is None else upstream)

    return ops.relu(x), back


_RULES: dict[str, Callable[[Any], Any]] = {
    "guided": _guided_relu,
    "deconvolution": _deconvolution_relu,
}

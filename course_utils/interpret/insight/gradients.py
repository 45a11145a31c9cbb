"""Gradients of a function or of a model's loss, on each of Keras's backends."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import keras
import numpy as np
from numpy.typing import ArrayLike, NDArray

from course_utils.common.errors import CourseError


def gradient(function: Callable[[Any], Any], x: ArrayLike) -> NDArray[np.floating[Any]]:
    """Return d function(x) / d x, an array of the shape of x.

    Args:
        function: takes a tensor of the shape of x, returns one number; written in keras.ops, or
            of layers and models.
        x: where the gradient is taken, floating-point.

    Raises CourseError where Keras runs on a backend without gradients.
    """
    (found,) = _gradients(lambda inputs: function(inputs[0]), [x])
    return found


def gradients(
    model: keras.Model, loss: Callable[[Any, Any], Any], x: Any, t: Any
) -> list[NDArray[np.floating[Any]]]:
    """Return the gradient of loss(t, model(x)) with respect to each trainable weight of a model.

    Args:
        model: a built Keras model, which stays as it is.
        loss: takes targets and predictions, returns one number, as Keras's losses do.
        x: a batch of inputs.
        t: its targets.

    Returns arrays of the shapes and in the order of `model.trainable_weights`.
    Raises CourseError where Keras runs on a backend without gradients.
    """
    fixed = [weight.value for weight in model.non_trainable_variables]

    def error(weights: Any) -> Any:
        predictions, _ = model.stateless_call(weights, fixed, x)
        return loss(t, predictions)

    return _gradients(error, [weight.value for weight in model.trainable_variables])


def _gradients(
    function: Callable[[Any], Any], inputs: Sequence[Any]
) -> list[NDArray[np.floating[Any]]]:
    """The gradient of a function of a list of tensors, with respect to each of them."""
    backend = keras.backend.backend()
    if backend not in _BACKENDS:
        raise CourseError(
            f"gradient: Keras runs on {backend}; gradients are known here for "
            f"{', '.join(_BACKENDS)}. Choose one in the environment variable KERAS_BACKEND."
        )
    found = _BACKENDS[backend](function, [keras.ops.convert_to_tensor(each) for each in inputs])
    return [np.asarray(keras.ops.convert_to_numpy(each)) for each in found]


def _tensorflow(function: Callable[[Any], Any], inputs: list[Any]) -> Any:
    import tensorflow as tf

    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch(inputs)
        y = function(inputs)
    return tape.gradient(y, inputs, unconnected_gradients="zero")


def _jax(function: Callable[[Any], Any], inputs: list[Any]) -> Any:
    import jax

    return jax.grad(function)(inputs)


def _torch(function: Callable[[Any], Any], inputs: list[Any]) -> Any:
    import torch

    inputs = [each.detach().clone().requires_grad_(True) for each in inputs]
    y = function(inputs)
    return torch.autograd.grad(y, inputs, allow_unused=True, materialize_grads=True)


_BACKENDS: dict[str, Callable[[Callable[[Any], Any], list[Any]], Any]] = {
    "tensorflow": _tensorflow,
    "jax": _jax,
    "torch": _torch,
}

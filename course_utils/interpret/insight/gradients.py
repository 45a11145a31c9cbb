"""The gradient of a function with respect to its input, on each of Keras's backends."""

from __future__ import annotations

from collections.abc import Callable
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
    backend = keras.backend.backend()
    if backend not in _BACKENDS:
        raise CourseError(
            f"gradient: Keras runs on {backend}; gradients are known here for "
            f"{', '.join(_BACKENDS)}. Choose one in the environment variable KERAS_BACKEND."
        )
    found = _BACKENDS[backend](function, keras.ops.convert_to_tensor(x))
    return np.asarray(keras.ops.convert_to_numpy(found))


def _tensorflow(function: Callable[[Any], Any], x: Any) -> Any:
    import tensorflow as tf

    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch(x)
        y = function(x)
    return tape.gradient(y, x, unconnected_gradients="zero")


def _jax(function: Callable[[Any], Any], x: Any) -> Any:
    import jax

    return jax.grad(function)(x)


def _torch(function: Callable[[Any], Any], x: Any) -> Any:
    import torch

    x = x.detach().clone().requires_grad_(True)
    (found,) = torch.autograd.grad(function(x), x, allow_unused=True, materialize_grads=True)
    return found


_BACKENDS: dict[str, Callable[[Callable[[Any], Any], Any], Any]] = {
    "tensorflow": _tensorflow,
    "jax": _jax,
    "torch": _torch,
}

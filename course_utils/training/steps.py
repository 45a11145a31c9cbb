"""A training step of one's own loss, compiled on each of Keras's backends that compiles."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import keras

from course_utils.common.errors import CourseError

#: Takes a batch; returns what the loss returned, and the gradients.
Step = Callable[..., tuple[Any, list[Any]]]


def compiled_step(
    loss: Callable[..., Any], variables: Sequence[keras.Variable], optimizer: Any
) -> Step:
    """Return a function that takes one step of an optimizer on a batch of arrays.

    It returns a pair, in tensors of the backend: what `loss` returned, and the gradient of each
    variable, before the step.

    Args:
        loss: takes the arrays of a batch, returns a tensor, the sum of which is to fall, or a
            tuple that begins with it; written in keras.ops, or of layers and models. It draws no
            random numbers.
        variables: what is trained.
        optimizer: of Keras; it is built if it is not yet.

    Raises CourseError where Keras runs on a backend for which this is not written.
    """
    backend = keras.backend.backend()
    if backend not in _BACKENDS:
        raise CourseError(
            f"compiled_step: Keras runs on {backend}; this is written for {', '.join(_BACKENDS)}. "
            "Choose one in the environment variable KERAS_BACKEND."
        )
    if not optimizer.built:
        optimizer.build(variables)
    return _BACKENDS[backend](loss, variables, optimizer)


def _first(outputs: Any) -> Any:
    return outputs[0] if isinstance(outputs, tuple) else outputs


def _tensorflow(
    loss: Callable[..., Any], variables: Sequence[keras.Variable], optimizer: Any
) -> Step:
    import tensorflow as tf

    @tf.function  # type: ignore[untyped-decorator]  # TensorFlow ships no types
    def step(*batch: Any) -> tuple[Any, list[Any]]:
        with tf.GradientTape() as tape:
            outputs = loss(*batch)
        gradients = tape.gradient(_first(outputs), [v.value for v in variables])
        optimizer.apply(gradients, variables)
        return outputs, gradients

    return step  # type: ignore[no-any-return]


def _jax(loss: Callable[..., Any], variables: Sequence[keras.Variable], optimizer: Any) -> Step:
    import jax

    def total(values: list[Any], *batch: Any) -> tuple[Any, Any]:
        with keras.StatelessScope(state_mapping=list(zip(variables, values, strict=True))):
            outputs = loss(*batch)
        return keras.ops.sum(_first(outputs)), outputs

    @jax.jit  # type: ignore[untyped-decorator]
    def update(values: list[Any], state: list[Any], *batch: Any) -> tuple[Any, ...]:
        (_, outputs), gradients = jax.value_and_grad(total, has_aux=True)(values, *batch)
        new_values, new_state = optimizer.stateless_apply(state, gradients, values)
        return [*new_values, *new_state], outputs, gradients

    def step(*batch: Any) -> tuple[Any, list[Any]]:
        values, state = ([v.value for v in group] for group in (variables, optimizer.variables))
        new, outputs, gradients = update(values, state, *batch)
        for variable, value in zip([*variables, *optimizer.variables], new, strict=True):
            variable.assign(value)
        return outputs, gradients

    return step


_BACKENDS = {"tensorflow": _tensorflow, "jax": _jax}

"""Variational autoencoders: the code is a small cloud, and clouds fill the space of codes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import keras
from keras import layers, ops

from course_utils.models.autoencoders.shapes import (
    check_at_least_0,
    check_code,
    check_shape,
    check_units,
    flattened,
    mark_code,
    reshaped,
)


@keras.saving.register_keras_serializable(package="course_utils")
class GaussianCode(keras.layers.Layer):  # type: ignore[misc]  # Keras ships no types
    """Draws a code from N(mean, exp(log_variance)); the loss gains its divergence from N(0, 1).

    The divergence counts `weight` times, averaged over the batch.

    Input: two tensors (batch, units), the mean and the logarithm of the variance. Output:
    (batch, units), in training mean + exp(log_variance / 2) e with e drawn from N(0, 1), so that
    the gradient reaches both; in use the mean. The layer has no weights.

    D. P. Kingma and M. Welling, Auto-encoding variational Bayes, ICLR 2014, arXiv:1312.6114: the
    reparametrisation is equation 10, without the sum over samples, the divergence appendix B.

    Raises CourseError where the weight is negative.
    """

    def __init__(self, weight: float = 1.0, seed: int | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        check_at_least_0("GaussianCode", weight=weight)
        self.weight, self.seed = weight, seed
        self._random = keras.random.SeedGenerator(seed)

    def call(self, inputs: tuple[Any, Any], training: bool = False) -> Any:
        """Return the code (batch, units); inputs: mean and log_variance, each (batch, units)."""
        mean, log_variance = inputs
        gaps = ops.exp(log_variance) + ops.square(mean) - log_variance - 1
        self.add_loss(self.weight * ops.mean(ops.sum(gaps, axis=-1)) / 2)
        if not training:
            return mean
        noise = keras.random.normal(ops.shape(mean), seed=self._random, dtype=mean.dtype)
        return mean + ops.exp(log_variance / 2) * noise

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the shape of the mean, which is the code's."""
        return input_shape[0]

    def get_config(self) -> dict[str, Any]:
        """Return the arguments that make the layer anew."""
        return {**super().get_config(), "weight": self.weight, "seed": self.seed}


@keras.saving.register_keras_serializable(package="course_utils")  # type: ignore[untyped-decorator]
def summed_cross_entropy(x: Any, r: Any) -> Any:
    """Return -log p(x | code) for pixels x from 0 to 1 and their probabilities r, in nats.

    x, r: (batch, ...). The terms of an example are summed, not averaged: only then does the
    divergence of `GaussianCode` have its true weight beside it. Returns (batch,).
    """
    edge = keras.config.epsilon()
    r = ops.clip(r, edge, 1 - edge)
    terms = x * ops.log(r) + (1 - x) * ops.log(1 - r)
    return -ops.sum(ops.reshape(terms, (ops.shape(terms)[0], -1)), axis=-1)


def variational(
    input_shape: Sequence[int],
    units: int,
    *,
    hidden: int | Sequence[int] = 256,
    weight: float = 1.0,
) -> keras.Model:
    """Return a variational autoencoder for data from 0 to 1, untrained.

    Args:
        input_shape: of one example, without the batch.
        units: of the code, one number.
        hidden: the units of each ReLU layer on the way to the code; the way back mirrors them.
        weight: of the divergence. 1 makes the loss, with `summed_cross_entropy`, the negative
            evidence lower bound in nats.

    Takes arrays (batch, *input_shape), returns probabilities of the same shape. `encoder` gives
    the mean of the code; `decoder` of draws from N(0, 1) makes new examples.

    Raises CourseError where an argument is impossible.
    """
    shape = check_shape("variational", input_shape)
    count = check_code("variational", units)
    sizes = check_units("variational", hidden)
    x, row = flattened(shape)
    for n, size in enumerate(sizes, start=1):
        row = layers.Dense(size, activation="relu", name=f"hidden_{n}")(row)
    mean = layers.Dense(count, name="mean")(row)
    # Small variances at first, all the same: exp of a large number would blow up the first steps.
    log_variance = layers.Dense(count, kernel_initializer="zeros", name="log_variance")(row)
    row = mark_code(GaussianCode(weight, name="draw")([mean, log_variance]))
    for n, size in reversed(list(enumerate(sizes, start=1))):
        row = layers.Dense(size, activation="relu", name=f"hidden_back_{n}")(row)
    row = layers.Dense(math.prod(shape), activation="sigmoid", name="pixels")(row)
    return keras.Model(x, reshaped(row, shape), name="variational")

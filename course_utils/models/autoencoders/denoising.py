"""Denoising autoencoders: they see a spoiled input and are asked for the clean one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
from keras import layers, ops

from course_utils.common.errors import CourseError
from course_utils.models.autoencoders.shapes import (
    check_activations,
    check_code,
    check_shape,
)
from course_utils.models.autoencoders.tied_dense import TiedDense, there_and_back


@keras.saving.register_keras_serializable(package="course_utils")
class MaskingNoise(keras.layers.Layer):  # type: ignore[misc]  # Keras ships no types
    """In training, sets each number to 0 with probability `fraction`, anew in each step.

    Unlike Dropout it does not scale up what is left: it spoils an input, it does not thin out a
    layer. Input and output: any shape. The layer has no weights. `seed` makes its draws repeatable.

    Raises CourseError where the fraction is not in [0, 1].
    """

    def __init__(self, fraction: float, seed: int | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        _check_fraction("MaskingNoise", fraction)
        self.fraction, self.seed = fraction, seed
        self._random = keras.random.SeedGenerator(seed)

    def call(self, x: Any, training: bool = False) -> Any:
        """Return x (batch, ...), in training some of its numbers 0."""
        if not training:
            return x
        draws = keras.random.uniform(ops.shape(x), seed=self._random)
        return ops.where(draws < self.fraction, ops.zeros_like(x), x)

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """Return the input's shape."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """Return the arguments that make the layer anew."""
        return {**super().get_config(), "fraction": self.fraction, "seed": self.seed}


def denoising(
    input_shape: Sequence[int],
    units: int,
    noise: str = "masking",
    amount: float = 0.3,
    *,
    activation: str = "sigmoid",
    output: str = "sigmoid",
) -> keras.Model:
    """Return a tied autoencoder of one layer that spoils its input in training; untrained.

    Args:
        input_shape: of one example, without the batch.
        units: of the code, one number.
        noise: "masking" sets numbers to 0, each with probability `amount`; "gaussian" adds noise.
        amount: that probability, or the standard deviation of the noise.
        activation: of the code.
        output: activation of the reconstruction.

    Train it with clean data on both sides, `fit(x, x)`: the model spoils them itself, and in use
    it does not. Takes arrays (batch, *input_shape), returns reconstructions of the same shape.

    P. Vincent, H. Larochelle, Y. Bengio and P.-A. Manzagol, Extracting and composing robust
    features with denoising autoencoders, ICML 2008, 1096-1103.

    Raises CourseError where an argument is impossible.
    """
    shape = check_shape("denoising", input_shape)
    count = check_code("denoising", units)
    check_activations("denoising", activation=activation, output=output)
    layer = TiedDense(count, activation, output, use_back_bias=True, name="tied_1")
    return there_and_back("denoising", shape, layer, before=_noise(noise, amount))


def _noise(noise: str, amount: float) -> Any:
    if noise not in ("masking", "gaussian"):
        raise CourseError(f'denoising: noise={noise!r} is none of "masking" and "gaussian".')
    _check_fraction("denoising", amount)
    if noise == "masking":
        return MaskingNoise(amount, name="noise")
    return layers.GaussianNoise(amount, name="noise")


def _check_fraction(name: str, fraction: float) -> None:
    if not 0 <= fraction <= 1:
        raise CourseError(f"{name}: {fraction} must lie between 0 and 1.")

"""Layers of the family: its softmax, and local response normalisation, which Keras lacks."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from keras import ops

from course_utils.common.errors import CourseError


@keras.saving.register_keras_serializable(package="course_utils")
class LocalResponseNormalization(keras.layers.Layer):  # type: ignore[misc]  # has no types
    """Divides each channel by the strength of the channels beside it.

    y_i = x_i / (k + alpha / depth * sum of x_j^2)^beta, where j runs over the `depth` channels
    around i, fewer at both ends.

    This is Caffe's convention, and PyTorch's: alpha is divided by `depth`. Krizhevsky et al. (2012,
    section 3.3) do not divide: their alpha of 1e-4 over 5 channels is alpha=5e-4 here.
    TensorFlow's `tf.nn.lrn` does not divide either.

    `groups` splits the channels into that many equal runs which do not see each other, as the
    groups of a convolution.

    Input and output: (..., channels). The layer has no weights.
    Raises CourseError where `depth` is not odd, or the channels do not divide into the groups.
    """

    def __init__(
        self,
        depth: int = 5,
        alpha: float = 1e-4,
        beta: float = 0.75,
        k: float = 1.0,
        groups: int = 1,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if depth < 1 or depth % 2 == 0:
            raise CourseError(
                f"LocalResponseNormalization(depth={depth}): the window is centred on a channel; "
                "take an odd number of channels, such as 5."
            )
        self.depth, self.alpha, self.beta, self.k, self.groups = depth, alpha, beta, k, groups

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Take in how many channels there are, the last of the shape."""
        channels = input_shape[-1] or 0
        if self.groups < 1 or channels % self.groups:
            raise CourseError(
                f"{self.name}: {channels} channels do not divide into groups={self.groups}."
            )
        channel = np.arange(channels)
        group = channel // (channels // self.groups)
        near = np.abs(channel[:, None] - channel) <= self.depth // 2
        near &= group[:, None] == group
        # The sum over neighbours as one matrix product is several times faster on a CPU than
        # shifted additions, and every backend has it.
        self._band = near.astype("float32") * self.alpha / self.depth
        self.built = True

    def call(self, x: Any) -> Any:
        """Return x (batch, ..., channels), each number divided by its neighbours' power."""
        # The square of an activation above 255 is no float16.
        wide = ops.cast(x, "float32") if self.compute_dtype == "float16" else x
        band = ops.convert_to_tensor(self._band, dtype=wide.dtype)
        scale = self._power(self.k + ops.matmul(ops.square(wide), band))
        return ops.cast(wide * scale, self.compute_dtype)

    def _power(self, total: Any) -> Any:
        """total^-beta. Two roots are several times faster than a power."""
        if self.beta == 0.75:
            root = ops.rsqrt(total)
            return root * ops.sqrt(root)
        return ops.power(total, -self.beta)

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """Return the input's shape."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """Return the arguments that make the layer anew."""
        own = ("depth", "alpha", "beta", "k", "groups")
        return {**super().get_config(), **{name: getattr(self, name) for name in own}}


def softmax(classes: int, name: str = "probabilities") -> keras.layers.Dense:
    """A Dense layer that turns features (batch, features) into probabilities (batch, classes).

    It computes in the precision of its weights even where the rest is in half precision: the sum
    of many small exponentials does not survive 11 bits.
    """
    exact = keras.config.dtype_policy().variable_dtype
    return keras.layers.Dense(classes, activation="softmax", dtype=exact, name=name)

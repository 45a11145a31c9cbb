"""Locally connected layers: filters that share no weights. And DeepFace, a network of them."""

from __future__ import annotations

import math
from typing import Any

import keras
from keras import layers, ops

from course_utils.common.errors import CourseError
from course_utils.models.layers import softmax
from course_utils.models.shapes import Shape, check_classes, check_image

#: Leaves 61, 31, 23, 15, 5 and 1 positions after C1, M2, C3, L4, L5 and L6.
_SMALLEST = 71


@keras.saving.register_keras_serializable(package="course_utils")
class LocallyConnected2D(keras.layers.Layer):  # type: ignore[misc]  # Keras ships no types
    """A convolution without padding whose filters differ at each position.

    z[r, c, f] = b[r, c, f] + sum over i, j, k of W[r, c, i, j, k, f] x[r s + i, c s + j, k]

    Keras 2 had this layer; Keras 3 has none.

    Args:
        filters: how many maps come out.
        kernel_size: height and width of the window, or one number for both.
        strides: the step s of the window, down and right, or one number for both.
        activation: as in Conv2D.

    Input: (batch, height, width, channels), of a fixed size. Output: (batch, rows, columns,
    filters). Weights: kernel (rows, columns, kernel height * kernel width * channels, filters),
    bias (rows, columns, filters).

    Raises CourseError where the window is larger than the input, or the input's size is open.
    """

    def __init__(
        self,
        filters: int,
        kernel_size: int | tuple[int, int],
        strides: int | tuple[int, int] = 1,
        activation: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.filters = filters
        self.kernel_size = _pair(kernel_size)
        self.strides = _pair(strides)
        self.activation = keras.activations.get(activation)
        self.input_spec = keras.layers.InputSpec(ndim=4)

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Make the weights for inputs (batch, height, width, channels)."""
        rows, columns = self._positions(input_shape)
        channels = input_shape[-1] or 0
        window = math.prod(self.kernel_size) * channels
        # Keras's own initialisers would count every position of the kernel among the inputs.
        he_normal = keras.initializers.RandomNormal(stddev=math.sqrt(2 / window))
        self.kernel = self.add_weight(
            shape=(rows, columns, window, self.filters), initializer=he_normal, name="kernel"
        )
        self.bias = self.add_weight(
            shape=(rows, columns, self.filters), initializer="zeros", name="bias"
        )
        self.built = True

    def call(self, x: Any) -> Any:
        """Return (batch, rows, columns, filters) of x (batch, height, width, channels)."""
        z = ops.einsum("brcw,rcwf->brcf", self._windows(x), self.kernel) + self.bias
        return self.activation(z)

    def _windows(self, x: Any) -> Any:
        """What each position sees: (batch, rows, columns, window height x width x channels).

        Keras's extract_patches is a convolution; with strides (1, 2) and one column TensorFlow 2.21
        gave unwritten memory there, unless TF_ENABLE_ONEDNN_OPTS was 0.
        """
        rows, columns = self.kernel.shape[:2]
        down, right = self.strides
        seen = [
            x[:, i : i + (rows - 1) * down + 1 : down, j : j + (columns - 1) * right + 1 : right]
            for i in range(self.kernel_size[0])
            for j in range(self.kernel_size[1])
        ]
        return ops.concatenate(seen, axis=-1)

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """Return (batch, rows, columns, filters)."""
        return (input_shape[0], *self._positions(input_shape), self.filters)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments that make the layer anew."""
        own = {
            "filters": self.filters,
            "kernel_size": self.kernel_size,
            "strides": self.strides,
            "activation": keras.activations.serialize(self.activation),
        }
        return {**super().get_config(), **own}

    def _positions(self, input_shape: tuple[int | None, ...]) -> list[int]:
        """How many windows fit, down and right."""
        found = []
        for size, window, stride in zip(
            input_shape[1:3], self.kernel_size, self.strides, strict=True
        ):
            if size is None or size < window:
                raise CourseError(
                    f"{self.name}: a window of {self.kernel_size} does not fit an input of "
                    f"{tuple(input_shape[1:3])}; every position has weights of its own, so the "
                    "size is fixed, and at least that of the window."
                )
            found.append((size - window) // stride + 1)
        return found


def deepface(input_shape: Shape = (152, 152, 3), classes: int = 4030) -> keras.Sequential:
    """Return DeepFace (Taigman et al. 2014, figure 2), untrained.

    Args:
        input_shape: (height, width, channels), height and width of at least 71. The paper's faces
            are turned to the front and cropped to 152 x 152.
        classes: how many people it tells apart.

    Takes images (batch, height, width, channels), returns probabilities (batch, classes).
    The layers are named as in the paper: C1, M2, C3, L4, L5, L6, F7.
    It has 118,923,774 weights, most of them in L4, L5, L6 and F7; the paper says "more than 120
    million" without the sum.

    Raises CourseError where the shape is impossible.
    """
    shape = check_image("deepface", input_shape, _SMALLEST)
    check_classes("deepface", classes)
    return keras.models.Sequential(
        [
            keras.Input(shape),
            layers.Conv2D(32, 11, activation="relu", kernel_initializer="he_normal", name="C1"),
            layers.MaxPooling2D(3, 2, padding="same", name="M2"),
            layers.Conv2D(16, 9, activation="relu", kernel_initializer="he_normal", name="C3"),
            LocallyConnected2D(16, 9, activation="relu", name="L4"),
            LocallyConnected2D(16, 7, strides=2, activation="relu", name="L5"),
            LocallyConnected2D(16, 5, activation="relu", name="L6"),
            layers.Flatten(name="flatten"),
            layers.Dense(4096, activation="relu", kernel_initializer="he_normal", name="F7"),
            layers.Dropout(0.5, name="F7_dropout"),
            softmax(classes),
        ],
        name="deepface",
    )


def _pair(size: int | tuple[int, int]) -> tuple[int, int]:
    return (size, size) if isinstance(size, int) else (size[0], size[1])

"""Several networks in one model: trained side by side, each from weights of its own.

Their outputs share no weight. So a loss that adds up theirs gives each the gradient that it would
get alone, and an optimizer that works elementwise trains all of them at the price of one program.
"""

from __future__ import annotations

from typing import Any

import keras


@keras.saving.register_keras_serializable("course_utils")
class MemberHe(keras.initializers.Initializer):  # type: ignore[misc]  # Keras ships no types
    """Uniform weights of variance 2 / inputs (He and others, 2015), for each member by itself.

    Keras's own HeUniform would count the members as places of a kernel.
    """

    def __call__(self, shape: Any, dtype: Any = None) -> Any:
        """Return weights (members, inputs, units)."""
        limit = (6 / shape[1]) ** 0.5
        return keras.random.uniform(shape, -limit, limit, dtype=dtype)


@keras.saving.register_keras_serializable("course_utils")
class EnsembleDense(keras.layers.EinsumDense):  # type: ignore[misc]
    """A dense layer for each of several networks: (batch, members, inputs) to (..., units).

    Its kernel has the shape (members, inputs, units), its bias (members, units).

    Args:
        units: outputs of each member.
        options: activation, kernel_regularizer, ... as of `keras.layers.Dense`.
    """

    def __init__(self, units: int, **options: Any) -> None:
        options = {"kernel_initializer": MemberHe(), "bias_axes": "mu", **options}
        options.pop("equation", None)
        options.pop("output_shape", None)
        super().__init__("bmi,miu->bmu", output_shape=(None, units), **options)
        self.units = units

    def build(self, input_shape: Any) -> None:
        """Make the weights for inputs (batch, members, inputs)."""
        self.partial_output_shape = (input_shape[1], self.units)
        super().build(input_shape)

    def get_config(self) -> dict[str, Any]:
        """Return what the layer is made of, to save it."""
        return {**super().get_config(), "units": self.units}

"""Contractive autoencoders: the code may hardly change when the input changes a little."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
from keras import ops

from course_utils.models.autoencoders.shapes import (
    check_activations,
    check_at_least_0,
    check_code,
    check_shape,
)
from course_utils.models.autoencoders.tied_dense import TiedDense, there_and_back


@keras.saving.register_keras_serializable(package="course_utils")
class ContractiveDense(TiedDense):
    """A TiedDense of logistic units whose loss gains a penalty on its slopes.

    The penalty is weight * ||dh/dx||_F^2, averaged over the batch. For logistic units the Jacobian
    is known without differentiating: dh_j/dx_i = h_j (1 - h_j) W_ij, so its squared Frobenius norm
    costs no more than one product (S. Rifai and others, Contractive auto-encoders: explicit
    invariance during feature extraction, ICML 2011, 833-840).

    Input and output as of TiedDense; forward, x has the shape (batch, features).
    Raises CourseError where the weight is negative.
    """

    def __init__(self, units: int, weight: float = 1e-2, **kwargs: Any) -> None:
        kwargs.pop("activation", None)  # from a saved configuration: it is always logistic
        super().__init__(units, "sigmoid", **kwargs)
        check_at_least_0("ContractiveDense", weight=weight)
        self.weight = weight

    def call(self, x: Any, transpose: bool = False) -> Any:
        """Return what TiedDense does; add the penalty on the way there."""
        result = super().call(x, transpose=transpose)
        if not transpose:
            slopes = ops.square(result * (1 - result))
            columns = ops.sum(ops.square(self.kernel), axis=0)
            self.add_loss(self.weight * ops.mean(ops.matmul(slopes, columns)))
        return result

    def get_config(self) -> dict[str, Any]:
        """Return the arguments that make the layer anew."""
        return {**super().get_config(), "weight": self.weight}


def contractive(
    input_shape: Sequence[int], units: int, *, weight: float = 1e-2, output: str = "sigmoid"
) -> keras.Model:
    """Return a tied autoencoder of one contractive layer, untrained.

    Args:
        input_shape: of one example, without the batch.
        units: of the code, one number.
        weight: of the penalty.
        output: activation of the reconstruction.

    Takes arrays (batch, *input_shape), returns reconstructions of the same shape.

    Raises CourseError where an argument is impossible.
    """
    shape = check_shape("contractive", input_shape)
    count = check_code("contractive", units)
    check_activations("contractive", output=output)
    layer = ContractiveDense(
        count, weight, back_activation=output, use_back_bias=True, name="tied_1"
    )
    return there_and_back("contractive", shape, layer)

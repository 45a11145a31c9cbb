"""Overcomplete autoencoders whose units are silent most of the time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
from keras import ops

from course_utils.common.errors import CourseError
from course_utils.models.autoencoders.shapes import (
    check_activations,
    check_at_least_0,
    check_code,
    check_shape,
)
from course_utils.models.autoencoders.tied_dense import TiedDense, there_and_back

#: Keeps a mean activation away from 0 and 1, where the KL penalty has no finite slope.
_EDGE = 1e-4


@keras.saving.register_keras_serializable(package="course_utils")
class SparsityPenalty(keras.layers.Layer):  # type: ignore[misc]  # Keras ships no types
    """Passes activations on and adds a penalty on them to the loss.

    kind "l1": weight times the sum of |a_j| over the units, averaged over the batch.
    kind "kl": weight times the sum over units of the divergence between a unit that fires with
    probability `target` and one that fires as often as unit j did on average over the batch; for
    activations from 0 to 1 (A. Ng, Sparse autoencoder, lecture notes CS294A, 2011).

    Input and output: (batch, units). The layer has no weights.
    Raises CourseError where an argument is impossible.
    """

    def __init__(self, kind: str, weight: float, target: float = 0.05, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        check_at_least_0("SparsityPenalty", weight=weight)
        if kind not in ("l1", "kl"):
            raise CourseError(f'SparsityPenalty: kind={kind!r} is none of "l1" and "kl".')
        if not 0 < target < 1:
            raise CourseError(f"SparsityPenalty: target={target} must lie between 0 and 1.")
        self.kind, self.weight, self.target = kind, weight, target

    def call(self, activations: Any) -> Any:
        """Return the activations (batch, units) as they are; add the penalty to the loss."""
        if self.kind == "l1":
            penalty = ops.mean(ops.sum(ops.abs(activations), axis=-1))
        else:
            penalty = self._divergence(ops.mean(activations, axis=0))
        self.add_loss(self.weight * penalty)
        return activations

    def _divergence(self, often: Any) -> Any:
        often = ops.clip(often, _EDGE, 1 - _EDGE)
        on = self.target * ops.log(self.target / often)
        off = (1 - self.target) * ops.log((1 - self.target) / (1 - often))
        return ops.sum(on + off)

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """Return the input's shape."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """Return the arguments that make the layer anew."""
        own = {"kind": self.kind, "weight": self.weight, "target": self.target}
        return {**super().get_config(), **own}


@keras.saving.register_keras_serializable(package="course_utils")
class Threshold(keras.layers.Layer):  # type: ignore[misc]  # Keras ships no types
    """Selects the activations above a threshold and passes them on whole: h = (a > theta) a.

    Unlike ReLU with a bias, what is selected is not made smaller by theta. The slope is 1 where a
    is selected, else 0.

    K. Konda, R. Memisevic and D. Krueger, Zero-bias autoencoders and the benefits of co-adapting
    features, arXiv:1402.3337, 2014.
    """

    def __init__(self, theta: float = 1.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.theta = theta

    def call(self, activations: Any) -> Any:
        """Return activations (batch, units), 0 where they are not above theta."""
        return ops.where(activations > self.theta, activations, ops.zeros_like(activations))

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """Return the input's shape."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """Return the arguments that make the layer anew."""
        return {**super().get_config(), "theta": self.theta}


def sparse(
    input_shape: Sequence[int],
    units: int,
    penalty: str = "kl",
    *,
    weight: float = 1e-3,
    target: float = 0.05,
    theta: float = 1.0,
    output: str = "sigmoid",
) -> keras.Model:
    """Return a tied autoencoder of one layer, as wide as you like, with a sparse code; untrained.

    Args:
        input_shape: of one example, without the batch.
        units: of the code, one number.
        penalty: "kl" and "l1" add a `SparsityPenalty` to logistic units; "threshold" takes linear
            units without a bias of their own and selects those above theta, without a penalty;
            "none" takes logistic units as they are.
        weight: of the penalty.
        target: of the penalty "kl", the mean activation that it asks for.
        theta: of the selection.
        output: of the reconstruction, "sigmoid" for data from 0 to 1, else "linear".

    Takes arrays (batch, *input_shape), returns reconstructions of the same shape. The filters are
    the columns of the kernel of "tied_1".

    Raises CourseError where an argument is impossible.
    """
    shape = check_shape("sparse", input_shape)
    count = check_code("sparse", units)
    check_activations("sparse", output=output)
    if penalty not in ("kl", "l1", "threshold", "none"):
        raise CourseError(
            f'sparse: penalty={penalty!r} is none of "kl", "l1", "threshold" and "none".'
        )
    selects = penalty == "threshold"
    layer = TiedDense(
        count, "linear" if selects else "sigmoid", output, use_back_bias=True, name="tied_1"
    )
    behind: keras.layers.Layer | None = None
    if selects:
        behind = Threshold(theta, name="threshold")
    elif penalty != "none":
        behind = SparsityPenalty(penalty, weight, target, name="sparsity")
    return there_and_back("sparse", shape, layer, behind=behind)

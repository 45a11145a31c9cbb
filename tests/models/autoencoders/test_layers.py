"""The layers of the autoencoders against their formulas, and what they do in training."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import entropy, norm

from course_utils.common.errors import CourseError
from course_utils.interpret import insight
from course_utils.models import autoencoders
from course_utils.models.autoencoders import (
    ContractiveDense,
    GaussianCode,
    MaskingNoise,
    SparsityPenalty,
    Threshold,
    TiedDense,
    summed_cross_entropy,
)

pytestmark = pytest.mark.slow


def numpy(tensor: Any) -> Any:
    return np.asarray(keras.ops.convert_to_numpy(tensor))


def loss_of(layer: keras.layers.Layer, *inputs: Any) -> float:
    layer(*inputs)
    (loss,) = layer.losses
    return float(loss)


@settings(deadline=None, max_examples=25)
@given(
    batch=st.integers(1, 5),
    units=st.integers(1, 6),
    target=st.floats(0.02, 0.9),
    weight=st.floats(0.1, 5),
    seed=st.integers(0, 99),
)
def test_the_kl_penalty_is_scipys_entropy(
    batch: int, units: int, target: float, weight: float, seed: int
) -> None:
    a = np.random.default_rng(seed).uniform(0.05, 0.95, size=(batch, units)).astype("float32")
    often = a.mean(axis=0)
    expected = sum(entropy([target, 1 - target], [p, 1 - p]) for p in often)
    found = loss_of(SparsityPenalty("kl", weight, target), a)
    assert found == pytest.approx(weight * expected, rel=1e-3, abs=1e-4)


def test_the_kl_penalty_stays_finite_where_units_never_or_always_fire() -> None:
    a = np.array([[0.0, 1.0], [0.0, 1.0]], "float32")
    assert np.isfinite(loss_of(SparsityPenalty("kl", 1.0), a))


def test_the_l1_penalty_does_not_depend_on_the_size_of_the_batch() -> None:
    a = np.array([[0.5, -2.0], [1.0, 0.0]], "float32")
    layer = SparsityPenalty("l1", 2.0)
    assert loss_of(layer, a) == loss_of(layer, np.tile(a, (3, 1))) == pytest.approx(2 * 1.75)


def test_the_threshold_passes_on_whole_what_lies_above() -> None:
    a = np.array([[-3.0, 0.5, 0.50001, 2.0]], "float32")
    np.testing.assert_array_equal(numpy(Threshold(0.5)(a)), [[0, 0, a[0, 2], 2]])


def test_masking_acts_in_training_only_and_scales_nothing() -> None:
    x = np.full((200, 50), 0.7, "float32")
    layer = MaskingNoise(0.3, seed=1)
    np.testing.assert_array_equal(numpy(layer(x)), x)
    one, other = (numpy(layer(x, training=True)) for _ in range(2))
    assert set(np.unique(one)) == {np.float32(0), np.float32(0.7)}
    assert np.mean(one == 0) == pytest.approx(0.3, abs=0.02)
    assert not np.array_equal(one, other)
    again = MaskingNoise(0.3, seed=1)
    np.testing.assert_array_equal(numpy(again(x, training=True)), one)


@pytest.mark.parametrize("weight", [0.5, 2.0])
def test_the_contractive_penalty_is_the_jacobian_that_autodiff_finds(weight: float) -> None:
    layer = ContractiveDense(4, weight)
    x = np.random.default_rng(0).normal(size=(6, 5)).astype("float32")
    found = loss_of(layer, x)
    rows = [
        insight.gradient(lambda x, j=j: keras.ops.sum(layer(x)[:, j]), x)  # type: ignore[misc]
        for j in range(4)
    ]
    assert found == pytest.approx(weight * np.sum(np.square(rows)) / 6, rel=1e-4)


def test_a_contractive_layer_adds_its_penalty_on_the_way_there_alone() -> None:
    model = autoencoders.contractive((5,), 4)
    model(np.zeros((2, 5), "float32"))
    assert len(model.losses) == 1


def test_the_divergence_of_a_code_is_the_integral() -> None:
    mean, log_variance = np.array([[0.7, -1.0]]), np.array([[-0.5, 0.8]])
    z = np.linspace(-15, 15, 20001)
    expected = 0.0
    for m, log in zip(mean[0], log_variance[0], strict=True):
        p, q = norm(m, np.exp(log / 2)), norm(0, 1)
        expected += np.trapezoid(p.pdf(z) * (p.logpdf(z) - q.logpdf(z)), z)
    inputs = [mean.astype("float32"), log_variance.astype("float32")]
    assert loss_of(GaussianCode(), inputs) == pytest.approx(expected, rel=1e-4)


def test_a_code_is_drawn_in_training_and_its_mean_in_use() -> None:
    mean = np.full((4000, 1), 2.0, "float32")
    log_variance = np.full((4000, 1), np.log(0.25), "float32")
    layer = GaussianCode(seed=0)
    np.testing.assert_array_equal(numpy(layer([mean, log_variance])), mean)
    drawn = numpy(layer([mean, log_variance], training=True))
    assert drawn.mean() == pytest.approx(2, abs=0.05)
    assert drawn.std() == pytest.approx(0.5, abs=0.03)


def test_the_cross_entropy_is_summed_over_the_pixels() -> None:
    x = np.array([[[1.0, 0.0]], [[0.5, 1.0]]])
    r = np.array([[[0.8, 0.4]], [[0.5, 1.0]]])
    expected = [-np.log(0.8) - np.log(0.6), np.log(2)]
    np.testing.assert_allclose(numpy(summed_cross_entropy(x, r)), expected, atol=1e-5)


def test_a_tied_layer_goes_both_ways_with_one_kernel() -> None:
    layer = TiedDense(3, "tanh", "sigmoid", use_back_bias=True)
    a = layer(np.ones((2, 5), "float32"))
    assert layer(a, transpose=True).shape == (2, 5)
    assert [tuple(weight.shape) for weight in layer.weights] == [(5, 3), (3,), (5,)]


@pytest.mark.parametrize("call", [lambda: MaskingNoise(-0.1), lambda: SparsityPenalty("l0", 1.0)])
def test_layers_refuse_what_is_impossible(call: Any) -> None:
    with pytest.raises(CourseError):
        call()

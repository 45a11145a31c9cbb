"""Layers that Keras lacks: local response normalisation, locally connected filters."""

from __future__ import annotations

from pathlib import Path

import keras
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from course_utils.common.errors import CourseError
from course_utils.models.layers import LocalResponseNormalization
from course_utils.models.locally_connected import LocallyConnected2D

Array = NDArray[np.floating]


def _numpy(tensor: object) -> Array:
    return np.asarray(keras.ops.convert_to_numpy(tensor))


def _normalise(x: Array, depth: int, alpha: float, beta: float, k: float, groups: int) -> Array:
    """The formula, one channel after the other."""
    size = x.shape[-1] // groups
    y = np.empty_like(x)
    for i in range(x.shape[-1]):
        first = i // size * size
        low, high = max(first, i - depth // 2), min(first + size, i + depth // 2 + 1)
        total = (x[..., low:high] ** 2).sum(axis=-1)
        y[..., i] = x[..., i] / (k + alpha / depth * total) ** beta
    return y


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    per_group=st.integers(1, 9),
    groups=st.integers(1, 3),
    depth=st.sampled_from([1, 3, 5, 7]),
    alpha=st.sampled_from([1e-4, 5e-4, 0.1, 2.0]),
    beta=st.sampled_from([0.5, 0.75, 1.0]),
    k=st.sampled_from([1.0, 2.0]),
)
def test_normalisation_is_the_formula(
    seed: int, per_group: int, groups: int, depth: int, alpha: float, beta: float, k: float
) -> None:
    rng = np.random.default_rng(seed)
    x = rng.normal(scale=10, size=(2, 2, 3, per_group * groups)).astype("float32")
    layer = LocalResponseNormalization(depth, alpha, beta, k, groups)
    expected = _normalise(x.astype("float64"), depth, alpha, beta, k, groups)
    np.testing.assert_allclose(_numpy(layer(x)), expected, rtol=2e-5, atol=1e-6)


def test_normalisation_has_no_weights_and_keeps_the_shape() -> None:
    layer = LocalResponseNormalization()
    assert layer(np.zeros((2, 3, 4, 8), "float32")).shape == (2, 3, 4, 8)
    assert layer.weights == []


def test_normalisation_in_half_precision_survives_large_activations() -> None:
    layer = LocalResponseNormalization(5, alpha=1e-4, dtype="mixed_float16")
    x = np.full((1, 1, 1, 5), 1000.0, "float32")  # its square is more than a float16 holds
    y = _numpy(layer(x))
    assert y.dtype == np.float16
    expected = _normalise(x.astype("float64"), 5, 1e-4, 0.75, 1.0, 1)
    np.testing.assert_allclose(y, expected, rtol=2e-3)


def test_normalisation_wants_a_window_with_a_middle() -> None:
    with pytest.raises(CourseError, match="odd number"):
        LocalResponseNormalization(4)


def test_normalisation_wants_equal_groups() -> None:
    with pytest.raises(CourseError, match="7 channels do not divide into groups=2"):
        LocalResponseNormalization(groups=2)(np.zeros((1, 2, 2, 7), "float32"))


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    window=st.tuples(st.integers(1, 3), st.integers(1, 3)),
    strides=st.tuples(st.integers(1, 3), st.integers(1, 2)),
    more=st.tuples(st.integers(0, 4), st.integers(0, 4)),
    channels=st.integers(1, 3),
    filters=st.integers(1, 3),
)
@example(seed=0, window=(1, 2), strides=(1, 2), more=(1, 1), channels=1, filters=1)
def test_each_position_has_a_dense_layer_of_its_own(
    seed: int,
    window: tuple[int, int],
    strides: tuple[int, int],
    more: tuple[int, int],
    channels: int,
    filters: int,
) -> None:
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(2, window[0] + more[0], window[1] + more[1], channels)).astype("float32")
    layer = LocallyConnected2D(filters, window, strides, activation="relu")
    y = _numpy(layer(x))
    weights = [rng.normal(size=weight.shape).astype("float32") for weight in layer.get_weights()]
    layer.set_weights(weights)
    kernel, bias = weights
    y = _numpy(layer(x))
    assert y.shape == layer.compute_output_shape(x.shape)
    for r, c in np.ndindex(y.shape[1:3]):
        top, left = r * strides[0], c * strides[1]
        seen = x[:, top : top + window[0], left : left + window[1]].reshape(2, -1)
        dense = np.maximum(seen @ kernel[r, c] + bias[r, c], 0)
        np.testing.assert_allclose(y[:, r, c], dense, rtol=1e-4, atol=1e-5)


def test_with_equal_filters_everywhere_it_is_a_convolution() -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(2, 7, 6, 3)).astype("float32")
    convolution = keras.layers.Conv2D(4, (3, 2), 2)
    expected = _numpy(convolution(x))
    kernel, bias = convolution.get_weights()
    local = LocallyConnected2D(4, (3, 2), 2)
    rows, columns = local(x).shape[1:3]
    everywhere = np.broadcast_to(kernel.reshape(-1, 4), (rows, columns, 18, 4))
    local.set_weights([everywhere, np.broadcast_to(bias, (rows, columns, 4))])
    np.testing.assert_allclose(_numpy(local(x)), expected, rtol=1e-4, atol=1e-5)


def test_first_activations_are_as_large_as_the_inputs() -> None:
    keras.utils.set_random_seed(0)
    x = np.random.default_rng(0).normal(size=(8, 20, 20, 8)).astype("float32")
    z = _numpy(LocallyConnected2D(8, 5)(x))
    assert 1.3 < z.std() < 1.5  # the square root of 2, of which a ReLU leaves 1


@pytest.mark.parametrize("size", [(2, 5), (None, 5)])
def test_a_window_that_does_not_fit_is_refused(size: tuple[int | None, int]) -> None:
    with pytest.raises(CourseError, match="does not fit an input of"):
        LocallyConnected2D(1, 3)(keras.Input((*size, 1)))


def test_both_layers_come_back_from_a_file(tmp_path: Path) -> None:
    model = keras.Sequential(
        [
            keras.Input((6, 7, 4)),
            LocalResponseNormalization(3, 0.5, 0.6, 1.5, groups=2),
            LocallyConnected2D(2, (3, 2), (2, 1), activation="tanh"),
        ]
    )
    path = tmp_path / "model.keras"
    model.save(path)
    x = np.random.default_rng(0).normal(size=(3, 6, 7, 4)).astype("float32")
    again = keras.saving.load_model(path)
    np.testing.assert_array_equal(again.predict(x, verbose=0), model.predict(x, verbose=0))

"""Lab 4's cells and gradients, as students write them, against Keras and TensorFlow."""

import os
from functools import cache
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_utils.authoring import references, source
from course_utils.common.paths import ROOT

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import tensorflow as tf
from keras import layers

pytestmark = pytest.mark.slow

SOURCE = ROOT / "solutions" / "04_rnn" / "rnn.py"
SIZES = [(1, 1, 1, 1), (2, 9, 3, 7), (5, 12, 6, 2)]  # batch, time, features, units


@cache
def student() -> SimpleNamespace:
    """The solved answers, by name."""
    return SimpleNamespace(**references.load(source.read(SOURCE)))


def draw(seed: int, *shapes: tuple[int, ...], scale: float = 0.5) -> list[Any]:
    """Arrays of normal numbers."""
    rng = np.random.default_rng(seed)
    return [scale * rng.normal(size=shape) for shape in shapes]


def plain_layer(seed: int, sizes: tuple[int, int, int, int]) -> list[Any]:
    """X, U, W, b and s0 of a plain recurrent layer."""
    batch, time, features, units = sizes
    shapes = (batch, time, features), (features, units), (units, units), (units,), (batch, units)
    return draw(seed, *shapes)


def in_keras(kind: str, X: Any, weights: list[Any], states: list[Any], **options: Any) -> Any:
    """All outputs, then the last states, of a layer of Keras in 64 bits."""
    layer = getattr(layers, kind)(
        weights[1].shape[0], return_sequences=True, return_state=True, dtype="float64", **options
    )
    layer.build(X.shape)
    layer.set_weights(weights)
    return [np.asarray(found) for found in layer(X, initial_state=states)]


# --- the plain cell -------------------------------------------------------------------------------


@pytest.mark.parametrize("sizes", SIZES)
def test_a_sequence_is_kerass(sizes: tuple[int, int, int, int]) -> None:
    X, U, W, b, s0 = plain_layer(1, sizes)
    states, last = in_keras("SimpleRNN", X, [U, W, b], [s0])
    S = student().rnn_forward(X, U, W, b, s0)
    assert S.shape == states.shape and np.abs(S - states).max() < 1e-5
    assert np.allclose(S[:, -1], last, atol=1e-5)
    assert np.allclose(student().rnn_step(X[:, 0], s0, U, W, b), S[:, 0])


@settings(deadline=None, max_examples=30)
@given(time=st.integers(2, 8), cut=st.integers(1, 7), seed=st.integers(0, 99))
def test_a_sequence_can_be_cut_in_two(time: int, cut: int, seed: int) -> None:
    cut = min(cut, time - 1)
    X, U, W, b, s0 = plain_layer(seed, (2, time, 3, 4))
    forward = student().rnn_forward
    first = forward(X[:, :cut], U, W, b, s0)
    second = forward(X[:, cut:], U, W, b, first[:, -1])
    assert np.allclose(np.concatenate([first, second], axis=1), forward(X, U, W, b, s0))


@pytest.mark.parametrize("sizes", [(3, 2, 4, 6), (8, 7, 2, 3)])
def test_the_encoder_and_the_decoder_are_two_of_the_cells(sizes: tuple[int, int, int, int]) -> None:
    features, units, steps, classes = sizes
    model = student().encoder_decoder(features, units, steps, classes)
    assert model.input_shape == (None, None, features)
    assert model.output_shape == (None, steps, classes)
    U, W, b, decoder_U, decoder_W, decoder_b, V, c = model.get_weights()
    forward = student().rnn_forward
    for time in (1, 5):
        (X,) = draw(time, (4, time, features))
        code = forward(X, U, W, b, np.zeros((4, units)))[:, -1]
        repeated = np.repeat(code[:, None], steps, axis=1)
        states = forward(repeated, decoder_U, decoder_W, decoder_b, code)
        scores = np.exp(states @ V + c)
        expected = scores / scores.sum(axis=-1, keepdims=True)
        assert np.allclose(model(X.astype("float32")), expected, atol=1e-5)


# --- the way back ---------------------------------------------------------------------------------


@pytest.mark.parametrize("sizes", SIZES)
def test_the_gradients_are_tensorflows(sizes: tuple[int, int, int, int]) -> None:
    X, U, W, b, s0 = plain_layer(2, sizes)
    variables = [tf.Variable(array) for array in (X, U, W, b)]
    (G,) = draw(3, (*X.shape[:2], len(b)))
    with tf.GradientTape() as tape:
        s, error = tf.constant(s0), tf.constant(0.0, tf.float64)
        for t in range(X.shape[1]):
            s = tf.tanh(variables[0][:, t] @ variables[1] + s @ variables[2] + variables[3])
            error += tf.reduce_sum(s * G[:, t])
    S = student().rnn_forward(X, U, W, b, s0)
    found = student().bptt(X, S, G, U, W, s0)
    for mine, theirs in zip(found, tape.gradient(error, variables), strict=True):
        assert mine.shape == theirs.shape and np.allclose(mine, theirs, atol=1e-10)


def test_the_gradients_pass_the_check_of_lab_2() -> None:
    """Centred differences for every number, on the sum of squares of all states."""
    X, U, W, b, s0 = arrays = plain_layer(4, (2, 6, 2, 3))
    forward = student().rnn_forward
    S = forward(*arrays)
    claims = student().bptt(X, S, 2 * S, U, W, s0)
    for number, claim in enumerate(claims):
        for place in np.ndindex(claim.shape):
            errors = []
            for step in (1e-5, -1e-5):
                moved = [array.copy() for array in arrays]
                moved[number][place] += step
                errors.append(np.sum(forward(*moved) ** 2))
            assert np.isclose((errors[0] - errors[1]) / 2e-5, claim[place], atol=1e-7)


@settings(deadline=None, max_examples=25)
@given(time=st.integers(1, 9), units=st.integers(1, 5), seed=st.integers(0, 99))
def test_the_terms_of_the_sum_over_k_add_up_to_bptts_gradient(
    time: int, units: int, seed: int
) -> None:
    X, U, W, b, s0 = plain_layer(seed, (1, time, 2, units))
    S = student().rnn_forward(X, U, W, b, s0)
    G = np.zeros_like(S)
    G[:, -1] = draw(seed, (1, units))[0]
    P = student().jacobian_products(S[0], W)
    before = np.concatenate([s0, S[0, :-1]])
    terms = [np.outer(before[k], (P[k] @ G[0, -1]) * (1 - S[0, k] ** 2)) for k in range(time)]
    assert np.allclose(np.sum(terms, axis=0), student().bptt(X, S, G, U, W, s0)[2])


def test_a_product_of_jacobians_is_what_a_small_change_shows() -> None:
    X, U, W, b, s0 = plain_layer(5, (1, 7, 3, 4))
    forward = student().rnn_forward
    S = forward(X, U, W, b, s0)
    P = student().jacobian_products(S[0], W)
    for k in range(6):
        for unit, h in enumerate(1e-6 * np.eye(4)):
            ends = [forward(X[:, k + 1 :], U, W, b, S[:, k] + sign * h)[0, -1] for sign in (1, -1)]
            assert np.allclose((ends[0] - ends[1]) / 2e-6, P[k, unit], atol=1e-7)


# --- gates ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("sizes", SIZES)
def test_an_lstm_step_is_kerass(sizes: tuple[int, int, int, int]) -> None:
    batch, time, features, units = sizes
    X, h, c = draw(6, (batch, time, features), (batch, units), (batch, units))
    weights = draw(7, (features, 4 * units), (units, 4 * units), (4 * units,), scale=1.0)
    outputs, _, last = in_keras("LSTM", X, weights, [h, c])
    for t in range(time):
        h, c = student().lstm_step(X[:, t], h, c, *weights)
        assert np.abs(h - outputs[:, t]).max() < 1e-5
    assert np.abs(c - last).max() < 1e-5


@pytest.mark.parametrize("sizes", SIZES)
def test_a_gru_step_is_kerass_with_reset_after(sizes: tuple[int, int, int, int]) -> None:
    batch, time, features, units = sizes
    X, h = draw(8, (batch, time, features), (batch, units))
    weights = draw(9, (features, 3 * units), (units, 3 * units), (2, 3 * units), scale=1.0)
    outputs, _ = in_keras("GRU", X, weights, [h], reset_after=True)
    for t in range(time):
        h = student().gru_step(X[:, t], h, *weights)
        assert np.abs(h - outputs[:, t]).max() < 1e-5


@settings(deadline=None, max_examples=25)
@given(seed=st.integers(0, 99), batch=st.integers(1, 4), units=st.integers(1, 5))
def test_gates_that_are_shut_or_open_keep_or_replace(seed: int, batch: int, units: int) -> None:
    """An open forget gate with a shut input gate keeps the cell; an open update gate the state."""
    x, h, c = draw(seed, (batch, 3), (batch, units), (batch, units))
    zeros = np.zeros((3, 4 * units)), np.zeros((units, 4 * units))
    keep = np.repeat([-1000.0, 1000, 0, 0], units)
    assert np.allclose(student().lstm_step(x, h, c, *zeros, keep)[1], c)
    U, W = np.zeros((3, 3 * units)), np.zeros((units, 3 * units))
    bias = np.zeros((2, 3 * units))
    bias[0, :units] = 1000
    assert np.allclose(student().gru_step(x, h, U, W, bias), h)
    bias[0, :units] = -1000
    assert np.allclose(student().gru_step(x, h, U, W, bias), 0)


def test_numpy_and_keras_disagree_where_the_reset_gate_stands_elsewhere() -> None:
    X, h = draw(10, (2, 1, 3), (2, 4))
    U, W, b = draw(11, (3, 12), (4, 12), (2, 12), scale=1.0)
    other, _ = in_keras("GRU", X, [U, W, b.sum(axis=0)], [h], reset_after=False)
    assert np.abs(student().gru_step(X[:, 0], h, U, W, b) - other[:, 0]).max() > 1e-3

"""Lab 4's second half: networks that keep their state, forecasts, text, as students write them."""

import os
from functools import cache
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.authoring import references, source
from course_utils.common.paths import ROOT
from course_utils.exercises.compare import Tolerance, compare
from course_utils.experiments import memory
from course_utils.sequences.ngrams import NGrams
from course_utils.sequences.text import VOCABULARY, encode

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
from course_utils.exercises import keras_models

pytestmark = pytest.mark.slow

SOURCE = ROOT / "solutions" / "04_rnn" / "rnn.py"
TEXT = "the cat sat on the mat, and the rat sat on the cat.\n"


@cache
def student() -> SimpleNamespace:
    """The solved answers, by name."""
    return SimpleNamespace(**references.load(source.read(SOURCE)))


def normal(*shape: int, seed: int = 0) -> Any:
    return np.random.default_rng(seed).normal(size=shape)


# --- networks that keep their state ---------------------------------------------------------------


def test_a_stateful_network_goes_on_where_it_ended() -> None:
    whole = student().wave_network((None, None), 5, False)
    pieces = student().wave_network((2, 4), 5, True)
    for own, given_ in zip(pieces.trainable_weights, whole.trainable_weights, strict=True):
        own.assign(np.asarray(given_))
    waves = normal(2, 12, 1).astype("float32")
    expected = np.asarray(whole(waves))
    found = [pieces.predict_on_batch(waves[:, start : start + 4]) for start in (0, 4, 8)]
    np.testing.assert_allclose(np.concatenate(found, axis=1), expected, atol=1e-5)


def test_the_check_sees_whether_a_network_keeps_its_state() -> None:
    kept, forgot = (
        keras_models.describe(student().wave_network((2, 3), 4, stateful))
        for stateful in (True, False)
    )
    assert kept["stateful"] == 1 and "stateful" not in forgot
    for one, other, numbers in ((kept, forgot, (1, 0)), (forgot, kept, (0, 1))):
        found = compare(one, other, Tolerance(1e-5, 1e-8))
        assert found is not None
        assert "Stateful layers: expected {}, got {}.".format(*numbers) in found.message


def test_the_record_of_the_adding_problem_is_whole() -> None:
    found = {(point.cell, point.lag) for point in memory.recorded_adding()}
    cells = ("plain", "orthogonal", "gru", "lstm")
    assert found == {(cell, lag) for cell in cells for lag in (20, 50, 100, 200)}


# --- forecasts ------------------------------------------------------------------------------------


@given(st.integers(1, 12), st.integers(1, 5), st.integers(0, 1000))
def test_an_analogue_is_no_farther_than_any_other(count: int, window: int, seed: int) -> None:
    known, windows = normal(count, window, seed=seed), normal(3, window, seed=seed + 1)
    places = student().analogue_forecast(known, np.arange(float(count)), windows).astype(int)
    far = np.linalg.norm(windows[:, None] - known, axis=2)
    assert np.all(far[np.arange(3), places] <= far.min(axis=1) + 1e-12)


def test_what_is_known_is_forecast_without_error() -> None:
    known, followed = normal(9, 4), normal(9)
    np.testing.assert_array_equal(student().analogue_forecast(known, followed, known), followed)


def test_a_tdnn_is_a_perceptron_of_the_window_that_forecasts_the_change() -> None:
    model = student().tdnn(6, 5)
    w, b, v, c = (np.asarray(weight) for weight in model.weights)
    x = normal(3, 6, 1).astype("float32")
    expected = x[:, -1] + np.tanh(x[:, :, 0] @ w + b) @ v + c
    np.testing.assert_allclose(np.asarray(model(x)), expected, atol=1e-5)


def test_elmans_network_forecasts_from_the_last_state_of_lab_4s_own_layer() -> None:
    model = student().elman(6, 5, "SimpleRNN")
    *layer, v, c = (np.asarray(weight) for weight in model.weights)
    x = normal(3, 6, 1).astype("float32")
    H = student().rnn_forward(x, *layer, np.zeros((3, 5)))
    np.testing.assert_allclose(np.asarray(model(x)), x[:, -1] + H[:, -1] @ v + c, atol=1e-5)


def test_a_narx_in_parallel_form_is_the_same_network_in_a_loop() -> None:
    one, four = (student().narx(3, 2, 5, steps) for steps in (1, 4))
    four.set_weights(one.get_weights())
    past, outside = normal(6, 3).astype("float32"), normal(6, 4, 2, seed=1).astype("float32")
    window, said = past, []
    for t in range(4):
        value = np.asarray(one([window, outside[:, t : t + 1]]))
        said.append(value)
        window = np.concatenate([window[:, 1:], value], axis=1)
    found = np.asarray(four([past, outside]))
    np.testing.assert_allclose(found, np.concatenate(said, axis=1), atol=1e-5)


# --- text -----------------------------------------------------------------------------------------


@given(st.lists(st.integers(0, 6), min_size=2, max_size=60), st.floats(0.01, 10))
def test_rows_of_a_bigram_table_add_up_to_one(codes: list[int], alpha: float) -> None:
    table = student().bigram_table(np.array(codes), 7, alpha)
    assert table.shape == (7, 7) and np.all(table > 0)
    np.testing.assert_allclose(table.sum(axis=1), 1)


def test_a_bigram_knows_its_own_text_better_than_a_unigram() -> None:
    codes = encode(TEXT * 20)
    table = student().bigram_table(codes, len(VOCABULARY), 1e-3)
    bits = -np.log2(table[codes[:-1], codes[1:]]).mean()
    assert bits < NGrams(TEXT * 20, 1).bits_per_character(TEXT * 20) - 1
    assert bits == pytest.approx(NGrams(TEXT * 20, 2, 0.05).bits_per_character(TEXT * 20), abs=0.1)


positive = st.lists(st.floats(0.01, 1), min_size=2, max_size=9)


@given(positive, st.floats(0.2, 5), st.floats(0.2, 5))
def test_temperatures_multiply(weights: list[float], one: float, other: float) -> None:
    p = np.array(weights) / sum(weights)
    twice = student().with_temperature(student().with_temperature(p, one), other)
    np.testing.assert_allclose(twice, student().with_temperature(p, one * other), atol=1e-9)


@given(positive, st.floats(0.002, 50))
def test_no_temperature_changes_the_order(weights: list[float], temperature: float) -> None:
    p = np.array(weights) / sum(weights)
    q = student().with_temperature(p, temperature)
    assert q.sum() == pytest.approx(1)
    assert np.all(np.diff(q[np.argsort(p)]) >= -1e-12)


def test_temperatures_between_certainty_and_chance() -> None:
    p = np.array([0.5, 0.3, 0.2, 0.0])
    cold, hot = (student().with_temperature(p, t) for t in (0.002, 1e6))
    np.testing.assert_allclose(cold, [1, 0, 0, 0], atol=1e-12)
    np.testing.assert_allclose(hot, [1 / 3, 1 / 3, 1 / 3, 0], atol=1e-5)

"""Plain data: what becomes of anything that an answer may return."""

import math

import numpy as np
import pytest
from hypothesis import given

from course_utils.exercises.exercise import Opaque
from course_utils.exercises.plain import MAX_BYTES, copy_plain, identical, to_plain
from tests.support.plain_data import plain


@given(plain)
def test_plain_data_stays_what_it_is_and_shares_nothing(data):
    converted = to_plain(data)
    assert identical(converted, data)
    assert identical(copy_plain(converted), data)
    if isinstance(data, np.ndarray) and data.size:
        assert not np.shares_memory(converted, data)


class Liar(float):
    def __eq__(self, other):
        return True

    __hash__ = float.__hash__


class LyingArray(np.ndarray):
    def __eq__(self, other):
        return np.True_


@pytest.mark.parametrize(
    ("value", "base"), [(Liar(2.0), float), (np.ones(3).view(LyingArray), np.ndarray)]
)
def test_subclasses_become_their_base_type(value, base):
    assert type(to_plain(value)) is base


def test_a_masked_array_and_a_matrix_become_plain_arrays():
    assert type(to_plain(np.ma.array([1.0, 2.0], mask=[True, False]))) is np.ndarray
    with pytest.warns(PendingDeprecationWarning):
        matrix = np.matrix([[1, 2]])
    assert to_plain(matrix).shape == (1, 2)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ((x for x in range(3)), "a generator"),
        (max, "the function max"),
        (dict, "the class dict"),
        (math, "the module math"),
        ({1, 2}, "a set"),
        (np.array([[1], None], dtype=object), "an array of Python objects"),
        (object(), "an object of type object"),
    ],
)
def test_what_has_code_or_no_shape_is_named(value, words):
    converted = to_plain(value)
    assert isinstance(converted, Opaque)
    assert converted.words.startswith(words)


def test_what_is_too_large_is_named_and_not_copied():
    lazy = np.broadcast_to(np.zeros(1), (MAX_BYTES,))
    assert "too large" in to_plain(lazy).words
    assert "too many" in to_plain([0] * 1_000_000).words
    assert "too large" in to_plain([[0] * 60_000, [0] * 60_000])[1][-1].words


def test_a_list_that_holds_itself_ends():
    loop: list = []
    loop.append(loop)
    value = to_plain(loop)
    while isinstance(value, list):
        value = value[0]
    assert isinstance(value, Opaque)


class _Lying(float):
    def __float__(self):
        return 7.0


class _LyingComplex(complex):
    def __complex__(self):
        return 7j


@pytest.mark.parametrize("value", [_Lying(1.0), _LyingComplex(1.0)])
def test_a_subclass_does_not_choose_its_number(value):
    assert to_plain(value) == 1.0


def test_an_empty_array_of_a_huge_shape_is_named():
    assert "empty array" in to_plain(np.zeros((0, 2**40))).words
    assert to_plain(np.zeros((0, 3))).shape == (0, 3)

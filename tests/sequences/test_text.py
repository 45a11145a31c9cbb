"""Text as numbers, the language reference in parts, and n-gram baselines."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.common.errors import CourseError
from course_utils.datasets import python_reference
from course_utils.sequences.ngrams import NGrams, tuned
from course_utils.sequences.text import VOCABULARY, decode, encode, plain, streams

words = st.text(alphabet=VOCABULARY, max_size=60)


def test_the_vocabulary_is_newline_and_printable_ascii() -> None:
    assert len(VOCABULARY) == len(set(VOCABULARY)) == 96
    assert VOCABULARY[0] == "\n" and VOCABULARY[1:] == bytes(range(32, 127)).decode()


@given(words)
def test_decoding_undoes_encoding(text: str) -> None:
    codes = encode(text)
    assert codes.dtype == np.int32 and codes.shape == (len(text),)
    assert [VOCABULARY[code] for code in codes] == list(text)
    assert decode(codes) == text


@given(st.text(max_size=40))
def test_plain_text_is_always_encodable_and_stays_what_it_is(text: str) -> None:
    once = plain(text)
    assert decode(encode(once)) == once == plain(once)


@given(words)
def test_plain_leaves_the_vocabulary_alone(text: str) -> None:
    assert plain(text) == text


def test_plain_writes_typography_as_a_keyboard_does() -> None:
    assert plain("“naïve” – it’s straße…") == '"naive" - it\'s strasse...'
    assert plain("a\tb\r\nc €") == "a b\nc ?"


@pytest.mark.parametrize("wrong", ["é", "\t", "\x1f", "\x7f", "😀", "\ud800"])
def test_other_characters_are_refused_by_name_and_place(wrong: str) -> None:
    with pytest.raises(CourseError, match=r"at position 2 .*plain\(text\)"):
        encode(f"ab{wrong}")


def test_codes_outside_of_the_vocabulary_are_refused() -> None:
    with pytest.raises(CourseError, match="codes from 0 to 95"):
        decode(np.array([3, 96]))


def test_streams_go_on_where_they_ended_and_targets_are_one_step_ahead() -> None:
    codes = np.arange(100, dtype=np.int32) % 96
    pieces = list(streams(codes, 3, 8))
    assert len(pieces) == 4  # 99 // 24
    x = np.concatenate([piece[0] for piece in pieces], axis=1)
    y = np.concatenate([piece[1] for piece in pieces], axis=1)
    assert np.array_equal(x.ravel(), codes[:96])
    assert np.array_equal(y.ravel(), codes[1:97])
    with pytest.raises(CourseError, match="it takes 801"):
        next(streams(codes, 8, 100))


def test_the_parts_of_the_reference_have_sizes_that_fit_their_use() -> None:
    reference = python_reference()
    sizes = np.array([len(part) for part in reference])
    assert 300_000 < sizes.sum() < 500_000
    assert np.all(np.abs(sizes / sizes.sum() - [0.82, 0.09, 0.09]) < 0.03)
    for part in reference:
        assert set(part) <= set(VOCABULARY)


def test_no_paragraph_stands_twice() -> None:
    paragraphs = [
        " ".join(paragraph.split())
        for part in python_reference()
        for paragraph in part.split("\n\n")
    ]
    assert len(paragraphs) == len(set(paragraphs)) > 1000


def test_hardly_a_line_of_the_test_part_was_seen_in_training() -> None:
    reference = python_reference()
    seen = {" ".join(line.split()) for line in reference.training.splitlines()}
    lines = {" ".join(line.split()) for line in reference.test.splitlines()}
    long = [line for line in lines if len(line) > 40]
    assert len(long) > 300
    assert np.mean([line in seen for line in long]) < 0.02


@pytest.mark.parametrize("order", [1, 2, 3, 5])
def test_probabilities_of_all_successors_add_up_to_one(order: int) -> None:
    grams = NGrams("the cat sat on the mat. the cat ate.", order)
    for history in ("the c", "zzz", ""):
        p = [grams.probabilities(history + letter)[-1] for letter in VOCABULARY]
        assert math.fsum(p) == pytest.approx(1) and min(p) > 0


def test_a_bigram_by_hand() -> None:
    """In "abab" a is followed by b twice; each of a, b ends one kind of bigram, of two kinds."""
    grams = NGrams("abab", 2, discount=0.5)
    unigram = (1 - 0.5 + 0.5 * 2 / 96) / 2  # N = 2 kinds of bigram, K = 2
    expected = (2 - 0.5 + 0.5 * 1 * unigram) / 2
    assert grams.probabilities("ab")[1] == pytest.approx(expected)
    assert grams.probabilities("xa")[1] == pytest.approx(unigram)
    assert grams.bits_per_character("ab") == pytest.approx(
        -np.log2(grams.probabilities("ab")).mean()
    )


def test_a_unigram_of_even_letters_needs_the_logarithm_of_their_number() -> None:
    grams = NGrams("abcd" * 1000, 1, discount=0.1)
    assert grams.bits_per_character("abcd" * 10) == pytest.approx(2, abs=0.01)


def test_longer_contexts_predict_the_reference_better() -> None:
    reference = python_reference()
    bits = [
        tuned(reference.training, reference.validation, order).bits_per_character(reference.test)
        for order in (1, 2, 3)
    ]
    assert 4.5 < bits[0] < 5 and 3.5 < bits[1] < 4 and 2.6 < bits[2] < 3.2


def test_tuning_takes_the_discount_that_is_best_on_the_validation_part() -> None:
    training, validation = "the cat sat on the mat " * 3, "the mat sat on the cat"
    best = tuned(training, validation, 3)
    bits = best.bits_per_character(validation)
    others = [NGrams(training, 3, d).bits_per_character(validation) for d in (0.05, 0.5, 0.95)]
    assert bits <= min(others) and max(others) > bits


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("text", 0), "from 1 to 9"),
        (("text", 10), "from 1 to 9"),
        (("text", 2, 1.0), "between 0 and 1"),
        (("ab", 3), "hold no n-gram"),
    ],
)
def test_impossible_ngrams_are_refused(arguments: tuple[str, int], sentence: str) -> None:
    with pytest.raises(CourseError, match=sentence):
        NGrams(*arguments)

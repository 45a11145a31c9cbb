"""The network that writes: shapes, state, wrong batches, shipped weights."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from course_utils.common.errors import CourseError
from course_utils.datasets import python_reference
from course_utils.models.recurrent import bits_per_character, char_rnn
from course_utils.models.recurrent.characters import save_weights
from course_utils.sequences.ngrams import tuned
from course_utils.sequences.text import encode, streams

pytestmark = pytest.mark.slow

TEXT = "The quick brown fox jumps over the lazy dog.\n" * 12


def _twins(batch: int, length: int) -> tuple[keras.Model, keras.Model]:
    """A stateful network and one that is not, with the same weights."""
    keras.utils.set_random_seed(0)
    stateful = char_rnn(8, batch_shape=(batch, length), stateful=True)
    plain = char_rnn(8)
    for own, other in zip(plain.trainable_weights, stateful.trainable_weights, strict=True):
        own.assign(np.asarray(other))
    return stateful, plain


@pytest.mark.parametrize("cell", ["gru", "lstm", "plain"])
def test_it_gives_probabilities_of_96_characters_at_each_step(cell: str) -> None:
    p = np.asarray(char_rnn(8, cell)(encode(TEXT)[:60].reshape(3, 20)))
    assert p.shape == (3, 20, 96)
    assert np.allclose(p.sum(axis=-1), 1, atol=1e-5)


def test_a_stateful_network_goes_on_where_it_ended() -> None:
    stateful, plain = _twins(2, 5)
    codes = encode(TEXT)[:30].reshape(2, 15)
    whole = np.asarray(plain(codes))
    pieces = [stateful.predict_on_batch(codes[:, start : start + 5]) for start in (0, 5, 10)]
    assert np.allclose(np.concatenate(pieces, axis=1), whole, atol=1e-5)
    stateful.reset_state()
    assert np.allclose(stateful.predict_on_batch(codes[:, :5]), whole[:, :5], atol=1e-5)


def test_character_by_character_is_the_same_as_all_at_once() -> None:
    stateful, plain = _twins(1, 1)
    codes = encode("import keras")
    whole = np.asarray(plain(codes[None]))[0]
    single = [stateful.predict_on_batch(code.reshape(1, 1))[0, 0] for code in codes]
    assert np.allclose(single, whole, atol=1e-5)


@pytest.mark.parametrize("way", ["__call__", "predict_on_batch", "test_on_batch", "train_on_batch"])
def test_a_wrong_batch_gets_a_sentence(way: str) -> None:
    stateful, _ = _twins(4, 5)
    stateful.compile("adam", "sparse_categorical_crossentropy")
    x = np.zeros((8, 5), np.int32)
    more = (x,) if way in ("test_on_batch", "train_on_batch") else ()
    with pytest.raises(CourseError, match=r"char_rnn: 8 rows do not fit its batches of 4;.*\(8, "):
        getattr(stateful, way)(x, *more)


@pytest.mark.parametrize("way", ["fit", "evaluate", "predict"])
def test_rows_that_fill_no_batch_get_a_sentence_and_others_need_no_batch_size(way: str) -> None:
    stateful, _ = _twins(4, 5)
    stateful.compile("adam", "sparse_categorical_crossentropy")

    def run(rows: int) -> Any:
        x = np.zeros((rows, 5), np.int32)
        return getattr(stateful, way)(x, *(() if way == "predict" else (x,)), verbose=0)

    with pytest.raises(CourseError, match=r"6 rows .* or a multiple of it"):
        run(6)
    done = run(8)
    if way == "predict":
        assert done.shape == (8, 5, 96)


@pytest.mark.skipif(keras.backend.backend() == "jax", reason="Keras drops the state on JAX")
def test_fit_reads_the_pieces_of_a_stream_in_order() -> None:
    """A learning rate of 0 leaves the weights: the loss is that of the unbroken streams."""
    stateful, plain = _twins(2, 5)
    stateful.compile(keras.optimizers.SGD(0.0), "sparse_categorical_crossentropy")
    pieces = list(streams(encode(TEXT), 2, 5))
    x, y = (np.concatenate(part) for part in zip(*pieces, strict=True))
    loss = stateful.fit(x, y, verbose=0).history["loss"][0]
    whole_x, whole_y = (np.concatenate(part, axis=1) for part in zip(*pieces, strict=True))
    p = np.take_along_axis(np.asarray(plain(whole_x)), whole_y[..., None], axis=-1)
    assert loss == pytest.approx(-np.log(p).mean(), rel=1e-4)


@pytest.mark.parametrize("stateful", [False, True])
def test_a_saved_network_gives_the_same_numbers(stateful: bool, tmp_path: Path) -> None:
    model = _twins(2, 5)[0 if stateful else 1]
    codes = encode(TEXT)[:10].reshape(2, 5)
    expected = np.asarray(model(codes))
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    assert type(again) is type(model)
    if stateful:
        again.reset_state()
    assert np.allclose(np.asarray(again(codes)), expected, atol=1e-6)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"cell": "elman"}, "none of gru, lstm, plain"),
        ({"stateful": True}, "the batch is fixed"),
        ({"stateful": True, "batch_shape": (None, 5)}, "the batch is fixed"),
        ({"batch_shape": (0, 5)}, r"batch_shape=\(0, 5\) is impossible"),
        ({"batch_shape": (3,)}, r"batch_shape=\(3,\) is impossible"),
        ({"weights": "imagenet"}, 'possible are None and "course"'),
        ({"weights": "course", "units": 8}, "fit 256 GRUs"),
    ],
)
def test_impossible_arguments_are_refused(arguments: dict[str, Any], sentence: str) -> None:
    with pytest.raises(CourseError, match=sentence):
        char_rnn(**arguments)


def test_bits_per_character_count_every_character_once() -> None:
    model = char_rnn(8)
    text = TEXT[:37]  # 16 passages of 3, the last one cut short
    y = encode(text)
    x = np.concatenate([encode("\n"), y[:-1]])
    rows = [(x[i : i + 3], y[i : i + 3]) for i in range(0, 37, 3)]
    p = [np.asarray(model(a[None]))[0][np.arange(len(b)), b] for a, b in rows]
    assert bits_per_character(model, text) == pytest.approx(
        -np.log2(np.concatenate(p)).mean(), rel=1e-4
    )


def test_bits_per_character_refuses_a_network_that_remembers_and_an_empty_text() -> None:
    with pytest.raises(CourseError, match="remembers what it read before"):
        bits_per_character(_twins(1, 1)[0], TEXT)
    with pytest.raises(CourseError, match="the text is empty"):
        bits_per_character(char_rnn(8), "")


def test_the_shipped_weights_beat_the_5_gram_on_text_that_neither_has_seen() -> None:
    text = python_reference()
    model = char_rnn(weights="course")
    grams = tuned(text.training, text.validation, 5)
    assert bits_per_character(model, text.test) < grams.bits_per_character(text.test) - 0.04


def test_the_shipped_weights_fit_a_network_that_writes(tmp_path: Path) -> None:
    reader = char_rnn(weights="course")
    writer = char_rnn(batch_shape=(1, 1), stateful=True, weights="course")
    codes = encode("The statement")
    single = [writer.predict_on_batch(code.reshape(1, 1))[0, 0] for code in codes]
    assert np.allclose(single, np.asarray(reader(codes[None]))[0], atol=1e-4)
    save_weights(writer, tmp_path / "again.npz")
    assert (tmp_path / "again.npz").stat().st_size < 2_000_000
    with np.load(tmp_path / "again.npz") as stored:
        for weight in reader.trainable_weights:
            assert stored[weight.path].dtype == np.float16
            assert np.array_equal(stored[weight.path], np.asarray(weight).astype(np.float16))


def test_a_few_batches_teach_it_a_repeated_sentence() -> None:
    keras.utils.set_random_seed(0)
    model = char_rnn(32, batch_shape=(4, 45), stateful=True)
    model.compile(keras.optimizers.Adam(1e-2), "sparse_categorical_crossentropy")
    before = model.evaluate(*next(streams(encode(TEXT), 4, 45)), verbose=0)
    for _ in range(30):
        for x, y in streams(encode(TEXT), 4, 45):
            loss = model.train_on_batch(x, y)
    assert float(loss) < before / 3

"""A recurrent network that predicts the next character of a text."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import keras
import numpy as np
from keras import layers

from course_utils.common.errors import CourseError
from course_utils.common.paths import DATA
from course_utils.models.recurrent.stateful import StatefulModel
from course_utils.sequences.text import VOCABULARY, encode

_CELLS = {"gru": layers.GRU, "lstm": layers.LSTM, "plain": layers.SimpleRNN}
_WEIGHTS = DATA / "char_rnn.npz"
_STREAMS = 16


def char_rnn(
    units: int = 256,
    cell: str = "gru",
    *,
    batch_shape: tuple[int | None, int | None] = (None, None),
    stateful: bool = False,
    dropout: float = 0.0,
    weights: str | None = None,
) -> keras.Model:
    """Return a network that reads characters and predicts each one's successor.

    Args:
        units: of the recurrent layer.
        cell: "gru", "lstm" or "plain".
        batch_shape: (batch, length) of what it will read; None where it varies.
        stateful: whether row i of a batch goes on where row i of the batch before ended. It
            needs a fixed batch, such as batch_shape=(1, 1) to write character by character;
            `reset_state()` of the network starts anew.
        dropout: the fraction of the inputs and outputs of the recurrent layer dropped in training.
        weights: None for random ones, "course" for those in data/, which fit 256 GRUs.

    Takes codes of `course_utils.sequences.text`, int (batch, length); returns the probability of
    each of the 96 characters to come next, float32 (batch, length, 96). The last layer is
    "probabilities".

    Follows A. Graves, Generating sequences with recurrent neural networks, arXiv:1308.0850, 2013,
    with a GRU for the LSTM.

    Raises CourseError where an argument is impossible, where a stateful network later meets a
    batch of another size, and where the weights do not fit or are missing.
    """
    if cell not in _CELLS:
        raise CourseError(f"char_rnn: cell={cell!r} is none of {', '.join(_CELLS)}.")
    _check_batch_shape(batch_shape, stateful)
    codes = keras.Input(batch_shape=batch_shape, dtype="int32", name="codes")
    x = layers.Embedding(len(VOCABULARY), 32, name="embedding")(codes)
    x = layers.Dropout(dropout, name="embedding_dropout")(x)
    recurrent = _CELLS[cell](units, return_sequences=True, stateful=stateful, name=cell)
    x = layers.Dropout(dropout, name=f"{cell}_dropout")(recurrent(x))
    p = layers.Dense(len(VOCABULARY), activation="softmax", name="probabilities")(x)
    model = (StatefulModel if stateful else keras.Model)(codes, p, name="char_rnn")
    if weights is not None:
        _load(model, weights)
    return model


def bits_per_character(model: keras.Model, text: str) -> float:
    """Return the mean of -log2 of the probability that the network gives each character of `text`.

    The text is read as 16 passages side by side, each from an empty memory and after a newline;
    every character counts. model: of `char_rnn`, not stateful.

    Raises CourseError where the model is stateful or the text is empty.
    """
    if isinstance(model, StatefulModel):
        raise CourseError(
            "bits_per_character: a stateful network remembers what it read before; give its "
            "weights to one that is not, with char_rnn().set_weights(model.get_weights())."
        )
    if not text:
        raise CourseError("bits_per_character: the text is empty.")
    y = encode(text)
    x = np.concatenate([encode("\n"), y[:-1]])
    length = math.ceil(len(y) / _STREAMS)
    padded = np.zeros((2, _STREAMS * length), np.int32)
    padded[:, : len(y)] = x, y
    x, y_padded = padded.reshape(2, _STREAMS, length)
    p = np.asarray(model.predict_on_batch(x))
    p = np.take_along_axis(p, y_padded[..., None], axis=-1).ravel()[: len(y)]
    return float(-np.log2(np.maximum(p, np.finfo(np.float32).tiny)).mean())


def save_weights(model: keras.Model, path: Path) -> None:
    """Write the weights as float16 under the names of their layers, an npz file without pickle."""
    arrays: dict[str, Any] = {
        weight.path: np.asarray(weight).astype(np.float16) for weight in model.trainable_weights
    }
    np.savez_compressed(path, **arrays)


def _load(model: keras.Model, weights: str) -> None:
    if weights != "course":
        raise CourseError(f'char_rnn: weights={weights!r}; possible are None and "course".')
    if not _WEIGHTS.is_file():
        raise CourseError(
            f"char_rnn: {_WEIGHTS} is missing; make it with python scripts/train_char_rnn.py."
        )
    own = model.trainable_weights  # without the states of a stateful layer
    with np.load(_WEIGHTS) as stored:
        shapes = {name: stored[name].shape for name in stored.files}
        if shapes != {weight.path: tuple(weight.shape) for weight in own}:
            raise CourseError(
                'char_rnn: weights="course" fit 256 GRUs; leave out units and cell, or the weights.'
            )
        for weight in own:
            weight.assign(stored[weight.path].astype(np.float32))


def _check_batch_shape(batch_shape: tuple[int | None, int | None], stateful: bool) -> None:
    shape = tuple(batch_shape)
    if len(shape) != 2 or not all(size is None or size > 0 for size in shape):
        raise CourseError(
            f"char_rnn: batch_shape={shape} is impossible; it is (batch, length), such as "
            "(64, 100), with None for what varies."
        )
    if stateful and shape[0] is None:
        raise CourseError(
            "char_rnn: a stateful network keeps one state for each row of a batch, so the batch "
            "is fixed; give batch_shape=(batch, length), such as (1, 1) to write with."
        )

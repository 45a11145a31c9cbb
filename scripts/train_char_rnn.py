"""Trains the char-RNN whose weights the course ships, on the Python language reference.

    python scripts/train_char_rnn.py --epochs 40 --export data/char_rnn.npz

After each epoch it measures bits per character on the validation part, and writes the weights of
the best so far; the test part is looked at once, at the end. Prints what the card of the weights
says.
"""

from __future__ import annotations

import argparse
import platform
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import keras
import numpy as np

from course_utils.datasets import python_reference
from course_utils.models.recurrent import bits_per_character, char_rnn
from course_utils.models.recurrent.characters import save_weights
from course_utils.sequences.ngrams import tuned
from course_utils.sequences.text import Codes, encode, streams

SEED = 0


class Recipe(NamedTuple):
    """How to train: what the command's arguments say."""

    epochs: int
    batch: int
    length: int
    rate: float
    dropout: float


def epoch(codes: Codes, recipe: Recipe, rng: np.random.Generator) -> Iterator[tuple[Codes, Codes]]:
    """The text once, in streams that begin elsewhere each time."""
    start = int(rng.integers(len(codes)))
    return streams(np.roll(codes, -start), recipe.batch, recipe.length)


def train(training: str, validation: str, recipe: Recipe, export: Path) -> keras.Model:
    """Write the weights of the epoch that was best, and return them in a network not stateful."""
    keras.utils.set_random_seed(SEED)
    rng = np.random.default_rng(SEED)
    codes = encode(training)
    model = char_rnn(
        batch_shape=(recipe.batch, recipe.length), stateful=True, dropout=recipe.dropout
    )
    steps = sum(1 for _ in epoch(codes, recipe, rng)) * recipe.epochs
    rate = keras.optimizers.schedules.CosineDecay(
        recipe.rate / 10, steps, warmup_target=recipe.rate, warmup_steps=steps // 20
    )
    model.compile(keras.optimizers.Adam(rate, clipnorm=1.0), "sparse_categorical_crossentropy")
    reader = char_rnn()
    best, kept = float("inf"), reader.get_weights()
    start = time.perf_counter()
    for number in range(1, recipe.epochs + 1):
        model.reset_state()
        losses = [float(model.train_on_batch(x, y)) for x, y in epoch(codes, recipe, rng)]
        for own, trained in zip(reader.trainable_weights, model.trainable_weights, strict=True):
            own.assign(np.asarray(trained))
        bits = bits_per_character(reader, validation)
        if bits < best:
            best, kept = bits, reader.get_weights()
            save_weights(reader, export)
        print(
            f"epoch {number:3}: training {np.mean(losses) / np.log(2):.3f}, "
            f"validation {bits:.3f} bits per character, {time.perf_counter() - start:.0f} s",
            flush=True,
        )
    reader.set_weights(kept)
    return reader


def main() -> None:
    reader = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    reader.add_argument("--epochs", type=int, default=40)
    reader.add_argument("--batch", type=int, default=32)
    reader.add_argument("--length", type=int, default=64, help="characters of a truncated step")
    reader.add_argument("--rate", type=float, default=3e-3, help="the highest learning rate")
    reader.add_argument("--dropout", type=float, default=0.25)
    reader.add_argument("--export", type=Path, required=True, help="the npz file to write")
    asked = reader.parse_args()
    recipe = Recipe(asked.epochs, asked.batch, asked.length, asked.rate, asked.dropout)
    text = python_reference()
    model = train(text.training, text.validation, recipe, asked.export)
    for weight in model.trainable_weights:  # as they will be read
        weight.assign(np.asarray(weight).astype(np.float16).astype(np.float32))
    print(f"Python {platform.python_version()}, {asked.export.stat().st_size:,} bytes")
    for name, part in (("validation", text.validation), ("test", text.test)):
        print(f"{name}: char-RNN {bits_per_character(model, part):.3f}", end="")
        for order in (1, 2, 5):
            grams = tuned(text.training, text.validation, order)
            print(f", {order}-gram {grams.bits_per_character(part):.3f}", end="")
        print(" bits per character")


if __name__ == "__main__":
    main()

"""Records the four curves of Yosinski et al. (2014) for a small network: AnB, AnB+, BnB and BnB+.

    python scripts/record_transfer_curves.py tiny_imagenet.zip --export data/transfer_curves.csv

For each seed, forty classes of Tiny ImageNet are drawn and dealt into two tasks, A and B. One
network learns A, one learns B. Then the first n layers of either are kept, those above begin anew,
and all is trained on B: with the kept layers frozen (AnB, BnB) or free as well (AnB+, BnB+). All
trainings have one recipe. A line is written as soon as it is known; what stands in the table is not
done again.
"""

from __future__ import annotations

import argparse
import functools
from pathlib import Path
from typing import NamedTuple

import keras
import numpy as np
import tiny_imagenet
from keras import layers
from numpy.typing import NDArray

from course_utils.experiments import records

CLASSES = 20  # of a task
LEARNED = 100  # images of each class that are learned from; the others are the test
BLOCKS = ((24, 2), (32, 2), (48, 1), (64, 2), (96, 1))  # maps of each layer, and its stride
EPOCHS, BATCH, RATE = 8, 64, 3e-3


class Row(NamedTuple):
    """seed: of a draw of the tasks.

    curve: "base", "AnB", "AnB+", "BnB" or "BnB+". kept: how many layers were taken from the other
    training, 0 for the base. accuracy: on the test of B.
    """

    seed: int
    curve: str
    kept: int
    accuracy: float


class Task(NamedTuple):
    """Images float32 (n, 32, 32, 3) from -1 to 1 and labels from 0, to learn from and to test."""

    x: NDArray[np.float32]
    t: NDArray[np.int64]
    x_test: NDArray[np.float32]
    t_test: NDArray[np.int64]


def tasks(images: tiny_imagenet.Images, seed: int) -> tuple[Task, Task]:
    """Return two tasks of different classes. Each image to learn from comes with its mirror."""
    drawn = np.random.default_rng(seed).permutation(images.labels.max() + 1)
    return _task(images, drawn[:CLASSES]), _task(images, drawn[CLASSES : 2 * CLASSES])


def _task(images: tiny_imagenet.Images, classes: NDArray[np.int64]) -> Task:
    rows = [np.flatnonzero(images.labels == one) for one in classes]
    learned, tested = (
        np.concatenate([of_class[part] for of_class in rows])
        for part in (slice(LEARNED), slice(LEARNED, None))
    )
    x, x_test = _small(images.pixels[learned]), _small(images.pixels[tested])
    t, t_test = (
        np.array([list(classes).index(label) for label in images.labels[part]])
        for part in (learned, tested)
    )
    return Task(np.concatenate([x, x[:, :, ::-1]]), np.concatenate([t, t]), x_test, t_test)


def _small(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    blocks = pixels.reshape(len(pixels), 32, 2, 32, 2, 3).astype(np.float32)
    return blocks.mean(axis=(2, 4)) / 127.5 - 1


def block(maps: int, stride: int) -> keras.Sequential:
    """A layer of the experiment: convolution, batch normalisation, ReLU."""
    convolution = layers.Conv2D(maps, 3, strides=stride, padding="same", use_bias=False)
    return keras.Sequential([convolution, layers.BatchNormalization(momentum=0.9), layers.ReLU()])


def classifier() -> keras.Sequential:
    """The last layer: the mean of each map, and a softmax layer."""
    mean = layers.GlobalAveragePooling2D()
    return keras.Sequential([mean, layers.Dense(CLASSES, activation="softmax")])


def stack(x: NDArray[np.float32], parts: list[keras.Sequential]) -> keras.Model:
    return keras.Sequential([keras.Input(x.shape[1:]), *parts])


def train(parts: list[keras.Sequential], task: Task) -> float:
    """Train all that is free in these layers on a task; return the accuracy on its test."""
    frozen = sum(not part.trainable for part in parts)
    x, x_test = task.x, task.x_test
    if frozen:  # what frozen layers say never changes, so they say it once
        below = stack(x, parts[:frozen])
        x, x_test = (below.predict(one, batch_size=256, verbose=0) for one in (x, x_test))
    model = stack(x, parts[frozen:])
    steps = EPOCHS * -(-len(x) // BATCH)
    rate = keras.optimizers.schedules.CosineDecay(RATE, steps)
    model.compile(
        keras.optimizers.Adam(rate), "sparse_categorical_crossentropy", metrics=["accuracy"]
    )
    model.fit(x, task.t, batch_size=BATCH, epochs=EPOCHS, verbose=0)
    return float(model.evaluate(x_test, task.t_test, batch_size=256, verbose=0)[1])


def continued(base: list[keras.Sequential], kept: int, free: bool, task: Task) -> float:
    """Keep the first layers of a trained network, begin anew above, and train on a task."""
    parts = [block(*one) for one in BLOCKS]
    for part, source in zip(parts[:kept], base, strict=False):
        part.build((None, *source.input_shape[1:]))
        part.set_weights(source.get_weights())
        part.trainable = free
    return train([*parts, classifier()], task)


def main() -> None:
    reader = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    reader.add_argument("archive", type=Path, help="zip file of Tiny ImageNet")
    reader.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3, 4])
    reader.add_argument("--export", type=Path, required=True, help="the table to write or go on")
    asked = reader.parse_args()
    parts = tiny_imagenet.read(asked.archive)[:2]  # those of validation are tested on, too
    images = tiny_imagenet.Images(*(np.concatenate(both) for both in zip(*parts, strict=True)))
    for seed in asked.seeds:
        record(images, seed, asked.export)


def record(images: tiny_imagenet.Images, seed: int, table: Path) -> None:
    """Add to the table what is missing of one seed."""
    done = {row[:3] for row in records.read(table, Row)}
    a, b = tasks(images, seed)

    @functools.cache
    def base(name: str) -> tuple[list[keras.Sequential], float]:
        keras.utils.set_random_seed(seed)
        parts = [block(*one) for one in BLOCKS]
        return parts, train([*parts, classifier()], {"A": a, "B": b}[name])

    def add(curve: str, kept: int, accuracy: float) -> None:
        records.append(table, [Row(seed, curve, kept, accuracy)], Row, digits=4)
        print(seed, curve, kept, f"{accuracy:.4f}", flush=True)

    if (seed, "base", 0) not in done:
        add("base", 0, base("B")[1])
    for kept in range(1, len(BLOCKS) + 1):
        for curve in ("AnB", "BnB", "AnB+", "BnB+"):
            if (seed, curve, kept) not in done:
                keras.utils.set_random_seed(1000 * seed + kept)
                layers_of = base(curve[0])[0]
                add(curve, kept, continued(layers_of, kept, curve.endswith("+"), b))


if __name__ == "__main__":
    main()

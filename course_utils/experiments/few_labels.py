"""When pretraining helps: a classifier from few labels, with and without it, live and recorded."""

from __future__ import annotations

from typing import Any, NamedTuple

import keras
import numpy as np

from course_utils.common.errors import CourseError
from course_utils.common.paths import DATA
from course_utils.datasets.split import Part
from course_utils.experiments import records
from course_utils.models.autoencoders.stacking import classifier
from course_utils.training import build_optimizer

_RECORD = DATA / "few_labels.csv"
#: How a classifier begins: from random weights, from pretrained ones that stay as they are below
#: a softmax that learns, and from pretrained ones that all learn.
KINDS = ("scratch", "frozen", "fine-tuned")
_RATES = {"scratch": 2e-3, "frozen": 1e-2, "fine-tuned": 2e-3}
_BATCH = 100


class Point(NamedTuple):
    """The fraction of test examples that a classifier gets right.

    It learned from `labels` examples of each class, which `seed` chose, of `images` that were there
    to pretrain on without labels.
    """

    kind: str
    labels: int
    seed: int
    images: int
    accuracy: float


def learn_labels(
    autoencoder: keras.Model,
    training: Part,
    test: Part,
    labels: int,
    kind: str,
    *,
    seed: int = 0,
    steps: int = 300,
) -> Point:
    """Train a classifier on few labelled examples and return how well it does on the test part.

    Args:
        autoencoder: pretrained on the training part without its labels; it stays as it is.
        training: x (batch, ...) and classes (batch,), 0, 1, 2, ...
        test: likewise.
        labels: how many examples of each class are used.
        kind: one of `KINDS`. "scratch" draws new weights for the same network.
        seed: chooses the examples.
        steps: of Adam, with batches of up to 100 and a rate that falls along a cosine to 0. All
            three kinds get equally many.

    Raises CourseError where the kind is unknown or a class has too few examples.
    """
    if kind not in KINDS:
        raise CourseError(f"learn_labels: kind={kind!r} is none of {', '.join(KINDS)}.")
    x, t = _few(training, labels, seed)
    keras.utils.set_random_seed(seed)
    source = keras.models.clone_model(autoencoder) if kind == "scratch" else autoencoder
    model = classifier(source, int(training[1].max()) + 1, frozen=kind == "frozen")
    decay = keras.optimizers.schedules.CosineDecay(_RATES[kind], steps)
    model.compile(keras.optimizers.Adam(decay), "sparse_categorical_crossentropy")
    build_optimizer(model)
    rng = np.random.default_rng(seed)
    size = min(_BATCH, len(t))
    order = np.concatenate([rng.permutation(len(t)) for _ in range(-(-steps * size // len(t)))])
    order = order[: steps * size]
    model.fit(x[order], t[order], size, shuffle=False, verbose=0)
    answers = keras.ops.convert_to_numpy(model(test[0])).argmax(axis=1)
    return Point(kind, labels, seed, len(training[0]), float(np.mean(answers == test[1])))


def recorded_labels() -> list[Point]:
    """Return what data/few_labels.csv holds; data/few_labels.md says how it was made.

    Raises CourseError where the record is missing.
    """
    command = "python scripts/record_few_labels.py --full --export data/few_labels.csv"
    return records.recorded(_RECORD, Point, "recorded_labels", command)


def _few(training: Part, labels: int, seed: int) -> tuple[Any, Any]:
    """The first `labels` examples of each class, in an order that the seed draws."""
    x, t = training
    rng = np.random.default_rng(seed)
    chosen = []
    for label in np.unique(t):
        members = rng.permutation(np.flatnonzero(t == label))
        if not 1 <= labels <= len(members):
            raise CourseError(
                f"learn_labels: labels={labels}, but class {label} has {len(members)} examples; "
                "take at least 1 and at most that."
            )
        chosen.append(members[:labels])
    index = np.concatenate(chosen)
    return x[index], t[index]

"""A small network that learns chairs from few pictures and nothing else; its record in data/."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

import keras
import numpy as np
from keras import layers
from numpy.typing import NDArray

from course_utils.common import paths
from course_utils.datasets import CHAIRS
from course_utils.experiments import records

TABLE = paths.DATA / "few_chairs.csv"
#: Batches of a training, and images of a batch: the same work, however many images there are.
STEPS, BATCH = 160, 32


class Point(NamedTuple):
    """One training.

    seed: of the draw and the first weights. source: what was learned from, "studio" or "varied".
    images: of each kind. studio, varied: accuracies on the two tests.
    """

    seed: int
    source: str
    images: int
    studio: float
    varied: float


def recorded() -> list[Point]:
    """Return the rows of data/few_chairs.csv. Raises CourseError where it is missing."""
    command = "python scripts/record_few_chairs.py --export data/few_chairs.csv"
    return records.recorded(TABLE, Point, "recorded", command)


def network() -> keras.Model:
    """Return an untrained network from uint8 images (batch, 64, 64, 3) to ten probabilities."""
    return keras.Sequential(
        [
            keras.Input((64, 64, 3)),
            layers.Rescaling(1 / 127.5, offset=-1),
            layers.Conv2D(16, 5, strides=2, padding="same", activation="relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(32, 3, padding="same", activation="relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(64, 3, padding="same", activation="relu"),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dense(len(CHAIRS), activation="softmax"),
        ]
    )


def from_scratch(
    x: NDArray[np.uint8],
    t: NDArray[np.int64],
    x_tests: Mapping[str, NDArray[np.uint8]],
    seed: int,
) -> dict[str, NDArray[np.float32]]:
    """Train the network from random weights; return its probabilities (n, 10) on each test.

    x: (images, 64, 64, 3). t: (images,), labels 0 to 9. seed: of the weights and of the order in
    which the images come. Adam, a rate of 0.002.
    """
    model = _compiled()
    keras.utils.set_random_seed(seed)
    model.set_weights(network().get_weights())
    for variable in model.optimizer.variables:
        if "learning_rate" not in variable.path:
            variable.assign(np.zeros(variable.shape))
    rng = np.random.default_rng(seed)
    rounds = -(-STEPS * BATCH // len(x))
    rows = np.concatenate([rng.permutation(len(x)) for _ in range(rounds)])[: STEPS * BATCH]
    model.fit(x[rows], t[rows], batch_size=BATCH, shuffle=False, verbose=0)
    return {name: model.predict(x_test, verbose=0) for name, x_test in x_tests.items()}


@cache
def _compiled() -> keras.Model:
    """One for all trainings: to compile a network takes as long as to train it."""
    model = network()
    model.compile(keras.optimizers.Adam(2e-3), "sparse_categorical_crossentropy")
    return model

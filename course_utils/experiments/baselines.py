"""What a deep learner must beat: classical classifiers of digits, on pixels and on gradients."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import keras
import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import GridSearchCV
from sklearn.neighbors import KNeighborsClassifier
from sklearn.svm import SVC, LinearSVC

from course_utils.datasets.split import Part
from course_utils.experiments.deformations import cnn, learn

_STEPS = 600


class Score(NamedTuple):
    """What a classifier reached.

    The share of right answers on the test part, the seconds of its training (the search for its
    settings included), and milliseconds for each test image, in one batch.
    """

    accuracy: float
    seconds: float
    milliseconds: float


class Network:
    """A small convolutional network that looks like scikit-learn's classifiers."""

    def fit(self, x: NDArray[Any], t: NDArray[Any]) -> Network:
        """x: (batch, 784). t: (batch,). 600 steps, whatever the number of examples."""
        epochs = max(1, _STEPS * 50 // max(len(x), 50))
        self._model = learn(cnn(), _square(x), t, deform=False, epochs=epochs, seed=0)
        return self

    def predict(self, x: NDArray[Any]) -> NDArray[Any]:
        """Return the classes, int (batch,), of images (batch, 784)."""
        return np.asarray(keras.ops.convert_to_numpy(self._model(_square(x)))[:, 0].argmax(axis=1))


def _square(x: NDArray[Any]) -> NDArray[Any]:
    return x.reshape(-1, 28, 28)


#: Makes each classifier anew; where there are settings, 3-fold cross-validation chooses.
SYSTEMS: Mapping[str, Callable[[], Any]] = {
    "k nearest neighbours": lambda: GridSearchCV(
        KNeighborsClassifier(),
        {"n_neighbors": [1, 3, 5, 9], "metric": ["euclidean", "cosine"]},
        cv=3,
    ),
    "linear SVM": lambda: GridSearchCV(
        LinearSVC(max_iter=3000, random_state=0), {"C": [0.003, 0.03, 0.3]}, cv=3
    ),
    "kernel SVM": lambda: GridSearchCV(SVC(), {"C": [2, 10], "gamma": ["scale", 0.03]}, cv=3),
    "random forest": lambda: RandomForestClassifier(300, random_state=0),
    "CNN": Network,
}


def gradient_histograms(images: NDArray[Any], cells: int = 4) -> NDArray[np.float32]:
    """Return for each image how steep it is in 8 directions in each of cells x cells squares.

    images: (batch, height, width), sides divisible by `cells`. Returns (batch, 8 cells^2), each
    row of length 1. A simple form of the histograms of oriented gradients of Dalal and Triggs
    (2005): no blocks that overlap.
    """
    down, right = np.gradient(images, axis=(1, 2))
    steepness, angle = np.hypot(down, right), np.arctan2(down, right) / (2 * np.pi) * 8
    first, share = np.floor(angle).astype(int), angle - np.floor(angle)
    count, height, width = images.shape
    maps = np.zeros((8, count, height, width), dtype=np.float32)
    for bin_ in range(8):
        maps[bin_] = steepness * (
            (first % 8 == bin_) * (1 - share) + ((first + 1) % 8 == bin_) * share
        )
    shape = (8, count, cells, height // cells, cells, width // cells)
    sums = np.sqrt(maps.reshape(shape).sum(axis=(3, 5)).transpose(1, 0, 2, 3).reshape(count, -1))
    scaled: NDArray[np.float32] = sums / np.linalg.norm(sums, axis=1, keepdims=True).clip(1e-9)
    return scaled


def measure(system: str, training: Part, test: Part) -> Score:
    """Train a system on features (batch, n) and classes (batch,), and return how it does."""
    start = time.perf_counter()
    model = SYSTEMS[system]().fit(*training)
    between = time.perf_counter()
    right = float(np.mean(model.predict(test[0]) == test[1]))
    end = time.perf_counter()
    return Score(right, between - start, (end - between) / len(test[1]) * 1000)

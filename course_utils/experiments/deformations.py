"""Digits bent and turned, and what networks learn from them."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from keras import layers, ops
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter  # type: ignore[import-untyped]

from course_utils.models.ensemble import EnsembleDense
from course_utils.training import build_optimizer


def deformed(
    images: NDArray[Any],
    rng: np.random.Generator,
    *,
    elastic: float = 1.5,
    smoothness: float = 4.0,
    turn: float = 12.0,
    scale: float = 0.12,
) -> NDArray[np.float32]:
    """Return images (batch, height, width), each deformed in a way of its own.

    Every pixel takes its value from a place near by (bilinear, 0 outside): the image is turned,
    stretched along x and y, and bent by a smooth random field of displacements (Simard, Steinkraus
    and Platt, 2003).

    Args:
        images: (batch, height, width).
        rng: draws the ways.
        elastic: standard deviation of the displacements, in pixels.
        smoothness: width of the Gaussian that smooths them, in pixels.
        turn: largest angle, in degrees.
        scale: largest change of each axis's length, as a fraction.
    """
    count, height, width = images.shape
    field = rng.normal(size=(2, count, height, width)).astype(np.float32)
    field = gaussian_filter(field, (0, 0, smoothness, smoothness), mode="wrap")
    field *= elastic / field.std()
    middle = np.array([(height - 1) / 2, (width - 1) / 2])
    y, x = np.meshgrid(
        *(np.arange(n) - m for n, m in zip((height, width), middle, strict=True)), indexing="ij"
    )
    angle = np.radians(rng.uniform(-turn, turn, (count, 1, 1)))
    stretch = rng.uniform(1 - scale, 1 + scale, (2, count, 1, 1))
    rows = (np.cos(angle) * y - np.sin(angle) * x) * stretch[0] + middle[0] + field[0]
    columns = (np.sin(angle) * y + np.cos(angle) * x) * stretch[1] + middle[1] + field[1]
    return _bilinear(images, rows, columns)


def _bilinear(images: NDArray[Any], rows: NDArray[Any], columns: NDArray[Any]) -> NDArray[Any]:
    """Values at places (batch, height, width) between the pixels; 0 outside."""
    padded = np.pad(images, ((0, 0), (1, 1), (1, 1)))
    count, height, width = padded.shape
    rows = np.clip(rows + 1, 0, height - 1.001)
    columns = np.clip(columns + 1, 0, width - 1.001)
    top, left = rows.astype(int), columns.astype(int)
    down, right = rows - top, columns - left
    flat = padded.reshape(-1)
    place = (np.arange(count)[:, None, None] * height + top) * width + left
    upper = flat[place] * (1 - right) + flat[place + 1] * right
    lower = flat[place + width] * (1 - right) + flat[place + width + 1] * right
    result: NDArray[np.float32] = (upper * (1 - down) + lower * down).astype(np.float32)
    return result


def mlp(members: int, units: tuple[int, ...] = (200, 100)) -> keras.Model:
    """Return networks of dense ReLU layers: (batch, 28, 28) to scores (batch, members, 10)."""
    x = keras.Input((28, 28))
    h = layers.RepeatVector(members)(layers.Flatten()(x))
    for count in units:
        h = EnsembleDense(count, activation="relu")(h)
    return keras.Model(x, EnsembleDense(10)(h))


def cnn(filters: tuple[int, int] = (16, 32)) -> keras.Model:
    """Return a network of two convolutions: (batch, 28, 28) to scores (batch, 1, 10)."""
    x = keras.Input((28, 28))
    h = layers.Reshape((28, 28, 1))(x)
    for maps in filters:
        h = layers.MaxPooling2D()(layers.Conv2D(maps, 3, activation="relu")(h))
    h = layers.Dense(64, activation="relu")(layers.Flatten()(h))
    return keras.Model(x, layers.Reshape((1, 10))(layers.Dense(10)(h)))


def learn(
    model: keras.Model,
    x: NDArray[Any],
    t: NDArray[Any],
    *,
    deform: bool,
    epochs: int,
    seed: int,
    rate: float = 1e-3,
) -> keras.Model:
    """Train by Adam with a rate that falls along a cosine to 0; batches of 50; return the model.

    deform: whether each epoch sees the images deformed anew.
    """

    def loss(target: Any, scores: Any) -> Any:
        target = ops.broadcast_to(ops.reshape(target, (-1, 1)), ops.shape(scores)[:2])
        each = ops.sparse_categorical_crossentropy(target, scores, from_logits=True)
        return ops.sum(each, axis=-1)

    rng = np.random.default_rng(seed)
    decay = keras.optimizers.schedules.CosineDecay(rate, epochs * -(-len(x) // 50))
    model.compile(keras.optimizers.Adam(decay), loss)
    build_optimizer(model)
    for _ in range(epochs):
        order = rng.permutation(len(x))
        seen = deformed(x[order], rng) if deform else x[order]
        for start in range(0, len(x), 50):  # `fit` takes longer to begin than a short epoch
            part = slice(start, start + 50)
            model.train_on_batch(seen[part], t[order[part]])
    return model


def probabilities(model: keras.Model, x: NDArray[Any]) -> NDArray[Any]:
    """Return (batch, members, 10)."""
    return np.asarray(ops.convert_to_numpy(ops.softmax(model(x))))


def averaged(
    model: keras.Model, x: NDArray[Any], rng: np.random.Generator, times: int = 10
) -> NDArray[Any]:
    """Return probabilities (batch, members, 10), the mean over images deformed a little.

    This is called test-time augmentation.
    """
    views = [deformed(x, rng, elastic=0.75, turn=6, scale=0.06) for _ in range(times)]
    return np.asarray(np.mean([probabilities(model, view) for view in views], axis=0))

"""Gradient ascent on the image: what would make the network say so?"""

from __future__ import annotations

from functools import partial
from typing import Any

import keras
import numpy as np
from keras import ops
from numpy.typing import ArrayLike, NDArray

from course_utils.interpret.insight.gradients import gradient
from course_utils.interpret.insight.images import (
    Classes,
    as_batch,
    in_batches,
    one_hot,
    scores_model,
)


def ascend(
    model: keras.Model,
    images: ArrayLike,
    classes: Classes,
    *,
    steps: int = 50,
    rate: float = 0.01,
    confidence: float = 0.9,
    limits: tuple[float, float] = (0.0, 1.0),
) -> NDArray[np.float32]:
    """Return the images changed, step by step, until the model takes them for a given class.

    Each step adds `rate` times the gradient of ln p_c, scaled to a root mean square of 1 over the
    image, and clips to `limits`. From a photograph this gives a fooling image (Szegedy et al.
    2013, Intriguing properties of neural networks, section 4, by a simpler ascent); from noise,
    the network's idea of the class (Simonyan, Vedaldi & Zisserman 2013, section 2).

    Args:
        model: returns (batch, classes); p is the softmax of its scores.
        images: (batch, height, width, channels), where the ascent starts.
        classes: the class c, for all images or one for each.
        steps: how many at most.
        rate: how far a pixel moves in a step, root mean square.
        confidence: an image whose p_c has reached this rests.
        limits: the least and the largest value of a pixel.

    Raises CourseError where a class does not exist or the model returns no classes.
    """
    scores = scores_model(model)
    changed = as_batch(model, images).copy()
    chosen = one_hot(scores, changed, classes)
    for part in in_batches(len(changed)):
        x, rows = changed[part], chosen[part]
        for _ in range(steps):
            moving = np.exp(_log_probability(scores, rows, x)) < confidence
            if not moving.any():
                break
            uphill = gradient(partial(_total, scores, rows[moving]), x[moving])
            size = np.sqrt(np.mean(uphill**2, axis=tuple(range(1, uphill.ndim)), keepdims=True))
            x[moving] = np.clip(x[moving] + rate * uphill / (size + 1e-12), *limits)
    return changed


def _total(scores: keras.Model, chosen: NDArray[np.float32], x: Any) -> Any:
    return ops.sum(ops.multiply(ops.log_softmax(scores(x, training=False)), chosen))


def _log_probability(
    scores: keras.Model, chosen: NDArray[np.float32], x: NDArray[np.float32]
) -> NDArray[np.float32]:
    """ln p_c of each image (batch,)."""
    logs = ops.log_softmax(scores(x, training=False))
    return np.asarray(ops.convert_to_numpy(ops.sum(ops.multiply(logs, chosen), axis=-1)))

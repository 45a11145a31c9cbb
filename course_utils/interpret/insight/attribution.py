"""Attribution: which pixels an answer depends on, by gradients and by covering them."""

from __future__ import annotations

from functools import partial
from typing import Any

import keras
import numpy as np
from keras import ops
from numpy.typing import ArrayLike, NDArray

from course_utils.common.errors import CourseError
from course_utils.interpret.insight.gradients import gradient
from course_utils.interpret.insight.images import (
    Classes,
    as_batch,
    in_batches,
    one_hot,
    scores_model,
)


def saliency(model: keras.Model, images: ArrayLike, classes: Classes = None) -> NDArray[np.float32]:
    """Return the saliency of each pixel (batch, height, width), at least 0.

    The largest |d S_c / d pixel| among the pixel's channels (Simonyan, Vedaldi & Zisserman 2013,
    Deep inside convolutional networks, section 3.1). See `data_gradient` for the arguments.
    """
    strongest: NDArray[np.float32] = np.abs(data_gradient(model, images, classes)).max(axis=-1)
    return strongest


def data_gradient(
    model: keras.Model, images: ArrayLike, classes: Classes = None
) -> NDArray[np.float32]:
    """Return the gradient of a class score with respect to the image, of the images' shape.

    Args:
        model: returns (batch, classes). The score S_c is what goes into its softmax.
        images: (batch, height, width, channels).
        classes: the class c, for all images or one for each; None for each image's likeliest.

    Raises CourseError where a class does not exist or the model returns no classes.
    """
    scores = scores_model(model)
    batch = as_batch(model, images)
    chosen = one_hot(scores, batch, classes)
    parts = [
        gradient(partial(_chosen_score, scores, chosen[part]), batch[part])
        for part in in_batches(len(batch))
    ]
    return np.concatenate(parts) if parts else batch


def _chosen_score(scores: keras.Model, chosen: NDArray[np.float32], x: Any) -> Any:
    """The sum over the batch; no image's score depends on another image."""
    return ops.sum(ops.multiply(scores(x, training=False), chosen))


def occlusion(
    model: keras.Model,
    images: ArrayLike,
    classes: Classes = None,
    *,
    patch: int = 8,
    stride: int = 4,
    fill: float | None = None,
) -> NDArray[np.float32]:
    """Return what the model still gives a class while a square covers part of the image.

    Entry [n, i, j] is its answer for class c on image n with rows i * stride to i * stride + patch
    and the columns likewise covered: low where the class hides (Zeiler & Fergus 2014, Visualizing
    and understanding convolutional networks, section 4.2).

    Args:
        model: returns (batch, classes), probabilities for instance.
        images: (batch, height, width, channels).
        classes: the class c, for all images or one for each; None for each image's likeliest.
        patch: side of the square, pixels.
        stride: pixels from one position of the square to the next.
        fill: what the square is filled with; None for the mean of all the images.

    Returns:
        (batch, rows, columns), rows = (height - patch) // stride + 1. The model runs
        batch * rows * columns times, in batches.

    Raises CourseError where the square does not fit or a class does not exist.
    """
    batch = as_batch(model, images)
    height, width = batch.shape[1:3]
    if not 1 <= patch <= min(height, width) or stride < 1:
        raise CourseError(
            f"occlusion: a square of {patch} pixels every {stride} does not fit images of "
            f"{height} x {width}; patch is 1 to {min(height, width)}, stride at least 1."
        )
    chosen = one_hot(model, batch, classes).argmax(axis=-1)
    colour = batch.mean() if fill is None else fill
    grid = (len(batch), (height - patch) // stride + 1, (width - patch) // stride + 1)
    kept = np.empty(grid, dtype=np.float32)
    places = list(np.ndindex(*grid))
    for part in in_batches(len(places)):
        index: NDArray[np.intp] = np.array(places[part])
        covered = batch[index[:, 0]]
        for image, (_, i, j) in zip(covered, index * (1, stride, stride), strict=True):
            image[i : i + patch, j : j + patch] = colour
        answers = np.asarray(model.predict_on_batch(covered))
        kept[tuple(index.T)] = answers[np.arange(len(index)), chosen[index[:, 0]]]
    return kept

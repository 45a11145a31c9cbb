"""Saliency: how strongly each pixel moves the score of a class."""

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

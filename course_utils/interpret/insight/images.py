"""What every look inside needs: images in batches, and the scores of the classes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import keras
import numpy as np
from numpy.typing import ArrayLike, NDArray

from course_utils.common.errors import CourseError
from course_utils.models.graph import Graph, trace

Images = NDArray[np.float32]
#: A class for all images, one for each, or None for the class that the network finds likeliest.
Classes = int | Sequence[int] | NDArray[np.integer[Any]] | None


def as_batch(model: keras.Model, images: ArrayLike) -> Images:
    """Return images (batch, ...) as float32, or raise a CourseError where one lacks its batch."""
    batch = np.asarray(images, dtype=np.float32)
    expected = tuple(model.inputs[0].shape)
    if batch.ndim != len(expected):
        raise CourseError(
            f"The images have the shape {batch.shape}, the model {model.name!r} takes {expected}, "
            "the batch first; one image x is the batch x[None]."
        )
    return batch


def in_batches(count: int, size: int = 64) -> Iterator[slice]:
    """Yield the slices that cut `count` images into batches."""
    for start in range(0, count, size):
        yield slice(start, min(start + size, count))


def scores_model(model: keras.Model) -> keras.Model:
    """Return the model up to its class scores: without the softmax at its end, if there is one.

    Once a network is sure, its probabilities hardly change with the image; the scores do. That
    is why Simonyan, Vedaldi & Zisserman (2013, section 2) differentiate them.

    Raises CourseError where the model does not return one row of numbers for each image.
    """
    graph = trace(model)
    if len(graph.outputs) != 1 or len(graph.outputs[0].shape) != 2:
        raise CourseError(
            f"The model {model.name!r} returns {[tuple(x.shape) for x in graph.outputs]}; classes "
            "need one output of the shape (batch, classes)."
        )
    last = graph.steps[-1]
    if isinstance(last.layer, keras.layers.Softmax):
        return graph.model(last.inputs[0])
    if getattr(last.layer, "activation", None) is not keras.activations.softmax:
        return graph.model(graph.outputs[0])
    if isinstance(last.layer, keras.layers.Activation):
        return graph.model(last.inputs[0])
    linear = type(last.layer).from_config({**last.layer.get_config(), "activation": "linear"})
    scores = linear(last.inputs[0])
    linear.set_weights(last.layer.get_weights())
    return graph.model(scores)


def unit_output(graph: Graph, layer: str, unit: int) -> Any:
    """Return the symbolic output of a layer that has the unit, or raise a CourseError."""
    output = graph.step(layer).outputs[0]
    if not 0 <= unit < output.shape[-1]:
        raise CourseError(
            f"The layer {layer!r} has the units 0 to {output.shape[-1] - 1}; there is no {unit}."
        )
    return output


def one_hot(model: keras.Model, images: Images, classes: Classes) -> Images:
    """Return (batch, classes): 1 at the class that is asked for in each image.

    Raises CourseError where a class does not exist, or their number is not that of the images.
    """
    count = model.output_shape[-1]
    if classes is None:
        parts = [model.predict_on_batch(images[part]) for part in in_batches(len(images))]
        chosen = np.concatenate(parts).argmax(axis=-1)
    else:
        chosen = np.asarray(classes)
        if chosen.shape not in ((), (len(images),)):
            raise CourseError(
                f"classes has the shape {chosen.shape}; give one class, or one for each of the "
                f"{len(images)} images."
            )
        if not np.issubdtype(chosen.dtype, np.integer) or (
            chosen.size and (chosen.min() < 0 or chosen.max() >= count)
        ):
            raise CourseError(f"classes={classes}: the model has the classes 0 to {count - 1}.")
    rows: Images = np.zeros((len(images), count), dtype=np.float32)
    rows[np.arange(len(images)), chosen] = 1
    return rows

"""Fine-tuning: a new head on a backbone that is frozen, frozen in part, or free."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import keras
from numpy.typing import ArrayLike

from course_utils.common.errors import CourseError


def set_trainable(model: keras.Model, trainable_from: str | None) -> list[str]:
    """Freeze or free the backbone of an assembled model; return the names of its free layers.

    Args:
        model: of `assemble`.
        trainable_from: None freezes all of the backbone. The name of a layer or of an Inception
            module, such as "inception_5a", frees it and all that comes after it; "all" frees
            everything.

    Batch normalisation in the backbone stays frozen wherever it is, which for Keras means
    inference mode, in training too: the means and variances of the many images that the backbone
    was trained on are better than those of a few new ones. (To call the backbone with
    training=False does not do it: `fit` overrides that, https://github.com/keras-team/keras
    issue 20285.) It takes effect with the next `compile`.

    Raises CourseError where the model is not assembled, or the backbone has no such layer.
    """
    backbone = _backbone(model)
    layers = list(_flat(backbone))
    first = _first(layers, trainable_from)
    backbone.trainable = True  # of a frozen model Keras trains nothing, whatever its layers say
    for place, layer in enumerate(layers):
        fixed = isinstance(layer, keras.layers.BatchNormalization)
        layer.trainable = place >= first and not fixed
    return [layer.name for layer in layers if layer.trainable_weights]


def fine_tune(
    model: keras.Model,
    images: Any,
    labels: ArrayLike | None = None,
    *,
    trainable_from: str | None = None,
    learning_rate: float = 1e-3,
    below: float = 0.1,
    **fit: Any,
) -> keras.callbacks.History:
    """Train an assembled model, its backbone frozen, frozen in part or free; return the history.

    Args:
        model: of `assemble`; its head should have been trained on bottlenecks first, or its
            gradients, random at first, destroy what the backbone knows.
        images: as for `fit`: an array, or a pipeline of pairs.
        labels: whole numbers, for an array of images.
        trainable_from: as of `set_trainable`.
        learning_rate: of the head.
        below: what it is multiplied by in the backbone, whose weights
            are good already.
        fit: what else `fit` takes: epochs, batch_size, validation_data, callbacks, verbose.

    The model ends up compiled with Adam at the lower rate.

    Raises CourseError where the model is not assembled, the backbone has no such layer, or a rate
    is not above 0.
    """
    if not (learning_rate > 0 and below > 0):
        raise CourseError(
            f"fine_tune: learning_rate={learning_rate} and below={below} must be above 0; to keep "
            "the backbone as it is, take trainable_from=None."
        )
    set_trainable(model, trainable_from)
    _compile(model, _two_rates(model, learning_rate, learning_rate * below))
    given = (images,) if labels is None else (images, labels)
    history = model.fit(*given, **fit)
    # Keras 3.15 saves a model with a MultiOptimizer, but cannot load it again.
    _compile(model, keras.optimizers.Adam(learning_rate * below))
    return history


def _compile(model: keras.Model, optimizer: keras.optimizers.Optimizer) -> None:
    model.compile(optimizer, loss="sparse_categorical_crossentropy", metrics=["accuracy"])


def _two_rates(model: keras.Model, head: float, below: float) -> keras.optimizers.Optimizer:
    """Adam with one learning rate for the head and another for all below it."""
    paths = [re.escape(variable.path) for variable in model.layers[-1].trainable_variables]
    rates = keras.optimizers.OptimizerMap(
        keras.optimizers.Adam(below), {"|".join(paths): keras.optimizers.Adam(head)}
    )
    return keras.optimizers.MultiOptimizer(rates)


def _backbone(model: keras.Model) -> keras.Model:
    inner = [layer for layer in model.layers if isinstance(layer, keras.Model)]
    if len(inner) != 2:
        raise CourseError(
            f"fine_tune: {model.name!r} is no assembled model; take transfer.assemble(backbone, "
            "head)."
        )
    return inner[0]


def _flat(model: keras.Model) -> Iterator[Any]:
    """The layers of a model in their order, models inside it opened."""
    for layer in model.layers:
        if isinstance(layer, keras.Model):
            yield from _flat(layer)
        else:
            yield layer


def _first(layers: list[Any], trainable_from: str | None) -> int:
    """The place of the first layer that is free."""
    if trainable_from is None:
        return len(layers)
    if trainable_from == "all":
        return 0
    for place, layer in enumerate(layers):
        if layer.name == trainable_from or layer.name.startswith(f"{trainable_from}_"):
            return place
    names = dict.fromkeys("_".join(layer.name.split("_")[:2]) for layer in layers if layer.weights)
    raise CourseError(
        f"fine_tune: the backbone has no layer or module {trainable_from!r}; there are "
        f"{', '.join(names)}, None and 'all'."
    )

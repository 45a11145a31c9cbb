"""Feature maps: what the layers make of an image."""

from __future__ import annotations

from collections.abc import Sequence

import keras
import numpy as np
from numpy.typing import ArrayLike, NDArray

from course_utils.interpret.insight.images import as_batch
from course_utils.models.graph import trace


def feature_maps(
    model: keras.Model, images: ArrayLike, layers: str | Sequence[str]
) -> dict[str, NDArray[np.float32]]:
    """Return what the named layers return: name -> (batch, height, width, maps), or as they are.

    Layers of models inside the model are named as the model's own.
    Raises CourseError where the model has no layer of that name.
    """
    names = [layers] if isinstance(layers, str) else list(layers)
    graph = trace(model)
    inner = graph.model([graph.step(name).outputs[0] for name in names])
    found = inner.predict(as_batch(model, images), verbose=0)
    found = found if isinstance(found, (list, tuple)) else [found]
    return dict(zip(names, (np.asarray(maps) for maps in found), strict=True))

"""What units do with real images: their feature maps, and the patches that excite them most."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import keras
import numpy as np
from numpy.typing import ArrayLike, NDArray

from course_utils.interpret.insight.images import as_batch, in_batches, unit_output
from course_utils.interpret.receptive import receptive_field_of
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


@dataclass(frozen=True)
class Patch:
    """A piece of an image and how strongly a unit responds to it.

    Attributes:
        image: which of the images.
        position: (row, column) in the unit's map; () for a unit without a map.
        activation: the unit's activation there.
        box: what it sees of the image, as slices (rows, columns).
        pixels: that part of the image, (height, width, channels).
    """

    image: int
    position: tuple[int, ...]
    activation: float
    box: tuple[slice, ...]
    pixels: NDArray[np.float32]


def top_patches(
    model: keras.Model, images: ArrayLike, layer: str, unit: int, count: int = 9
) -> list[Patch]:
    """Return the patches that excite a unit most, the strongest first, one from each image.

    After Zeiler & Fergus (2014), figure 2: of each image the position where the unit is most
    active, of those the `count` strongest. A patch is cut to the unit's receptive field; at the
    border of the image it is smaller.

    Args:
        model: any Sequential or Functional model of one input.
        images: (batch, height, width, channels).
        layer: the layer's name.
        unit: which of its maps, or of its units, from 0.
        count: how many; fewer are returned where there are fewer images.

    Raises CourseError where the layer or the unit does not exist.
    """
    batch = as_batch(model, images)
    graph = trace(model)
    output = unit_output(graph, layer, unit)
    field = receptive_field_of(model, layer)
    to_layer = graph.model(output)
    best: list[tuple[float, int, tuple[int, ...]]] = []
    for part in in_batches(len(batch)):
        maps = np.asarray(to_layer.predict_on_batch(batch[part]))[..., unit]
        for image, activations in enumerate(maps, start=part.start):
            position = np.unravel_index(activations.argmax(), activations.shape)
            best.append((float(activations.max()), image, tuple(map(int, position))))
    best.sort(key=lambda found: -found[0])
    return [
        Patch(image, position, activation, box, batch[image][box])
        for activation, image, position in best[:count]
        for box in [field.box(*position)]
    ]

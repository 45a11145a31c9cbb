"""Many images through a network, as fast as the backend can."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.float32]


def predictor(model: keras.Model, batch: int = 16) -> Callable[[Pixels], Pixels]:
    """Return a function from images (n, height, width, channels) to outputs (n, ...), float32.

    It compiles the network once for a fixed batch: with tf.function on TensorFlow, jax.jit on JAX.
    A last batch that is not full is filled up with zeros, which are then cut off. 16 images of
    224 x 224 keep the feature maps near the processor: larger batches are slower, smaller ones too.

    The network must have one output. Weights that change later are seen.
    """
    run = _compiled(model)

    def predict(images: Pixels) -> Pixels:
        outputs = []
        for begin in range(0, len(images), batch):
            part = np.asarray(images[begin : begin + batch], dtype=np.float32)
            missing = batch - len(part)
            full = np.pad(part, [(0, missing)] + [(0, 0)] * (part.ndim - 1)) if missing else part
            outputs.append(np.asarray(run(full), dtype=np.float32)[: len(part)])
        if not outputs:
            return np.empty((0, *model.output_shape[1:]), dtype=np.float32)
        return np.concatenate(outputs)

    return predict


def _compiled(model: keras.Model) -> Callable[[Pixels], Any]:
    backend = keras.backend.backend()
    if backend == "tensorflow":
        import tensorflow as tf

        graph: Callable[[Pixels], Any] = tf.function(lambda x: model(x, training=False))
        return graph
    if backend == "jax":
        import jax

        forward = jax.jit(lambda *state, x: model.stateless_call(*state, x, training=False)[0])

        def run(x: Pixels) -> Any:
            # Read anew each time: a training frees the arrays that the weights were before it.
            variables = (model.trainable_variables, model.non_trainable_variables)
            return forward(*([v.value for v in group] for group in variables), x=x)

        return run
    return lambda x: keras.ops.convert_to_numpy(model(x, training=False))

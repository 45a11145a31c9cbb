"""Reads the weights out of a .caffemodel file, without Caffe.

The file is one protobuf message. Of Caffe's description of it (caffe.proto) only the fields that
hold weights are needed; protobuf skips the others.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_utils.common.errors import CourseError
from course_utils.models.googlenet import protobuf
from course_utils.models.googlenet.protobuf import (
    FLOAT,
    INT32,
    INT64,
    MESSAGE,
    OPTIONAL,
    REPEATED,
    TEXT,
    Arrays,
)

# "layers" was Caffe's first format, "layer" its second; blobs of the first have four sizes, those
# of the second a shape.
_MESSAGES: protobuf.Messages = {
    "BlobShape": [("dim", 1, INT64, REPEATED, "")],
    "BlobProto": [
        ("num", 1, INT32, OPTIONAL, ""),
        ("channels", 2, INT32, OPTIONAL, ""),
        ("height", 3, INT32, OPTIONAL, ""),
        ("width", 4, INT32, OPTIONAL, ""),
        ("data", 5, FLOAT, REPEATED, ""),
        ("shape", 7, MESSAGE, OPTIONAL, "BlobShape"),
    ],
    "V1LayerParameter": [
        ("name", 4, TEXT, OPTIONAL, ""),
        ("blobs", 6, MESSAGE, REPEATED, "BlobProto"),
    ],
    "LayerParameter": [
        ("name", 1, TEXT, OPTIONAL, ""),
        ("blobs", 7, MESSAGE, REPEATED, "BlobProto"),
    ],
    "NetParameter": [
        ("name", 1, TEXT, OPTIONAL, ""),
        ("layers", 2, MESSAGE, REPEATED, "V1LayerParameter"),
        ("layer", 100, MESSAGE, REPEATED, "LayerParameter"),
    ],
}


def net_parameter() -> Any:
    """An empty NetParameter, Caffe's message of a whole network."""
    return protobuf.empty("caffe", "NetParameter", _MESSAGES)


def read(path: Path) -> Arrays:
    """Return the weights as "layer/kernel" and "layer/bias", float32, in Keras's layout.

    Kernels of convolutions are (height, width, in, out), those of dense layers (in, out).

    Raises CourseError where the file is no .caffemodel, or a blob holds fewer numbers than it says.
    """
    network = protobuf.fill(net_parameter(), path)
    arrays: Arrays = {}
    for layer in [*network.layers, *network.layer]:
        if len(layer.blobs) == 2:
            kernel, bias = (_array(blob, f"{path}: {layer.name}") for blob in layer.blobs)
            arrays[f"{layer.name}/kernel"] = _keras_layout(kernel, layer.name)
            arrays[f"{layer.name}/bias"] = bias.ravel()
    if not arrays:
        raise CourseError(f"{path} holds no weights; it is no trained .caffemodel.")
    return arrays


def _array(blob: Any, where: str) -> NDArray[np.float32]:
    old = (blob.num, blob.channels, blob.height, blob.width)
    shape = tuple(blob.shape.dim) if blob.HasField("shape") else old
    return protobuf.shaped(np.array(blob.data, dtype=np.float32), shape, where)


def _keras_layout(kernel: NDArray[np.float32], name: str) -> NDArray[np.float32]:
    """Caffe keeps (out, in, height, width), and (out, in) or (1, 1, out, in) of dense layers."""
    if kernel.ndim == 4 and kernel.shape[:2] != (1, 1):
        return np.ascontiguousarray(kernel.transpose(2, 3, 1, 0))
    dense = kernel.reshape(kernel.shape[-2:]).T
    if name.endswith("/fc"):
        # An auxiliary head's: Caffe flattens 128 maps of 4 x 4 map by map, Keras place by place.
        dense = dense.reshape(128, 4, 4, -1).transpose(1, 2, 0, 3).reshape(dense.shape)
    return np.ascontiguousarray(dense)

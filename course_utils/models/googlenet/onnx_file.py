"""Reads the BVLC network's weights out of an .onnx file, as the ONNX model zoo hosts it.

The file is one protobuf message; of its description (onnx.proto) only what holds weights is needed.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_utils.common.errors import CourseError
from course_utils.models.googlenet import protobuf
from course_utils.models.googlenet.protobuf import (
    BYTES,
    FLOAT,
    INT32,
    INT64,
    MESSAGE,
    OPTIONAL,
    REPEATED,
    TEXT,
    Arrays,
)

_MESSAGES: protobuf.Messages = {
    "TensorProto": [
        ("dims", 1, INT64, REPEATED, ""),
        ("data_type", 2, INT32, OPTIONAL, ""),
        ("float_data", 4, FLOAT, REPEATED, ""),
        ("name", 8, TEXT, OPTIONAL, ""),
        ("raw_data", 9, BYTES, OPTIONAL, ""),
    ],
    "GraphProto": [("initializer", 5, MESSAGE, REPEATED, "TensorProto")],
    "ModelProto": [("graph", 7, MESSAGE, OPTIONAL, "GraphProto")],
}
_FLOAT32 = 1  # TensorProto.DataType.FLOAT
_KERNEL, _BIAS = "_w_0", "_b_0"  # how the converter from Caffe named them


def model_proto() -> Any:
    """An empty ModelProto, ONNX's message of a whole network."""
    return protobuf.empty("onnx", "ModelProto", _MESSAGES)


def read(path: Path) -> Arrays:
    """Return the weights as "layer/kernel" and "layer/bias", float32, in Keras's layout.

    Kernels of convolutions are (height, width, in, out), those of dense layers (in, out). ONNX has
    (out, in, height, width) and (out, in).

    Raises CourseError where the file is no .onnx, has a tensor of a wrong size, or another network.
    """
    model = protobuf.fill(model_proto(), path)
    arrays: Arrays = {}
    for tensor in model.graph.initializer:
        if tensor.name.endswith(_KERNEL):
            kernel = _array(tensor, path)
            axes = (2, 3, 1, 0) if kernel.ndim == 4 else (1, 0)
            name = tensor.name.removesuffix(_KERNEL)
            arrays[f"{name}/kernel"] = np.ascontiguousarray(kernel.transpose(axes))
        elif tensor.name.endswith(_BIAS):
            arrays[f"{tensor.name.removesuffix(_BIAS)}/bias"] = _array(tensor, path).ravel()
    if not arrays:
        raise CourseError(f"{path} holds no weights of BVLC's GoogLeNet.")
    return arrays


def _array(tensor: Any, path: Path) -> NDArray[np.float32]:
    if tensor.data_type != _FLOAT32:
        raise CourseError(f"{path}: {tensor.name} holds no 32-bit floats; take another file.")
    stored = tensor.raw_data
    numbers = (
        np.frombuffer(stored, dtype="<f4") if stored else np.array(tensor.float_data, np.float32)
    )
    return protobuf.shaped(numbers, tuple(tensor.dims), f"{path}: {tensor.name}")

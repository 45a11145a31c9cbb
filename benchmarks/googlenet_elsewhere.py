"""The same GoogLeNet, with the weights of a Keras model, in other libraries."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from course_utils.models.googlenet.architecture import MODULES

Pixels = NDArray[np.float32]
Runner = Callable[[Pixels], Pixels]


def weights(model: keras.Model) -> dict[str, tuple[Pixels, Pixels]]:
    """Kernel (out, in, height, width) or (in, out), and bias, by the layer's name."""
    found = {}
    for layer in model.layers:
        if layer.weights:
            kernel, bias = (np.asarray(w) for w in layer.get_weights())
            found[layer.name] = (kernel.transpose(3, 2, 0, 1) if kernel.ndim == 4 else kernel, bias)
    return found


def walk(x: Any, convolve: Any, halve: Any, respond: Any, pool: Any, join: Any) -> Any:
    """GoogLeNet's graph up to the last feature maps, with a library's own operations."""
    x = respond(halve(convolve(x, "conv1_7x7_s2", 2, 3)))
    x = convolve(convolve(x, "conv2_3x3_reduce", 1, 0), "conv2_3x3", 1, 1)
    x = halve(respond(x))
    for name in MODULES:
        if name in ("inception_4a", "inception_5a"):
            x = halve(x)
        threes = convolve(x, f"{name}_3x3_reduce", 1, 0)
        fives = convolve(x, f"{name}_5x5_reduce", 1, 0)
        x = join(
            [
                convolve(x, f"{name}_1x1", 1, 0),
                convolve(threes, f"{name}_3x3", 1, 1),
                convolve(fives, f"{name}_5x5", 1, 2),
                convolve(pool(x), f"{name}_pool_proj", 1, 0),
            ]
        )
    return x


def onnx_graph(model: keras.Model) -> bytes:
    """The network as ONNX: images (batch, 3, 224, 224) to probabilities."""
    from onnx import TensorProto, helper, numpy_helper

    nodes: list[Any] = []
    constants: list[Any] = []

    def add(kind: str, inputs: list[str], **attributes: Any) -> str:
        output = f"value{len(nodes)}"
        nodes.append(helper.make_node(kind, inputs, [output], **attributes))
        return output

    for name, (kernel, bias) in weights(model).items():
        constants.append(numpy_helper.from_array(np.ascontiguousarray(kernel), f"{name}_kernel"))
        constants.append(numpy_helper.from_array(bias, f"{name}_bias"))

    def convolve(x: str, name: str, stride: int, padding: int) -> str:
        inputs = [x, f"{name}_kernel", f"{name}_bias"]
        return add("Relu", [add("Conv", inputs, strides=[stride] * 2, pads=[padding] * 4)])

    def halve(x: str) -> str:
        return add("MaxPool", [x], kernel_shape=[3, 3], strides=[2, 2], ceil_mode=1)

    def respond(x: str) -> str:
        return add("LRN", [x], size=5, alpha=1e-4, beta=0.75, bias=1.0)

    def pool(x: str) -> str:
        return add("MaxPool", [x], kernel_shape=[3, 3], strides=[1, 1], pads=[1] * 4)

    x = walk("images", convolve, halve, respond, pool, lambda parts: add("Concat", parts, axis=1))
    x = add("Flatten", [add("GlobalAveragePool", [x])])
    x = add("Gemm", [x, "probabilities_kernel", "probabilities_bias"])
    x = add("Softmax", [x], axis=1)
    images = helper.make_tensor_value_info("images", TensorProto.FLOAT, ["n", 3, 224, 224])
    result = helper.make_tensor_value_info(x, TensorProto.FLOAT, ["n", 1000])
    graph = helper.make_graph(nodes, "googlenet", [images], [result], constants)
    opset = [helper.make_opsetid("", 13)]
    written: bytes = helper.make_model(graph, opset_imports=opset, ir_version=8).SerializeToString()
    return written


def channels_first(x: Pixels) -> Pixels:
    return np.ascontiguousarray(x.transpose(0, 3, 1, 2))


def onnx_runtime(graph: bytes) -> Runner:
    import onnxruntime

    session = onnxruntime.InferenceSession(graph, providers=["CPUExecutionProvider"])
    return lambda x: session.run(None, {"images": channels_first(x)})[0]


def openvino(graph: bytes, precision: str) -> Runner:
    import openvino as ov

    core = ov.Core()
    settings = {"INFERENCE_PRECISION_HINT": precision}
    compiled = core.compile_model(core.read_model(graph, b""), "CPU", settings)
    return lambda x: np.array(compiled(channels_first(x))[0])


def pytorch(model: keras.Model) -> Runner:
    import torch
    import torch.nn.functional as F

    found = {
        name: (
            torch.tensor(kernel).contiguous(memory_format=torch.channels_last),
            torch.tensor(bias),
        )
        if kernel.ndim == 4
        else (torch.tensor(kernel), torch.tensor(bias))
        for name, (kernel, bias) in weights(model).items()
    }

    def convolve(x: Any, name: str, stride: int, padding: int) -> Any:
        return F.relu(F.conv2d(x, *found[name], stride, padding))

    def run(images: Pixels) -> Pixels:
        with torch.inference_mode():
            # Keras's layout is what PyTorch calls channels last: no copy.
            x = walk(
                torch.from_numpy(images).permute(0, 3, 1, 2),
                convolve,
                lambda x: F.max_pool2d(x, 3, 2, ceil_mode=True),
                lambda x: F.local_response_norm(x, 5, 1e-4, 0.75, 1.0),
                lambda x: F.max_pool2d(x, 3, 1, 1),
                lambda parts: torch.cat(parts, 1),
            )
            kernel, bias = found["probabilities"]
            result: Pixels = torch.softmax(x.mean((2, 3)) @ kernel + bias, 1).numpy()
            return result

    return run

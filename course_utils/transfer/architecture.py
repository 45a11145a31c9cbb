"""What a network computes, as one text: each layer's settings, code and weights, and the wiring.

The graph is read from its outputs back to its inputs, and a tensor is known by what it is computed
from. So it does not matter what layers are called, in which order they were made, whether the
network is Sequential or Functional, or whether a part of it is a model of its own.
"""

from __future__ import annotations

import hashlib
import json
import warnings
from types import FunctionType
from typing import Any

import keras

from course_utils.common.errors import CourseError
from course_utils.transfer.canonical import array, code, plain

#: What a layer is told and what changes no number in inference.
_NO_SETTING = ("name", "trainable")


def described(model: keras.Model) -> str:
    """Return the digest (64 hexadecimal digits) of a network of known inputs and outputs.

    Raises CourseError where a layer cannot say how it was made.
    """
    known = {
        id(tensor): _digest(["input", place, plain(tensor.shape), tensor.dtype])
        for place, tensor in enumerate(model.inputs)
    }
    reader = _Reader()
    return _digest(["network", reader.model(model, known), plain(model.output_shape)])


class _Reader:
    """Reads one network. Layers that are called twice are described once."""

    def __init__(self) -> None:
        self._layers: dict[int, str] = {}

    def model(self, model: Any, known: dict[int, str]) -> list[str]:
        """Return the digests of a model's outputs. known: of its inputs, by the tensor's id."""
        if not _has_graph(model):  # its call is its author's own
            inputs = [known[id(tensor)] for tensor in model.inputs]
            return [_digest([self.layer(model), inputs, n]) for n in range(len(model.outputs))]
        waiting = list(model.outputs)
        while waiting:  # no recursion: a network may be deeper than Python's stack
            tensor = waiting[-1]
            if id(tensor) in known:
                waiting.pop()
                continue
            operation, place, _ = tensor._keras_history
            node = operation._inbound_nodes[place]
            missing = [one for one in node.arguments.keras_tensors if id(one) not in known]
            waiting += missing
            if not missing:
                outputs = self._call(operation, node, known)
                known |= zip(map(id, node.outputs), outputs, strict=True)
        return [known[id(tensor)] for tensor in model.outputs]

    def _call(self, operation: Any, node: Any, known: dict[int, str]) -> list[str]:
        """The digests of what one call of a layer, an operation or a model returns."""
        given = node.arguments.keras_tensors
        if _has_graph(operation) and len(operation.inputs) == len(given):
            inner = {
                id(taken): known[id(tensor)]
                if _same_kind(taken, tensor)
                else _digest(["as", known[id(tensor)], taken.dtype, len(taken.shape)])
                for taken, tensor in zip(operation.inputs, given, strict=True)
            }
            outputs = self.model(operation, inner)
            options = _options(node, known)
            return [_digest(["in", options, one]) for one in outputs] if options else outputs
        told = [_told(node.arguments.args, known), _options(node, known)]
        made_by = self.layer(operation)
        return [_digest([made_by, told, n]) for n in range(len(node.outputs))]

    def layer(self, layer: Any) -> str:
        """Return the digest of a layer, with its numbers, or of an operation that has none."""
        if id(layer) not in self._layers:
            numbers = [
                array(keras.ops.convert_to_numpy(weight)).hex()
                for weight in getattr(layer, "weights", [])
            ]
            self._layers[id(layer)] = _digest([self._settings(layer), numbers])
        return self._layers[id(layer)]

    def _settings(self, layer: Any) -> Any:
        """How a layer was made, and the layers inside it; the code of what is not Keras's own."""
        try:
            with warnings.catch_warnings():  # Keras warns of lambdas, as if they were to be saved
                warnings.simplefilter("ignore")
                config = {k: v for k, v in layer.get_config().items() if k not in _NO_SETTING}
        except (NotImplementedError, OSError, TypeError, ValueError) as error:
            raise CourseError(
                f"Bottlenecks: the layer {layer.name!r} cannot say how it was made ({error}); give "
                "its class a get_config."
            ) from error
        functions = [
            [name, *code(value)]
            for name, value in sorted(vars(layer).items())
            if isinstance(value, FunctionType) and not _of_keras(value.__module__)
        ]
        inside = [self._inside(one) for one in getattr(layer, "_layers", [])]
        return [_class(type(layer)), _config(config), functions, inside]

    def _inside(self, layer: Any) -> Any:
        if not _has_graph(layer):
            return self._settings(layer)
        known = {id(tensor): f"input {place}" for place, tensor in enumerate(layer.inputs)}
        return self.model(layer, known)


def _has_graph(layer: Any) -> bool:
    """Whether it is a model that computes as its graph says."""
    if not isinstance(layer, keras.Model) or not _of_keras(type(layer).call.__module__):
        return False
    try:
        return bool(layer.inputs) and bool(layer.outputs)
    except (AttributeError, ValueError):  # it has seen no input yet
        return False


def _same_kind(one: Any, other: Any) -> bool:
    """Whether a model takes a tensor as it is; else it casts it, or adds an axis."""
    return one.dtype == other.dtype and len(one.shape) == len(other.shape)


def _options(node: Any, known: dict[int, str]) -> Any:
    """What a call was told by name; what is not told is what a network in use does anyway."""
    told = {
        name: value
        for name, value in node.arguments.kwargs.items()
        if not all(one is None for one in keras.tree.flatten(value))
        and not (name == "training" and value is False)
    }
    return _told(told, known) if told else None


def _told(arguments: Any, known: dict[int, str]) -> Any:
    """Arguments of a call, with digests for tensors."""
    return plain(
        keras.tree.map_structure(
            lambda x: known[id(x)] if isinstance(x, keras.KerasTensor) else plain(x), arguments
        )
    )


def _config(config: Any) -> Any:
    """A configuration without names, layers and functions; the latter two are read themselves."""
    if not isinstance(config, dict):
        return [_config(one) for one in config] if isinstance(config, list) else plain(config)
    inner = config.get("config")
    if config.get("class_name") == "__lambda__":  # written with its file and line
        return "function"
    if isinstance(inner, dict) and inner.keys() & {"trainable", "batch_shape", "layers"}:
        return "layer"
    return {
        str(key): _config(value)
        for key, value in config.items()
        if key not in ("shared_object_id", "build_config")
        and not (key in _NO_SETTING and config.keys() & {"trainable", "batch_shape"})
    }


def _class(kind: type) -> list[Any]:
    """The name of a class, and the code of its methods where they are not Keras's own."""
    own = [one for one in kind.__mro__ if not _of_keras(one.__module__) and one is not object]
    methods = [
        [name, *code(value)]
        for one in own
        for name, value in sorted(vars(one).items())
        if isinstance(value, FunctionType)
    ]
    return [plain(kind), methods]


def _of_keras(module: str) -> bool:
    return module.partition(".")[0] in ("keras", "tensorflow", "jax", "torch", "builtins")


def _digest(data: Any) -> str:
    return hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()

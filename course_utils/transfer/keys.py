"""What a cached feature depends on, as digests: the network, the preprocessing, the image.

All are SHA-256 over bytes in a stated order. Names that Keras gives to layers are no part of it,
since they differ from run to run.
"""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Callable, Iterator
from types import CodeType
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from course_utils.common.errors import CourseError

#: Where the configuration of a model holds names of layers.
_NAMES = ("name", "keras_history", "input_layers", "output_layers")


def network(model: keras.Model) -> str:
    """Return the digest of a network: how its layers are wired, and each of its numbers.

    Whether layers are frozen is no part of it: it does not change what they compute. The code of
    layers that are not Keras's own is not looked at, only their names and settings.

    Raises CourseError where the network cannot say how it is built.
    """
    digest = hashlib.sha256()
    digest.update(json.dumps(_architecture(model), sort_keys=True).encode())
    for variable in model.weights:
        numbers = np.ascontiguousarray(keras.ops.convert_to_numpy(variable))
        digest.update(f"{numbers.dtype} {numbers.shape}".encode())
        digest.update(numbers.tobytes())
    return digest.hexdigest()


def preprocessing(function: Callable[[Any], Any] | None, probes: list[Any]) -> str:
    """Return the digest of a function from pictures to pixels: its code, and what it does.

    probes: inputs that it is tried on. They show a change in what its code refers to: a mean that
    it subtracts, a library that scales otherwise than before.

    Raises CourseError where it gives different pixels for the same picture.
    """
    if function is None:
        return "none"
    digest = hashlib.sha256()
    for piece in _code(function):
        digest.update(piece.encode())
    for probe in probes:
        first, second = (np.asarray(function(probe)) for _ in range(2))
        if not np.array_equal(first, second, equal_nan=True):
            raise CourseError(
                "Bottlenecks: preprocess gives different pixels for the same picture, so that its "
                "features cannot be kept; leave out what is random, or take cache=None."
            )
        digest.update(array(first))
    return digest.hexdigest()


def array(numbers: NDArray[Any]) -> bytes:
    """Return the digest (32 bytes) of an array: its dtype, its shape, its numbers."""
    digest = hashlib.sha256(f"{numbers.dtype.str} {numbers.shape}".encode())
    digest.update(np.ascontiguousarray(numbers).tobytes())
    return digest.digest()


def file(content: bytes) -> bytes:
    """Return the digest (32 bytes) of the bytes of a file."""
    return hashlib.sha256(content).digest()


def joined(*parts: str) -> str:
    """Return one digest (64 hexadecimal digits) of several texts."""
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _architecture(model: keras.Model) -> Any:
    try:
        config = json.loads(model.to_json())
    except (NotImplementedError, TypeError, ValueError) as error:
        raise CourseError(
            f"Bottlenecks: the network {model.name!r} cannot say how it is built ({error}); build "
            "it as a Sequential or Functional model."
        ) from error
    numbers = {name: number for number, name in enumerate(dict.fromkeys(_names(config)))}
    return _anonymous(config, numbers)


def _names(config: Any) -> Iterator[str]:
    """The names of a model and of its layers, those of models inside it too, in order."""
    if isinstance(config, list):
        for item in config:
            yield from _names(item)
    elif isinstance(config, dict):
        inner = config.get("config")
        if isinstance(inner, dict) and ("inbound_nodes" in config or "build_config" in config):
            yield str(inner.get("name"))
        if isinstance(inner, dict) and "layers" in inner:
            yield str(inner.get("name"))
        for item in config.values():
            yield from _names(item)


def _anonymous(config: Any, numbers: dict[str, int], here: bool = False) -> Any:
    """The configuration with numbers for names. here: whether a text may be a layer's name."""
    if isinstance(config, dict):
        return {
            key: _anonymous(item, numbers, here or key in _NAMES)
            for key, item in config.items()
            if key != "trainable"
        }
    if isinstance(config, list):
        return [_anonymous(item, numbers, here) for item in config]
    return numbers.get(config, config) if here and isinstance(config, str) else config


def _code(function: Any) -> Iterator[str]:
    if isinstance(function, functools.partial):
        yield repr((function.args, sorted(function.keywords.items())))
        yield from _code(function.func)
        return
    yield f"{type(function).__name__} {getattr(function, '__qualname__', '')}"
    if isinstance(code := getattr(function, "__code__", None), CodeType):
        yield from _instructions(code)


def _instructions(code: CodeType) -> Iterator[str]:
    yield f"{code.co_code.hex()} {code.co_names}"
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _instructions(constant)
        else:
            yield repr(constant)

"""Values and functions as plain data that is the same in every process.

No address, no order of a set, no file or line that a function came from: what is written down
depends on what the value is and on what the function does.
"""

from __future__ import annotations

import dis
import functools
import hashlib
import json
from collections.abc import Iterator
from types import CodeType, FunctionType, MethodType
from typing import Any

import numpy as np
from numpy.typing import NDArray

_SCALARS = (bool, int, float, complex, str, bytes, type(None), type(...))


def array(numbers: NDArray[Any]) -> bytes:
    """Return the digest (32 bytes) of an array: its dtype, its shape, its numbers."""
    digest = hashlib.sha256(f"{numbers.dtype.str} {numbers.shape}".encode())
    digest.update(np.ascontiguousarray(numbers).tobytes())
    return digest.digest()


def plain(value: Any) -> Any:
    """Return a value as lists of texts and numbers, which JSON can write.

    Lists and tuples are the same; sets and dicts have no order. Arrays and tensors become their
    digest, functions their `code`. Of anything else only the type is told.
    """
    if isinstance(value, np.generic):
        return plain(value.item())
    if isinstance(value, bool | int | float | str) or value is None:
        return value
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {"dict": _sorted([plain(key), plain(item)] for key, item in value.items())}
    if isinstance(value, set | frozenset):
        return {"set": _sorted(plain(item) for item in value)}
    if isinstance(value, bytes | complex | range | type(...)):
        return [type(value).__name__, repr(value)]
    if isinstance(value, slice):
        return ["slice", plain([value.start, value.stop, value.step])]
    if isinstance(value, type):
        return [value.__module__, value.__qualname__]
    if isinstance(value, np.ndarray) or hasattr(value, "__array__"):
        return ["array", array(np.asarray(value)).hex()]
    return ["function", *code(value)] if callable(value) else plain(type(value))


def _sorted(items: Iterator[Any]) -> list[Any]:
    return sorted(items, key=json.dumps)


def code(function: Any) -> list[Any]:
    """Return what a function does, as far as that can be read.

    That is: its instructions and constants, its defaults, and the numbers, texts and functions of
    its own module that it looks up.

    Lists, dicts and arrays that it looks up are no part of it, since it may write to them.
    """
    return list(_code(function, set()))


def _code(function: Any, seen: set[int]) -> Iterator[Any]:
    if isinstance(function, functools.partial):
        yield plain([function.args, function.keywords])
        yield from _code(function.func, seen)
        return
    for inner in ("__wrapped__", "python_function"):  # of functools.wraps, and of tf.function
        function = getattr(function, inner, function)
    if isinstance(function, MethodType):
        function = function.__func__
    if not isinstance(function, FunctionType):  # an object that can be called
        yield plain(type(function))
        function = vars(type(function)).get("__call__")
    if not isinstance(function, FunctionType) or id(function) in seen:
        return
    yield function.__qualname__
    seen.add(id(function))
    yield from _instructions(function.__code__)
    yield plain([function.__defaults__, function.__kwdefaults__])
    for name, value in sorted(_looked_up(function).items()):
        if isinstance(value, FunctionType):
            near = value.__module__ == function.__module__
            yield [name, *(_code(value, seen) if near else [value.__module__, value.__qualname__])]
        elif _fixed(value):
            yield [name, plain(value)]


def _looked_up(function: FunctionType) -> dict[str, Any]:
    """The global and enclosing names that a function reads and does not bind, with their values."""
    known = dict(function.__globals__)
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
        try:
            known[name] = cell.cell_contents
        except ValueError:  # not bound yet
            known.pop(name, None)
    read, bound = set[str](), set[str]()
    for instruction in _all_instructions(function.__code__):
        if instruction.opname in ("LOAD_GLOBAL", "LOAD_NAME", "LOAD_DEREF", "LOAD_CLASSDEREF"):
            read.add(instruction.argval)
        elif instruction.opname in ("STORE_GLOBAL", "STORE_DEREF"):
            bound.add(instruction.argval)
    return {name: known[name] for name in read - bound if name in known}


def _all_instructions(code: CodeType) -> Iterator[dis.Instruction]:
    yield from dis.get_instructions(code)
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _all_instructions(constant)


def _fixed(value: Any) -> bool:
    if isinstance(value, tuple | frozenset):
        return all(_fixed(item) for item in value)
    return isinstance(value, _SCALARS)


def _instructions(code: CodeType) -> Iterator[Any]:
    yield [code.co_code.hex(), list(code.co_names)]
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield list(_instructions(constant))
        else:
            yield plain(constant)

"""Which names an answer reads when it is called, itself and through other functions beside it."""

from __future__ import annotations

from collections.abc import Iterator
from types import CodeType, FunctionType
from typing import Any


def names_called(answer: Any) -> set[str]:
    """Return the global names that the code of a function or class reads.

    It may read them directly or through the functions and classes that these names mean. Empty for
    anything else.
    """
    names: set[str] = set()
    waiting = list(_functions(answer))
    while waiting:
        function = waiting.pop()
        for name in set(_names(function.__code__)) - names:
            names.add(name)
            waiting += _functions(function.__globals__.get(name), function.__module__)
    return names


def _functions(thing: Any, module: str | None = None) -> Iterator[FunctionType]:
    """The functions that something is, or has as methods; of one module, unless that is None."""
    if module is not None and getattr(thing, "__module__", None) != module:
        return
    if isinstance(thing, FunctionType):
        yield thing
    elif isinstance(thing, type):
        yield from (one for one in vars(thing).values() if isinstance(one, FunctionType))


def _names(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names(constant)

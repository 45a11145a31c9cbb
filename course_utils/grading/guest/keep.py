"""In the sandbox: what is kept of an answer, so that later cells do not change it."""

from __future__ import annotations

from typing import Any

import numpy as np

_ITEMS = 100_000
_BYTES = 256 * 2**20


def keep(value: Any) -> Any:
    """Return a copy of arrays, lists, tuples and dicts, nested ones too; anything else as it is.

    Whatever is too large or too deeply nested to copy is kept as it is as well.
    """
    try:
        return _Copier().copy(value)
    except (_TooMuch, RecursionError, MemoryError):
        return value


class _TooMuch(Exception):
    pass


class _Copier:
    def __init__(self) -> None:
        self._items, self._bytes = _ITEMS, _BYTES

    def copy(self, value: Any) -> Any:
        self._items -= 1
        if type(value) is np.ndarray:
            self._bytes -= value.nbytes
        if self._items < 0 or self._bytes < 0:
            raise _TooMuch
        # Exact types: a subclass may have a copy of its own.
        if type(value) is np.ndarray:
            return value.copy()
        if type(value) is list:
            return [self.copy(item) for item in value]
        if type(value) is tuple:
            return tuple(self.copy(item) for item in value)
        if type(value) is dict:
            return {key: self.copy(item) for key, item in value.items()}
        return value

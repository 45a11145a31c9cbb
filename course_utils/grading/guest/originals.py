"""In the sandbox: functions of the libraries that a cell has rebound, put back.

`np.random.seed = 42` is a slip for `np.random.seed(42)`; `np.array = ...` happens, and so does
`builtins.len = 3`. In a notebook it spoils what comes later. What runs beside the student calls the
same functions, for every exercise. So after each cell, and before each case, the functions, classes
and modules that the libraries had at first are what their names mean again, and so are the methods
and properties of classes that are written in Python. What a cell adds to a library stays, and so
does a setting or a counter unless it is of another type now.
"""

from __future__ import annotations

import importlib
import sys
from operator import is_not
from types import FunctionType, ModuleType
from typing import Any

_Kept = tuple[dict[Any, Any], tuple[Any, ...], tuple[Any, ...]]

#: Modules whose functions are kept. `sys` is none of them: IPython rebinds some of its own.
_STANDARD = (
    *("builtins", "collections", "contextlib", "copy", "dataclasses", "functools", "inspect", "io"),
    *("itertools", "json", "json.decoder", "json.encoder", "json.scanner", "linecache", "math"),
    *("operator", "os", "os.path", "pickle", "random", "re", "signal", "statistics", "string"),
    *("struct", "textwrap", "threading", "time", "traceback", "types", "typing", "warnings"),
)
#: NumPy imports these when they are first named.
_LAZY = ("numpy.fft", "numpy.linalg", "numpy.random", "numpy.testing")
_LIBRARIES = ("numpy", "keras", "tensorflow", "safetensors")
#: Keras's and TensorFlow's own insides, thousands of modules that nobody rebinds by a slip.
_INSIDE = ("keras.src", "tensorflow.python", "tensorflow.core", "tensorflow.compiler")
#: What a class keeps its methods and properties as; its caches and counters are of other types.
_METHODS = (FunctionType, property, classmethod, staticmethod)
_any, _map, _zip, _vars, _setattr, _modules = any, map, zip, vars, setattr, sys.modules


def _is_watched(name: str, libraries: tuple[str, ...]) -> bool:
    whole = f"{name}."
    inside = whole.startswith(tuple(f"{one}." for one in _INSIDE))
    of_one = whole.startswith(tuple(f"{one}." for one in libraries))
    return name in _STANDARD or (of_one and not inside)


def _functions(module: ModuleType) -> _Kept:
    found = {
        name: value
        for name, value in vars(module).items()
        if callable(value) or isinstance(value, ModuleType)
    }
    return vars(module), tuple(found), tuple(found.values())


def _settings(module: ModuleType) -> _Kept:
    found = {
        name: value
        for name, value in vars(module).items()
        if not (callable(value) or isinstance(value, ModuleType) or value is None)
    }
    return vars(module), tuple(found), tuple(found.values())


def _classes(modules: list[ModuleType]) -> list[type]:
    """Return the classes with methods of their own that the modules name, and their bases."""
    found = {
        base
        for module in modules
        for value in list(vars(module).values())
        if isinstance(value, type)
        for base in value.__mro__
    }
    return [one for one in found if _methods(one)[0]]


def _methods(one: type) -> tuple[tuple[str, ...], tuple[Any, ...]]:
    found = {name: value for name, value in vars(one).items() if isinstance(value, _METHODS)}
    return tuple(found), tuple(found.values())


class Originals:
    """What the standard modules and some libraries hold at one moment, see `note`."""

    def __init__(self, *libraries: str) -> None:
        self._libraries = libraries
        self._kept: list[_Kept] = []
        self._settings: list[_Kept] = []
        self._methods: list[tuple[type, tuple[str, ...], tuple[Any, ...]]] = []

    def note(self) -> None:
        """Take what the modules hold now for what their names mean."""
        for name in (*_STANDARD, *_LAZY):
            importlib.import_module(name)
        watched = {
            name: module
            for name, module in list(_modules.items())
            if _is_watched(name, self._libraries) and isinstance(module, ModuleType)
        }
        self._settings = [_settings(module) for module in watched.values()]
        self._kept = [_functions(module) for module in watched.values()]
        self._kept.append((_modules, tuple(watched), tuple(watched.values())))
        self._methods = [(one, *_methods(one)) for one in _classes(list(watched.values()))]

    def restore(self) -> None:
        """Give every name that was rebound or deleted since then its first meaning.

        A setting only where it is of another type now.
        """
        for names, keys, values in self._kept:
            if _any(_map(is_not, _map(names.get, keys), values)):
                for key, value in _zip(keys, values):
                    if names.get(key) is not value:
                        names[key] = value
        for names, keys, values in self._settings:
            if _any(_map(is_not, _map(type, _map(names.get, keys)), _map(type, values))):
                for key, value in _zip(keys, values):
                    if type(names.get(key)) is not type(value):
                        names[key] = value
        for one, keys, values in self._methods:
            if _any(_map(is_not, _map(_vars(one).get, keys), values)):
                for key, value in _zip(keys, values):
                    if _vars(one).get(key) is not value:
                        _setattr(one, key, value)


#: To be noted once all libraries are imported, before any student's code. All takes two
#: milliseconds to look through, so that each case is preceded by the lesser one.
ORIGINALS, COMMON = Originals(*_LIBRARIES), Originals("numpy")

"""Something done around the first import of a package, now or later, by whoever imports it."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

#: A context that the import runs in.
Around = Callable[[], AbstractContextManager[None]]


def around_import(name: str, around: Around) -> None:
    """Have the first import of the package `name` run within `around()`.

    Where it is imported already, nothing happens. The same `around` is taken once. To look whether
    the package exists (`importlib.util.find_spec`) is no import and uses nothing up.
    """
    waiting = [finder for finder in sys.meta_path if isinstance(finder, _Finder)]
    known = any(finder.name == name and finder.around is around for finder in waiting)
    if name not in sys.modules and not known:
        sys.meta_path.insert(0, _Finder(name, around))


class _Finder(MetaPathFinder):
    """Wraps the loader of one package. The other finders, more of its kind too, find it."""

    def __init__(self, name: str, around: Around) -> None:
        self.name, self.around = name, around
        self._asking = False

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name != self.name or self._asking:
            return None
        self._asking = True
        try:
            spec = importlib.util.find_spec(name)
        finally:
            self._asking = False
        if spec is not None and spec.loader is not None:
            spec.loader = _Loader(self, spec.loader)
        return spec


class _Loader(Loader):
    def __init__(self, finder: _Finder, inner: Loader) -> None:
        self._finder, self._inner = finder, inner

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._inner.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        if module.__spec__ is not None:
            module.__spec__.loader = module.__loader__ = self._inner
        with self._finder.around():
            self._inner.exec_module(module)
        if self._finder in sys.meta_path:  # where the import failed, the next try counts
            sys.meta_path.remove(self._finder)

"""TensorFlow's import without its log lines.

TensorFlow 2.21 writes lines about oneDNN and missing GPU drivers to file descriptor 2 while it is
imported, whatever TF_CPP_MIN_LOG_LEVEL says; in a notebook they stand in red below the cell. They
are held back there, and shown only if the import fails.

Later it warns that predicting retraces a function, once several models have been asked: a lab makes
many small ones, each of which is traced once and rightly so. That warning is left out.
"""

from __future__ import annotations

import importlib.machinery
import importlib.util
import logging
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.abc import Loader, MetaPathFinder
from types import ModuleType


def hush_tensorflow() -> None:
    """Make the first import of TensorFlow quiet, now or later, by whoever does it.

    Where it is imported already, only what it logs from now on is quieter.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    waiting = any(isinstance(finder, _Finder) for finder in sys.meta_path)
    if "tensorflow" in sys.modules:
        _leave_out_retracing()
    elif not waiting:
        sys.meta_path.insert(0, _Finder())


class _Finder(MetaPathFinder):
    """Wraps the loader of TensorFlow, once."""

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if name != "tensorflow":
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        if spec is not None and spec.loader is not None:
            spec.loader = _Loader(spec.loader)
        return spec


class _Loader(Loader):
    def __init__(self, inner: Loader) -> None:
        self._inner = inner

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType | None:
        return self._inner.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        if module.__spec__ is not None:
            module.__spec__.loader = module.__loader__ = self._inner
        with _held_back():
            self._inner.exec_module(module)
        _leave_out_retracing()


def _leave_out_retracing() -> None:
    logging.getLogger("tensorflow").addFilter(_is_no_retracing)


def _is_no_retracing(record: logging.LogRecord) -> bool:
    return "triggered tf.function retracing" not in record.getMessage()


@contextmanager
def _held_back() -> Iterator[None]:
    """Keep what is written to file descriptor 2; give it back only where something is raised."""
    sys.stderr.flush()
    kept = os.dup(2)
    with tempfile.TemporaryFile() as held:
        os.dup2(held.fileno(), 2)
        try:
            yield
        except BaseException:
            held.seek(0)
            os.write(kept, held.read())
            raise
        finally:
            os.dup2(kept, 2)
            os.close(kept)

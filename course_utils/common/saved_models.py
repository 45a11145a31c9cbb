"""Saved models with the course's own layers load wherever `course_utils` has been imported.

Keras finds a class by the name that it was registered under, and registering one means importing
the module that defines it, which imports Keras. So it waits until somebody imports Keras.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from course_utils.common.on_import import around_import

_HOME = "course_utils.models"  # importing it defines, and so registers, every class


def register_with_keras() -> None:
    """Have Keras know the course's layers: from its import on, or at once if that is over."""
    if hasattr(sys.modules.get("keras"), "saving"):
        _register()
    around_import("keras", _registering)


@contextmanager
def _registering() -> Iterator[None]:
    yield
    _register()


def _register() -> None:
    # By its name, since this room knows no other. Where it is the one that imports Keras, it is
    # in the list of modules already, and is left to finish.
    if _HOME not in sys.modules:
        importlib.import_module(_HOME)

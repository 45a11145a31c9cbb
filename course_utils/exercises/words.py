"""Plain data in words: what a thing is, and a short picture of it."""

from __future__ import annotations

from collections.abc import Sequence, Sized
from typing import Any

import numpy as np

from course_utils.exercises import fixtures
from course_utils.exercises.exercise import Fixture, Opaque
from course_utils.exercises.keras_models import MARK

_WIDTH = 400
#: Lists of more items are shown by their two ends.
_MANY = 20


def name_of(value: Any) -> str:
    """What a thing is: "an array of shape (3, 2)", "a number", "a tuple of 2 items"."""
    if isinstance(value, Opaque):
        return value.words
    if isinstance(value, bool):
        return f"the truth value {value}"
    if isinstance(value, (int, float, complex)):
        return "a number"
    if isinstance(value, np.ndarray):
        if value.ndim == 0:
            return "a number" if value.dtype.kind in "iufc" else f"a {value.dtype.name} scalar"
        return f"an array of shape {value.shape}"
    if isinstance(value, dict):
        return "a Keras model" if value.get("kind") == MARK else f"a dict of {_items(value)}"
    if isinstance(value, (list, tuple)):
        return f"a {type(value).__name__} of {_items(value)}"
    if isinstance(value, str):
        return "a string"
    return {None: "None", Ellipsis: "..."}.get(value, f"a {type(value).__name__}")


def _items(value: Sized) -> str:
    return "1 item" if len(value) == 1 else f"{len(value)} items"


def shorten(value: Any) -> str:
    """A short picture of plain data, for a card: at most some hundred characters."""
    text = _picture(value)
    return text if len(text) <= _WIDTH else f"{text[: _WIDTH - 4]} ..."


def _picture(value: Any) -> str:
    if isinstance(value, Opaque):
        return value.words
    if isinstance(value, Fixture):
        return fixtures.in_words(value)
    if isinstance(value, np.ndarray):
        return _array_picture(value)
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, dict):
        if value.get("kind") == MARK:
            return f"a Keras model: {', '.join(value['layers'])}"
        return "{" + ", ".join(f"{k!r}: {_picture(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return f"[{_row(value)}]"
    if isinstance(value, tuple):
        return f"({_row(value)},)" if len(value) == 1 else f"({_row(value)})"
    return repr(value)


def _row(values: Sequence[Any]) -> str:
    """The items one after the other; of many, the first and the last."""
    if len(values) <= _MANY:
        return ", ".join(map(_picture, values))
    first, last = ([_picture(item) for item in part] for part in (values[:3], values[-3:]))
    return f"{', '.join(first)}, ... {len(values) - 6} more ..., {', '.join(last)}"


def _array_picture(value: np.ndarray[Any, Any]) -> str:
    if value.ndim == 0:
        return _picture(value.item())
    text = np.array2string(
        value, precision=4, suppress_small=False, threshold=30, edgeitems=2, separator=", "
    )
    return text if value.size <= 12 else f"{text}  (shape {value.shape})"

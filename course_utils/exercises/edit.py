"""A mistake, or an alternative, written as what it changes in the solved exercise: a mutant."""

from __future__ import annotations

import sys
from dataclasses import dataclass


@dataclass(frozen=True)
class Edit:
    """What to replace in the solution of an exercise, and where the author wrote it.

    replacements: pairs of old and new text, made one after the other. place: "file:line".
    """

    replacements: tuple[tuple[str, str], ...]
    place: str

    def __str__(self) -> str:
        return ", ".join(f"{old!r} -> {new!r}" for old, new in self.replacements)


def edit(old: str, new: str, *more: str) -> Edit:
    """Return the answer that the solution becomes when `old` is replaced by `new`.

    The text that is searched is what stands between the cell's solution markers, less the
    markers' indentation; of several solutions in one cell, all of them. `more` holds further
    pairs, old and new in turn, each applied to what the one before it left.

    When the lab is built, a CourseError names the edit's file and line if an `old` does not occur
    exactly once, if the outcome does not compile, or if it is right on every public case.
    """
    texts = (old, new, *more)
    if len(texts) % 2:
        raise ValueError(f"edit: every old text needs a new one; {texts[-1]!r} has none.")
    caller = sys._getframe(1)
    return Edit(
        tuple(zip(texts[::2], texts[1::2], strict=True)),
        f"{caller.f_code.co_filename}:{caller.f_lineno}",
    )

"""What stands for a value that cannot be compared, since it is no plain data."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Opaque:
    """Stands for a value that is no plain data. `words` says what it is: "a function"."""

    words: str

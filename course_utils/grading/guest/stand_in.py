"""The `Lab` that a notebook finds while it is graded: it checks nothing.

Public checks cost time and prove nothing, and their file is not in the sandbox. A cell that needs
an exercise runs, and fails of itself where the exercise is missing.
"""

from __future__ import annotations

from typing import Any


class Lab:
    """Takes every call that `course_utils.lab.Lab` takes and does nothing."""

    def __init__(self, name: str) -> None:
        self.name = name

    def check(self, name: str, answer: Any) -> None:
        """Do nothing."""

    def hint(self, name: str) -> None:
        """Do nothing."""

    def progress(self) -> None:
        """Do nothing."""

    def needs(self, *names: str) -> None:
        """Do nothing."""

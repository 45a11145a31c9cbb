"""What is run of a submission: cells in order, and what is asked of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

#: released: as the course wrote it. answer: the student's cell for an exercise, attempted or not.
#: extra: any other code of the student's. markdown: text, which does not run.
Role = Literal["released", "answer", "extra", "markdown"]


@dataclass(frozen=True)
class Planned:
    """One cell of the rebuilt notebook.

    cell_id: unique in it, and valid in a notebook. own: the student wrote this source.
    needed: False for a demonstration that no code of the student's depends on; it need not run.
    exercise: the first exercise that an answer answers, or whose stub a released cell holds.
    answers: each exercise to ask for after this cell, with the expression that the released
    notebook gives to lab.check.
    """

    source: str
    cell_id: str
    role: Role
    own: bool
    needed: bool = True
    exercise: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Plan:
    """The rebuilt notebook. status: of each exercise, in the lab's order: "attempted",
    "unattempted" (its stub stands) or "missing" (no cell has its names). notes: how the notebook
    was understood. review: what a person should look at. Both are sentences."""

    cells: tuple[Planned, ...]
    status: Mapping[str, str]
    notes: tuple[str, ...] = ()
    review: tuple[str, ...] = ()

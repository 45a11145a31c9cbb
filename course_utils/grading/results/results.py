"""What grading found out: one `Result` a student, with one `ExerciseResult` an exercise.

Plain records that go to disk and over the network as JSON. They hold no hidden input and no
expected value, so that a page of feedback can show all of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, get_args

#: right; wrong; error: it raised an exception; unattempted: its stub still stands; missing: no
#: answer of that name exists; waiting: it calls an exercise whose stub still stands; not graded:
#: it could not be asked (timed out, crashed, ...), `message` says why and a person should look.
ExerciseStatus = Literal[
    "right", "wrong", "error", "unattempted", "missing", "waiting", "not graded"
]
#: graded; empty: no exercise was attempted; unreadable: no notebook; wrong lab: another lab's
#: notebook; timed out, crashed, flooded, tampered: how the run of its cells ended, though what was
#: graded before and after counts; not graded: a fault of the grader's own.
Status = Literal[
    "graded",
    "empty",
    "unreadable",
    "wrong lab",
    "timed out",
    "crashed",
    "flooded",
    "tampered",
    "not graded",
]
EXERCISE_STATUSES: tuple[str, ...] = get_args(ExerciseStatus)
STATUSES: tuple[str, ...] = get_args(Status)
#: What a field is called in files, where that is another name: records and grades.json keep theirs.
_KEYS = {"review": "look"}
_FIELDS = {key: name for name, key in _KEYS.items()}


@dataclass
class ExerciseResult:
    """What one exercise earned, and why not more.

    exercise: its name. points: earned, of out_of.
    passed: the hidden cases by name, with whether the answer is right there; [] where it was not
        asked. message: how it is wrong, in a sentence. why: what explains it, best first.
    mistake: the known mistake's sentence if it is one, else "". line: the student's own line that
        raised, else "". seconds: wall time of observing it. carried: exercises that are not
        right, with whose solutions this one is.
    decided: whether a person gave the points. comment: of a person, "" for none.
    """

    exercise: str
    status: ExerciseStatus
    points: float = 0.0
    out_of: float = 0.0
    passed: list[tuple[str, bool]] = field(default_factory=list)
    message: str = ""
    why: list[str] = field(default_factory=list)
    mistake: str = ""
    line: str = ""
    seconds: float = 0.0
    carried: list[str] = field(default_factory=list)
    decided: bool = False
    comment: str = ""

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> ExerciseResult:
        """Rebuild what `Result.to_data` gave. Raises ValueError or TypeError for anything else."""
        if data["status"] not in EXERCISE_STATUSES:
            raise ValueError(f"unknown status {data['status']!r}")
        passed = [(str(name), bool(right)) for name, right in data["passed"]]
        return cls(**{**data, "passed": passed})


@dataclass
class Result:
    """What one submission earned.

    student: as found, unique in a class. origin: where its notebook was found, for a person.
    digest: SHA-256 of the notebook's bytes. lab: "01_perceptron". key: digest of all that the
    result depends on (submission, lab, seed, grader); "" before it is known.
    note: one sentence on the status. review: why a person should look at it; empty: no need.
    points: earned, of out_of. seconds: wall time. exercises: in the lab's order.
    notebook: the rebuilt notebook as it ran (nbformat 4) with bounded outputs; {} where it could
    not be read. A cell that belongs to an exercise names it in metadata.course.exercise.
    """

    student: str
    origin: str
    digest: str
    lab: str
    key: str = ""
    status: Status = "graded"
    note: str = ""
    review: list[str] = field(default_factory=list)
    points: float = 0.0
    out_of: float = 0.0
    seconds: float = 0.0
    exercises: list[ExerciseResult] = field(default_factory=list)
    notebook: dict[str, Any] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    lms_id: str = ""
    feedback: str = ""
    handed_in: str = ""
    marked_late: bool = False
    graded_on: str = ""
    lab_version: str = ""
    seed: int = 0
    days_late: int = 0
    taken_off: float = 0.0
    decided: bool = False
    comment: str = ""

    @property
    def judged(self) -> bool:
        """Whether there is anything to give points for: a file that is no notebook is not 0."""
        return self.decided or any(one.status != "not graded" for one in self.exercises)

    def to_data(self) -> dict[str, Any]:
        """Return the result as what JSON has: dicts, lists, strings and numbers."""
        data = asdict(self)
        for exercise in data["exercises"]:
            exercise["passed"] = [list(pair) for pair in exercise["passed"]]
        return {_KEYS.get(name, name): value for name, value in data.items()}

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> Result:
        """Rebuild what `to_data` gave. Raises ValueError, KeyError or TypeError for else."""
        if data["status"] not in STATUSES:
            raise ValueError(f"unknown status {data['status']!r}")
        exercises = [ExerciseResult.from_data(one) for one in data["exercises"]]
        fields = {_FIELDS.get(key, key): value for key, value in data.items()}
        return cls(**{**fields, "exercises": exercises})


def points_in_all(results: Iterable[Result]) -> float:
    """Return the points that a lab has in all; 0 where there are no results."""
    return max((result.out_of for result in results), default=0.0)


def in_order(results: Iterable[Result]) -> list[Result]:
    """Return the results sorted by student, capitals or not."""
    return sorted(results, key=lambda result: (result.student.casefold(), result.student))

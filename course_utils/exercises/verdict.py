"""The verdict on an answer, and the reason for it in words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from course_utils.exercises.check import Check
from course_utils.exercises.compare import Difference
from course_utils.exercises.diagnose import diagnose, known_mistakes
from course_utils.exercises.errors_explained import explain_error
from course_utils.exercises.exercise import Case, Get
from course_utils.exercises.failure import Failure
from course_utils.exercises.observe import VALUE, Observation
from course_utils.exercises.words import shorten

#: What a stub in a class says of itself, see authoring/markers.py.
_PART = re.compile(r"with your code for ([\w.]+\w)")
#: Inputs that are longer than this, in characters, stand one below the other.
_ONE_LINE = 70

#: right; wrong; error: it raised an exception; unattempted: its stub still stands;
#: waiting: it calls an exercise whose stub still stands; stopped: the student interrupted it.
Status = Literal["right", "wrong", "error", "unattempted", "waiting", "stopped"]


@dataclass(frozen=True)
class Verdict:
    """What a check found.

    passed: the names of the cases with their result. case: the first case that failed, with
    its call in words. message: how it differs. why: what explains it, best first. expected, got:
    pictures of the two. failure: the exception, with the student's line. printed: what it printed.
    waits_for: the exercise that has to come first. mistake: the known mistake's sentence, or "".
    """

    exercise: str
    status: Status
    points: float = 0.0
    passed: list[tuple[str, bool]] = field(default_factory=list)
    case: str = ""
    call: str = ""
    message: str = ""
    why: list[str] = field(default_factory=list)
    expected: str = ""
    got: str = ""
    failure: Failure | None = None
    printed: str = ""
    waits_for: str = ""
    mistake: str = ""


def judge(check: Check, observations: Sequence[Observation]) -> Verdict:
    """Judge an answer by its observations on the check's cases."""
    differences = check.differences(observations)
    passed = [
        (case.name, found is None) for case, found in zip(check.cases, differences, strict=True)
    ]
    wrong = [i for i, found in enumerate(differences) if found is not None]
    if not wrong:
        return Verdict(check.name, "right", check.points, passed)
    stub = _stub(check, observations)
    if stub is not None:
        status: Status = "unattempted" if stub == check.name else "waiting"
        message = _what_is_missing(observations)
        return Verdict(check.name, status, check.points, passed, message=message, waits_for=stub)
    return _wrong(check, observations, differences, passed, _first_told(wrong, observations))


def _stub(check: Check, observations: Sequence[Observation]) -> str | None:
    """The exercise whose stub an answer ran into, on any case."""
    stubs = [seen.error.stub for seen in observations if seen.error and seen.error.stub]
    if any(_has_gap(seen.value) for seen in observations):
        stubs.append(check.name)
    return stubs[0] if stubs else None


def _has_gap(value: Any) -> bool:
    """Whether a value still holds the `...` of a stub."""
    if isinstance(value, (list, tuple)):
        return any(map(_has_gap, value))
    if isinstance(value, dict):
        return any(map(_has_gap, value.values()))
    return value is Ellipsis


def _what_is_missing(observations: Sequence[Observation]) -> str:
    """Which method of a class, or which entries of a value, are still to be written; else ""."""
    parts = [_PART.search(seen.error.message) for seen in observations if seen.error]
    for part in filter(None, parts):
        return f"Still to be written: {part.group(1)}."
    value = observations[0].value
    if not isinstance(value, dict):
        return ""
    gaps = [str(key) for key, item in value.items() if _has_gap(item)]
    return f"Still to be filled in: {', '.join(gaps)}." if gaps and len(gaps) < len(value) else ""


def _first_told(wrong: list[int], observations: Sequence[Observation]) -> int:
    """The first failing case; one that raised goes first, for nothing else can be trusted then."""
    raised = [i for i in wrong if observations[i].error is not None]
    return (raised or wrong)[0]


def _wrong(
    check: Check,
    observations: Sequence[Observation],
    differences: Sequence[Difference | None],
    passed: list[tuple[str, bool]],
    told: int,
) -> Verdict:
    case, seen, difference = check.cases[told], observations[told], differences[told]
    assert difference is not None
    mistakes = known_mistakes(check, observations, differences)
    why = mistakes or diagnose(check, observations, differences, told)
    if seen.error is not None and not mistakes:
        why = explain_error(seen.error) or why
    raised = seen.error is not None
    # The expected value of a value is the answer itself.
    hidden = raised or difference.stage in {"changed", "shared"} or check.kind == VALUE
    return Verdict(
        exercise=check.name,
        status="error" if raised else "wrong",
        points=check.points,
        passed=passed,
        case=case.name,
        call=call_in_words(check, case, difference, seen),
        message=_message(check, difference),
        why=why,
        expected="" if hidden else shorten(difference.expected),
        got="" if raised else shorten(difference.got),
        failure=seen.error,
        printed=seen.printed,
        mistake=mistakes[0] if mistakes else "",
    )


def _message(check: Check, difference: Difference) -> str:
    if check.kind == VALUE and difference.stage in {"value", "finite"}:
        return "This value is not right."
    return difference.message


def call_in_words(check: Check, case: Case, difference: Difference, seen: Observation) -> str:
    """The call that failed, as the student would write it, with its inputs."""
    if check.kind == "value":
        return f"{check.name}{difference.path}"
    given = dict(zip(check.parameters, case.args, strict=False)) | case.kwargs
    after = "" if difference.stage in {"changed", "shared"} else difference.path
    if check.kind == "class":
        after = _steps_in_words(case, seen, difference)
    text = ", ".join(f"{name}={shorten(value)}" for name, value in given.items())
    if "\n" not in text and len(text) <= _ONE_LINE:
        return f"{check.name}({text}){after}"
    lines = [f"{check.name}({', '.join(given)}){after}, where"]
    return "\n".join(lines + [_definition(name, value) for name, value in given.items()])


def _definition(name: str, value: Any) -> str:
    """Return "X = [[...]]", its rows below one another."""
    return f"{name} = {shorten(value)}".replace("\n", "\n" + " " * len(f"{name} = "))


def _steps_in_words(case: Case, seen: Observation, difference: Difference) -> str:
    """The steps of a class's case up to the one that failed."""
    words = []
    for step in case.steps[: _last_step(case, seen, difference) + 1]:
        if isinstance(step, Get):
            words.append(f".{step.attribute}")
        elif step.method == "__setattr__":
            words.append(f".{step.args[0]} = {shorten(step.args[1])}")
        else:
            inside = [shorten(value) for value in step.args]
            inside += [f"{name}={shorten(value)}" for name, value in step.kwargs.items()]
            words.append(f".{step.method}({', '.join(inside)})")
    return "".join(f", then {word}" for word in words)


def _last_step(case: Case, seen: Observation, difference: Difference) -> int:
    """The number of the step that failed; -1 is the construction."""
    if seen.error is not None:
        return -1 if seen.value is None else len(seen.value)
    if difference.stage == "changed":
        return int(difference.path.partition(":")[0]) if ":" in difference.path else -1
    step = difference.path[1:].partition("]")[0]
    return int(step) if step.isdigit() else len(case.steps)

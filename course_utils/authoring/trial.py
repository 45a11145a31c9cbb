"""Checks on trial: answers that somebody wrote from the student's notebook alone."""

from __future__ import annotations

import ast
import inspect
import linecache
import runpy
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from course_utils.authoring import references
from course_utils.authoring.prove import HIDDEN_SEEDS
from course_utils.authoring.source import LabSource
from course_utils.common.errors import CourseError
from course_utils.exercises.check import Check, make_check
from course_utils.exercises.exercise import PUBLIC_SEED
from course_utils.exercises.observe import observe_all
from course_utils.exercises.verdict import Verdict, judge

#: Of a right answer: accepted, refused. Of a wrong one: passed; explained or silent by its card.
Outcome = Literal["accepted", "refused", "passed", "explained", "silent"]
#: What the file of answers defines.
_LISTS = ("RIGHT", "WRONG")


@dataclass(frozen=True)
class Tried:
    """What became of one answer. begins: its first line. told: what the card says, best first."""

    begins: str
    outcome: Outcome
    told: Sequence[str] = ()


def try_answers(lab: LabSource, path: Path) -> dict[str, list[Tried]]:
    """Return what the lab's checks make of the answers in a file, exercise by exercise.

    path: a Python file with RIGHT and WRONG, dicts from an exercise to a list of answers. An answer
    is the code of the exercise's cell, as text: it sees the names that the notebook has there, with
    the exercises before it solved. What is no text is taken as the answer itself.

    Right answers meet the public cases and hidden ones, wrong ones the public cases: the cards that
    a student sees. An error or a difference without a reason is silent.
    Raises CourseError where the file cannot be run, names what is no exercise, or an answer in it
    raises before it is checked.
    """
    right, wrong = _read(path)
    solved, names = references.solved(lab), references.namespaces(lab)
    if unknown := (right.keys() | wrong.keys()) - solved.keys():
        raise CourseError(
            f"{path}: {lab.name} has no exercise {', '.join(sorted(unknown))}; it has "
            f"{', '.join(solved)}."
        )
    found: dict[str, list[Tried]] = {}
    for name, (exercise, reference) in solved.items():
        if not right.get(name) and not wrong.get(name):
            continue
        checks = [
            make_check(name, exercise, reference, seed) for seed in (PUBLIC_SEED, *HIDDEN_SEEDS)
        ]
        found[name] = [
            _right(checks, begins, answer)
            for begins, answer in _answers(lab, path, "RIGHT", name, right, names[name])
        ] + [
            _wrong(checks[0], begins, answer)
            for begins, answer in _answers(lab, path, "WRONG", name, wrong, names[name])
        ]
    return found


def report(tried: Mapping[str, Sequence[Tried]]) -> Iterator[str]:
    """The lines of a report.

    For each exercise the counts, then each answer that a person should look at, with what its card
    says of it; at the end the sums.
    """
    for name, answers in tried.items():
        yield f"{name}: {_counts(answers)}"
        for one in answers:
            if one.outcome != "accepted":
                yield f"  {one.outcome}: {one.begins}"
                yield from (f"    {line}" for text in one.told for line in text.splitlines())
    yield f"All together: {_counts([one for answers in tried.values() for one in answers])}"


def sound(tried: Mapping[str, Sequence[Tried]]) -> bool:
    """Whether every right answer was accepted and no wrong one."""
    return not any(
        one.outcome in {"refused", "passed"} for answers in tried.values() for one in answers
    )


def _counts(answers: Sequence[Tried]) -> str:
    outcomes = [one.outcome for one in answers]
    count = {outcome: outcomes.count(outcome) for outcome in set(outcomes)}
    right = count.get("accepted", 0) + count.get("refused", 0)
    wrong = ", ".join(f"{count.get(kind, 0)} {kind}" for kind in ("passed", "explained", "silent"))
    refused = count.get("refused", 0)
    return f"{right} right, {refused} refused; {len(outcomes) - right} wrong, {wrong}"


def _read(path: Path) -> tuple[dict[str, list[Any]], dict[str, list[Any]]]:
    try:
        found = runpy.run_path(str(path))
    except OSError as error:
        raise CourseError(f"{path} cannot be read ({error.strerror}).") from None
    except Exception as error:
        raise CourseError(f"{path} raises {type(error).__name__}: {error}") from error
    lists = [found.get(name, {}) for name in _LISTS]
    if not any(lists) or not all(
        isinstance(one, dict) and all(isinstance(item, list) for item in one.values())
        for one in lists
    ):
        raise CourseError(
            f"{path}: it has to define RIGHT, WRONG or both, dicts from an exercise's name to a "
            'list of answers: WRONG = {"scale": ["def scale(values):\\n    return values"]}.'
        )
    return lists[0], lists[1]


def _answers(
    lab: LabSource,
    path: Path,
    which: str,
    name: str,
    given: Mapping[str, Sequence[Any]],
    names: Mapping[str, Any],
) -> Iterator[tuple[str, Any]]:
    """The answers to one exercise, each with its first line."""
    for number, answer in enumerate(given.get(name, ()), start=1):
        where = f'{path}: {which}["{name}"], number {number}'
        if isinstance(answer, str):
            code = textwrap.dedent(answer).strip() + "\n"
            yield _first_line(code), _made(lab, name, code, where, names)
        else:
            yield _first_line(_source(answer)), answer


def _made(lab: LabSource, name: str, code: str, where: str, names: Mapping[str, Any]) -> Any:
    """What an answer's code gives to lab.check."""
    (check,) = (check for cell in lab.cells for check in cell.checks if check.name == name)
    filename = f"<{where}>"
    linecache.cache[filename] = (len(code), None, code.splitlines(keepends=True), filename)
    scope = dict(names)
    try:
        exec(compile(code, filename, "exec", dont_inherit=True), scope)
        return eval(compile(ast.Expression(check.answer), filename, "eval"), scope)
    except Exception as error:
        raise CourseError(f"{where}: its code raises {type(error).__name__}: {error}") from error


def _source(answer: Any) -> str:
    try:
        return inspect.getsource(answer)
    except (OSError, TypeError):
        return repr(answer)


def _first_line(code: str) -> str:
    """An answer's first line; where that only names the answer, what stands below it as well."""
    lines = [line.strip() for line in code.splitlines() if line.strip()]
    named = lines[0].startswith(("def ", "class ")) and lines[0].endswith(":")
    return " ".join(lines[: 2 if named else 1])[:150]


def _right(checks: Sequence[Check], begins: str, answer: Any) -> Tried:
    for seed, check in zip((PUBLIC_SEED, *HIDDEN_SEEDS), checks, strict=True):
        verdict = judge(check, observe_all(answer, check.cases))
        if verdict.status != "right":
            cases = "public cases" if seed == PUBLIC_SEED else f"hidden cases of seed {seed}"
            return Tried(begins, "refused", [f"{cases}, {verdict.case}: {_said(verdict)}"])
    return Tried(begins, "accepted")


def _wrong(check: Check, begins: str, answer: Any) -> Tried:
    verdict = judge(check, observe_all(answer, check.cases))
    if verdict.status == "right":
        return Tried(begins, "passed")
    if verdict.why:
        return Tried(begins, "explained", verdict.why)
    return Tried(begins, "silent", [f"{verdict.case}: {_said(verdict)}"])


def _said(verdict: Verdict) -> str:
    """What is left to be said of an answer for which there is no reason."""
    if verdict.failure is not None:
        return f"{verdict.failure.kind}: {verdict.failure.message}"
    return verdict.message or verdict.status

"""One submission, from its file to its result.

Runs in the grading process and trusts nothing that comes from the student.
"""

from __future__ import annotations

import time
import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from course_utils.common.wording import listed
from course_utils.grading.hidden.hidden import HiddenExercise, HiddenLab
from course_utils.grading.intake.reading import Unreadable, read
from course_utils.grading.intake.submissions import Submission
from course_utils.grading.protocol.endings import CellResult
from course_utils.grading.protocol.models import NotRebuilt, with_models
from course_utils.grading.rebuild.plan import Plan, Planned
from course_utils.grading.rebuild.rebuild import rebuild
from course_utils.grading.results import scoring
from course_utils.grading.results.results import ExerciseResult, Result, Status
from course_utils.grading.run.again import Again
from course_utils.grading.run.attempt import Gathered, Kernels, Unavailable, gather
from course_utils.grading.run.clean_room import CleanRoom
from course_utils.grading.run.suspicions import suspicions

#: Why in detail is for a person to read: the student's process has chosen the words.
_NOT_REBUILT = "Its model cannot be rebuilt: it may hold code of your own, or what Keras refuses."
_FAILED = "The grader failed on this submission."
#: Sentences that are kept for a person to look at.
_MOST = 12
_STATUSES: dict[str, Status] = {
    "timed out": "timed out",
    "crashed": "crashed",
    "flooded": "flooded",
    "tampered": "tampered",
    "unreadable": "unreadable",
    "wrong lab": "wrong lab",
    "empty": "empty",
}


def grade(submission: Submission, lab: HiddenLab, kernels: Kernels) -> Result:
    """Return what a submission earns.

    A fault of the grader's own costs this submission its grade (status "not graded", with the
    fault as what to look at) and nothing else. Raises Unavailable where there are no kernels.
    """
    began = time.monotonic()
    result = Result(submission.student, submission.origin, submission.digest, lab.name)
    result.out_of = lab.out_of
    try:
        _grade(submission, lab, kernels, result)
    except Unavailable:
        raise
    except Exception as error:
        _give_up(result, lab, error)
    result.points = sum(one.points for one in result.exercises)
    result.review = list(dict.fromkeys(result.review))[:_MOST]
    result.seconds = time.monotonic() - began
    return result


def _grade(submission: Submission, lab: HiddenLab, kernels: Kernels, result: Result) -> None:
    if submission.problem:
        _unread(result, lab, "unreadable", submission.problem)
        return
    try:
        student = read(submission.path, submission.origin)
        plan = rebuild(lab.released, student, submission.origin)
    except Unreadable as error:
        _unread(result, lab, _STATUSES[error.status], str(error))
        return
    result.review += plan.review
    if submission.files:
        names = listed([name for name, _ in submission.files])
        result.note = f"Handed in beside the notebook, and there when it ran: {names}."
        result.review.append(result.note)
    result.notes += plan.notes
    tried = [name for name in lab.exercises if plan.status.get(name) == "attempted"]
    questions = {name: lab.exercises[name].questions for name in tried}
    files = [(name, path.read_bytes()) for name, path in submission.files]
    found = gather(plan, questions, kernels, lab.facts_seed, files) if tried else Gathered()
    result.notebook = _executed_notebook(plan, found.shown)
    with CleanRoom(kernels, lab.facts_seed) as room:
        judge = _Judge(plan, room, result.review, tuple(lab.exercises))
        results = {name: judge.result(one, found) for name, one in lab.exercises.items()}
        again = Again(plan, found.deadly, lab, kernels, files)
        again.by_itself(results, judge.result)
    again.in_public(list(results.values()))
    result.exercises = list(results.values())
    _conclude(result, found, bool(tried))
    result.review += suspicions(result.exercises, found, student.cards)


def _executed_notebook(plan: Plan, shown: Mapping[int, CellResult]) -> dict[str, Any]:
    """Return the rebuilt notebook (nbformat 4.5) as it ran.

    shown: what each cell did, by its place; a cell that is not among them did not run. Every cell
    says in metadata.course its role, its exercise ("" if none), whether the student wrote it, and
    whether it was needed.
    """
    cells = [_cell(cell, shown.get(place)) for place, cell in enumerate(plan.cells)]
    for count, cell in enumerate((cells[place] for place in sorted(shown)), 1):
        cell["execution_count"] = count
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}


def _cell(cell: Planned, result: CellResult | None) -> dict[str, Any]:
    course = {
        "role": cell.role,
        "exercise": cell.exercise,
        "own": cell.own,
        "needed": cell.needed or result is not None,
    }
    made: dict[str, Any] = {
        "cell_type": "markdown" if cell.role == "markdown" else "code",
        "id": cell.cell_id,
        "metadata": {"course": course},
        "source": cell.source,
    }
    if cell.role != "markdown":
        made |= {"execution_count": None, "outputs": [] if result is None else result.outputs}
    return made


@dataclass(frozen=True)
class _Judge:
    """Turns what was gathered into a result an exercise. names: of the lab's exercises."""

    plan: Plan
    room: CleanRoom
    review: list[str]
    names: tuple[str, ...]

    def result(self, exercise: HiddenExercise, found: Gathered) -> ExerciseResult:
        began = time.monotonic()
        result = self._result(exercise, found)
        asking = found.seconds.get(exercise.name, 0.0)
        result.seconds = asking + time.monotonic() - began
        return result

    def _result(self, exercise: HiddenExercise, found: Gathered) -> ExerciseResult:
        name = exercise.name
        if name in found.not_graded:
            return scoring.not_graded(exercise, found.not_graded[name])
        if name in found.observations:
            return self._judged(exercise, found)
        if name in found.missing:
            return scoring.missing(exercise, found.missing[name])
        if self.plan.status.get(name) == "unattempted":
            return scoring.unattempted(exercise)
        return scoring.missing(exercise)

    def _judged(self, exercise: HiddenExercise, found: Gathered) -> ExerciseResult:
        cases, seen = exercise.check.cases, found.observations[exercise.name]
        try:
            if exercise.name not in found.self_reported:
                seen = with_models(seen, cases, self.room.examine)
            return scoring.score(exercise, seen, self.names)
        except NotRebuilt as error:
            self.review.append(f"{exercise.name}: {error}")
            return scoring.not_graded(exercise, _NOT_REBUILT)
        except Unavailable:
            raise
        except Exception as error:  # Data that no honest answer holds: an integer of 4,000 digits.
            self.review.append(f"{exercise.name}: comparing its answer raised {error!r:.200}.")
            return scoring.incomparable(exercise)


def _conclude(result: Result, found: Gathered, tried: bool) -> None:
    """The status of the whole, and what a person should look at."""
    result.review += [ending.sentence for ending in found.endings] + found.limits_met()
    for one in result.exercises:
        if one.status == "not graded":
            result.review.append(f"{one.exercise}: {one.message}")
    if found.endings:
        result.status = _STATUSES[found.endings[0].status]
        result.note = found.endings[0].sentence
    elif not tried:
        result.status, result.note = "empty", "No exercise was attempted."


def _unread(result: Result, lab: HiddenLab, status: Status, sentence: str) -> None:
    result.status, result.note = status, sentence
    if result.status == "empty":
        result.exercises = [scoring.missing(exercise) for exercise in lab.exercises.values()]
    else:
        why = "The notebook could not be graded."
        result.exercises = [scoring.not_graded(one, why) for one in lab.exercises.values()]
        result.review.append(result.note)


def _give_up(result: Result, lab: HiddenLab, error: Exception) -> None:
    """Keep where our own code failed: it is a bug to report."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{last.filename.rpartition('/')[2]}:{last.lineno}"
    _not_graded(result, lab, _FAILED)
    result.review.append(f"{_FAILED} {type(error).__name__} at {place}: {str(error)[:200]}")


def given_up(submission: Submission, lab: HiddenLab, why: str) -> Result:
    """Return the result of a submission whose grading ended with its process. why: a sentence."""
    result = Result(submission.student, submission.origin, submission.digest, lab.name)
    result.out_of = lab.out_of
    _not_graded(result, lab, why)
    result.review.append(why)
    return result


def _not_graded(result: Result, lab: HiddenLab, note: str) -> None:
    result.status, result.note = "not graded", note
    result.exercises = [scoring.not_graded(one, note) for one in lab.exercises.values()]

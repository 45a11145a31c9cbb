"""Points that may be lost for no fault of the student's: put before a person."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from course_utils.common.wording import listed
from course_utils.exercises.failure import Failure
from course_utils.grading.results.results import ExerciseResult
from course_utils.grading.run.attempt import Gathered

#: So many answers, or more, that all fail with one error are a sign of something outside of them.
_MANY = 3


def suspicions(
    results: Sequence[ExerciseResult], found: Gathered, cards: Collection[str]
) -> list[str]:
    """Return what a person should look at, a sentence each.

    cards: exercises that the notebook's saved cards call right. A card can be forged.
    """
    said = []
    tried = [one for one in results if one.status not in {"unattempted", "not graded"}]
    errors = {_error(one.exercise, found) for one in tried}
    if len(tried) >= _MANY and len(errors) == 1 and (error := errors.pop()) is not None:
        said.append(
            f"All {len(tried)} answers fail with one and the same error, {error}: its cause may "
            "lie outside of them."
        )
    lost = {"wrong", "error", "missing", "waiting"}
    other = [one.exercise for one in results if one.exercise in cards and one.status in lost]
    if other:
        said.append(f"Right on the notebook's own card, and not right here: {listed(other)}.")
    return said


def _error(name: str, found: Gathered) -> str | None:
    """How an answer fails on every case, or why there is none; None for whatever else."""
    failures: list[Failure | None] = [found.missing[name]] if name in found.missing else []
    failures += [one.error for one in found.observations.get(name, [])]
    texts = {None if one is None else f"{one.kind}: {one.message[:100]}" for one in failures}
    return texts.pop() if len(texts) == 1 else None

"""From observations on hidden cases to points, and to a reason that hides the cases' numbers.

The comparison is the one that students have had all along. Its text is not: a card shows inputs
and expected values, and these must stay unknown to whoever hands in later. What is left is how an
answer differs, the known mistake, the sentence of a diagnosis, and sizes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from course_utils.exercises.check import Check
from course_utils.exercises.compare import Difference
from course_utils.exercises.exercise import Call, Case
from course_utils.exercises.failure import Failure
from course_utils.exercises.keras_models import MARK
from course_utils.exercises.observe import Observation
from course_utils.exercises.verdict import Verdict, judge
from course_utils.grading.hidden.hidden import HiddenExercise
from course_utils.grading.protocol.endings import INCONSISTENT, NO_DATA, TOO_LARGE
from course_utils.grading.results.results import ExerciseResult, ExerciseStatus

#: Decimals, long numbers and what stands in brackets: an exception's text may hold an input.
_NUMBERS = re.compile(r"\[[^\]]*\]?|[-+]?\d*\.\d+(?:[eE][-+]?\d+)?|\d+[eE][-+]?\d+|\d{6,}")
_QUOTED = re.compile(r"'([^']+)'|\"([^\"]+)\"")
_LONGEST = 300
#: Errors of code that never ran; their text ends with the place, "(<cell>, line 7)".
_UNPARSED = frozenset({"SyntaxError", "IndentationError", "TabError"})
_PLACE = re.compile(r"\s*\([^()]*line (\d+)\)$")
_GENERAL = {
    "missing": "Nothing (None) came back.",
    "finite": "It holds NaN or infinity where a finite number is asked.",
    "value": "Its values are not right.",
    "changed": "It changes its input in place.",
}
#: An observation's error that the sandbox itself made, and the sentence for it.
_SANDBOX_ERRORS = {
    INCONSISTENT: "It answers differently when it is asked a second time.",
    NO_DATA: "What it returns cannot be read as numbers, text, lists or arrays.",
    TOO_LARGE: "What it returns is too large to check.",
}


def score(exercise: HiddenExercise, observations: Sequence[Observation]) -> ExerciseResult:
    """Judge an answer by its observations on the hidden cases, in their order."""
    check = exercise.check
    # What ended before it was observed has no kind: it is of the kind that was asked.
    observations = [replace(seen, kind=seen.kind or check.kind) for seen in observations]
    verdict = judge(check, observations)
    result = _blank(exercise, "error" if verdict.status == "stopped" else verdict.status)
    result.passed = verdict.passed
    if verdict.status == "right":
        result.points = check.points
    elif verdict.status == "waiting":
        result.message = _waits(verdict.waits_for)
    elif verdict.status == "unattempted":
        result.message = verdict.message
    else:
        if exercise.partial:
            result.points = _share(exercise, verdict) * check.points
        _explain(result, check, verdict, observations)
    return result


def missing(exercise: HiddenExercise, failure: Failure | None = None) -> ExerciseResult:
    """The result of an exercise whose answer does not exist. failure: of the cell that should have
    made it, if it raised."""
    if failure is None:
        return _blank(exercise, "missing")
    if failure.stub is not None:
        if failure.stub == exercise.name:
            return _blank(exercise, "unattempted")
        result = _blank(exercise, "waiting")
        result.message = _waits(failure.stub)
        return result
    result = _blank(exercise, "error")
    result.message = f"Its cell stopped before there was an answer: {_masked(_error_text(failure))}"
    result.line = failure.line[:_LONGEST]
    return result


def unattempted(exercise: HiddenExercise) -> ExerciseResult:
    """The result of an exercise whose stub still stands."""
    return _blank(exercise, "unattempted")


def not_graded(exercise: HiddenExercise, why: str) -> ExerciseResult:
    """The result of an exercise that could not be asked. why: a sentence."""
    result = _blank(exercise, "not graded")
    result.message = why
    return result


def incomparable(exercise: HiddenExercise) -> ExerciseResult:
    """The result of an answer that cannot even be compared with the reference's."""
    result = _blank(exercise, "wrong")
    result.message = "What it gives cannot be compared with what is asked."
    return result


def _blank(exercise: HiddenExercise, status: ExerciseStatus) -> ExerciseResult:
    return ExerciseResult(exercise.name, status, out_of=exercise.check.points)


def _waits(name: str) -> str:
    return f"It uses exercise {name[:60]}, which is not done."


def _share(exercise: HiddenExercise, verdict: Verdict) -> float:
    """The fraction right of the cases whose answers cannot be looked up."""
    cases = zip(verdict.passed, exercise.unseen, strict=True)
    counted = [ok for (_, ok), unseen in cases if unseen]
    return sum(counted) / len(counted) if counted else 0.0


def _explain(
    result: ExerciseResult, check: Check, verdict: Verdict, observations: Sequence[Observation]
) -> None:
    result.why = [sentence[:_LONGEST] for sentence in verdict.why]
    result.mistake = verdict.mistake
    if verdict.failure is not None and verdict.failure.kind in _SANDBOX_ERRORS:
        result.status, result.why = "wrong", []
        result.message = _SANDBOX_ERRORS[verdict.failure.kind]
    elif verdict.failure is not None:
        texts = list(_texts([_inputs(case) for case in check.cases]))
        result.message = _masked(_error_text(verdict.failure), texts)
        result.why = [_masked(sentence, texts) for sentence in result.why]
        result.line = verdict.failure.line[:_LONGEST]
    else:
        place = next(i for i, case in enumerate(check.cases) if case.name == verdict.case)
        difference = check.differences(observations)[place]
        assert difference is not None
        result.message = _in_general(check, place, difference)


def _in_general(check: Check, place: int, difference: Difference) -> str:
    """How an answer differs, without the numbers of the case."""
    stage = difference.stage
    plain = not isinstance(difference.expected, (bool, dict))
    if stage == "dtype" or (stage in {"error", "shape", "type"} and plain):
        return difference.message[:_LONGEST]
    metric = check.cases[place].metric
    if metric is not None:
        return difference.message  # A score and its bound, neither an input nor an answer.
    if isinstance(difference.expected, dict) and difference.expected.get("kind") == MARK:
        what, colon, _ = difference.message.partition(": expected ")
        return f"{what}: not as asked." if colon else difference.message[:_LONGEST]
    if stage == "shape":
        return "The dict has other keys than are asked for."
    if stage in {"error", "type"}:
        return "It gives another kind of thing than is asked for."
    if stage == "changed" and not difference.message.startswith("It changes"):
        return difference.message
    return _GENERAL[stage]


def _error_text(failure: Failure) -> str:
    """ "ValueError: shapes (3,2) and (3,) not aligned"."""
    text = " ".join(failure.message.split())
    kind = failure.kind if failure.kind.isidentifier() else "Exception"
    place = _PLACE.search(text)
    if kind in _UNPARSED and place and int(place[1]) == failure.lineno:
        text = _PLACE.sub(r", in line \1 of this cell", text)
    return f"{kind[:60]}: {text}".rstrip(": ")


def _masked(text: str, hidden: Sequence[str] = ()) -> str:
    """A text without what may be an input's: numbers, and what it quotes of the `hidden` texts."""

    def quoted(match: re.Match[str]) -> str:
        inner = match[1] or match[2]
        return "…" if any(inner in one for one in hidden) else match[0]

    return _NUMBERS.sub("…", _QUOTED.sub(quoted, text))[:_LONGEST]


def _inputs(case: Case) -> list[Any]:
    """All that a case gives an answer."""
    calls: list[Case | Call] = [case, *(step for step in case.steps if isinstance(step, Call))]
    return [value for call in calls for value in (*call.args, *call.kwargs.values())]


def _texts(value: Any) -> Iterator[str]:
    """The texts in some data, however deep; not the keys of dicts, which are names."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from _texts(list(value.values()))
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _texts(item)

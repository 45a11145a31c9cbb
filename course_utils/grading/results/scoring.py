"""From observations on hidden cases to points, and to a reason that says nothing of the cases.

The comparison is the one that students have had all along. Its text is not. A student's code has
seen the hidden inputs, and could write them into an exception, a class's name, a shape: so what is
said of hidden cases is made of sentences, case names and words of the course's own alone. What an
answer does on the public cases, which everybody has, is said in full (`in_public`).
"""

from __future__ import annotations

import builtins
import re
from collections.abc import Sequence
from dataclasses import replace

from course_utils.exercises.check import Check
from course_utils.exercises.compare import Difference
from course_utils.exercises.failure import Failure
from course_utils.exercises.keras_models import MARK
from course_utils.exercises.observe import Observation
from course_utils.exercises.verdict import Verdict, judge
from course_utils.grading.hidden.hidden import HiddenExercise
from course_utils.grading.protocol.endings import INCONSISTENT, NO_DATA, TOO_LARGE
from course_utils.grading.results.results import ExerciseResult, ExerciseStatus

_LONGEST = 300
#: Errors of code that never ran; their text ends with the place, "(<cell>, line 7)".
_UNPARSED = frozenset({"SyntaxError", "IndentationError", "TabError"})
_PLACE = re.compile(r"\s*\([^()]*line (\d+)\)$")
#: How an answer differs, by the stage of the comparison.
_GENERAL = {
    "missing": "Nothing (None) came back.",
    "type": "It gives another kind of thing than is asked for.",
    "shape": "Its shape is not as asked.",
    "dtype": "Its numbers are of another type (dtype) than is asked for.",
    "finite": "It holds NaN or infinity where a finite number is asked.",
    "value": "Its values are not right.",
    "changed": "It does not leave its inputs as it should.",
    "shared": "Another model came back than the one that was given, or other weights.",
    "error": "It should raise an exception, and does not raise the right one.",
}
_MODEL = "The model is not as asked."
#: What a comparison of models says before the numbers, where it says which fact differs.
_FACTS = frozenset(
    {"Input shape", "Output shape", "Number of parameters", "Number of trainable parameters"}
    | {"Regularisation loss", "Stateful layers", "Compiled with"}
)
_WAITS_FOR_ANOTHER = "It uses another exercise, which is not done."
#: Exceptions that are named: those that everybody has, so that a name tells nothing else.
_KNOWN = frozenset(
    name
    for name, value in vars(builtins).items()
    if isinstance(value, type) and issubclass(value, BaseException)
) | {"AxisError", "InvalidArgumentError", "LinAlgError"}
#: An observation's error that the sandbox itself made, and the sentence for it.
_SANDBOX_ERRORS = {
    INCONSISTENT: "It answers differently when it is asked a second time.",
    NO_DATA: "What it returns cannot be read as numbers, text, lists or arrays.",
    TOO_LARGE: "What it returns is too large to check.",
}


def score(
    exercise: HiddenExercise, observations: Sequence[Observation], names: Sequence[str] = ()
) -> ExerciseResult:
    """Judge an answer by its observations on the hidden cases, in their order.

    names: of the lab's exercises.
    """
    check = exercise.check
    # What ended before it was observed has no kind: it is of the kind that was asked.
    observations = [replace(seen, kind=seen.kind or check.kind) for seen in observations]
    verdict = judge(check, observations)
    result = _blank(exercise, "error" if verdict.status == "stopped" else verdict.status)
    result.passed = verdict.passed
    if verdict.status == "right":
        result.points = check.points
    elif verdict.status == "waiting":
        result.message = _waits(verdict.waits_for if verdict.waits_for in names else "")
    elif verdict.status != "unattempted":
        if exercise.partial:
            result.points = _share(exercise, verdict) * check.points
        _explain(result, check, verdict, observations)
    return result


def missing(exercise: HiddenExercise, failure: Failure | None = None) -> ExerciseResult:
    """The result of an exercise whose answer does not exist.

    failure: of the cell that should have made it, if it raised.
    """
    if failure is None:
        return _blank(exercise, "missing")
    if failure.stub is not None:
        if failure.stub == exercise.name:
            return _blank(exercise, "unattempted")
        result = _blank(exercise, "waiting")
        result.message = _waits(failure.stub)
        return result
    result = _blank(exercise, "error")
    result.message = f"Its cell stopped before there was an answer: {_error_text(failure)}"
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


def in_public(result: ExerciseResult, check: Check, observations: Sequence[Observation]) -> None:
    """Say of an answer that is not right what it does on the public cases, in full.

    No hidden input was in the process that was asked.
    """
    observations = [replace(seen, kind=seen.kind or check.kind) for seen in observations]
    verdict = judge(check, observations)
    if verdict.status == "right":
        result.message = f"It is right on the cases that you have. {result.message}"
    if verdict.status not in {"wrong", "error"}:
        return
    result.why = [sentence[:_LONGEST] for sentence in verdict.why]
    result.mistake = verdict.mistake or result.mistake
    if verdict.failure is None:
        result.message = f"On the case '{verdict.case}': {verdict.message}"[:_LONGEST]
    elif verdict.failure.kind not in _SANDBOX_ERRORS:
        result.message = _error_text(verdict.failure)
        result.line = verdict.failure.line[:_LONGEST]


def _waits(name: str) -> str:
    return f"It uses exercise {name[:60]}, which is not done." if name else _WAITS_FOR_ANOTHER


def _share(exercise: HiddenExercise, verdict: Verdict) -> float:
    """The fraction right of the cases whose answers cannot be looked up."""
    cases = zip(verdict.passed, exercise.unseen, strict=True)
    counted = [ok for (_, ok), unseen in cases if unseen]
    return sum(counted) / len(counted) if counted else 0.0


def _explain(
    result: ExerciseResult, check: Check, verdict: Verdict, observations: Sequence[Observation]
) -> None:
    """Say what is wrong. Of the reasons for it only those stay that the lab's author wrote."""
    ours = {mistake.sentence for mistake in check.mistakes}
    result.why = [sentence for sentence in verdict.why if sentence in ours]
    result.mistake = verdict.mistake
    failure = verdict.failure
    if failure is not None and failure.kind in _SANDBOX_ERRORS:
        result.status, result.why = "wrong", []
        result.message = _SANDBOX_ERRORS[failure.kind]
    elif failure is not None:
        kind = failure.kind if failure.kind in _KNOWN else "an exception"
        result.message = f"It raised {kind} on the case '{verdict.case}'."
    else:
        place = next(i for i, case in enumerate(check.cases) if case.name == verdict.case)
        difference = check.differences(observations)[place]
        assert difference is not None
        result.message = f"On the case '{verdict.case}': {_in_general(check, place, difference)}"


def _in_general(check: Check, place: int, difference: Difference) -> str:
    """How an answer differs, in a sentence that stands here."""
    metric = check.cases[place].metric
    if metric is not None and difference.stage in {"metric", "value"}:
        best = "at least" if metric.at_least is not None else "at most"
        bound = metric.at_most if metric.at_least is None else metric.at_least
        return f"Its {metric.name} is not {best} {bound:g}, as asked."
    if isinstance(difference.expected, dict) and difference.expected.get("kind") == MARK:
        what = difference.message.partition(": expected ")[0]
        return f"{what}: not as asked." if what in _FACTS else _MODEL
    return _GENERAL.get(difference.stage, _GENERAL["value"])


def _error_text(failure: Failure) -> str:
    """Return "ValueError: shapes (3,2) and (3,) not aligned"."""
    text = " ".join(failure.message.split())
    kind = failure.kind if failure.kind.isidentifier() else "Exception"
    place = _PLACE.search(text)
    if kind in _UNPARSED and place and int(place[1]) == failure.lineno:
        text = _PLACE.sub(r", in line \1 of this cell", text)
    return f"{kind[:60]}: {text}".rstrip(": ")[:_LONGEST]

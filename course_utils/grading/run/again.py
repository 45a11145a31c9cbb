"""What is asked again of an answer that is not right: by itself, and on the public cases.

A wrong `logistic` makes a right `derivative` wrong. Where an answer fails and reads the name of
another exercise that is not right, it is run again with the solved cell in that one's place: points
are lost where a fault arises, once. The solved cell is in the sandbox then, so nothing but the
verdict is kept of such a run, and of a verdict nothing but the course's own words.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

from course_utils.common.wording import listed
from course_utils.grading.hidden.hidden import HiddenExercise, HiddenLab
from course_utils.grading.protocol.models import NotRebuilt, with_models
from course_utils.grading.protocol.session import question
from course_utils.grading.rebuild.plan import Plan
from course_utils.grading.results import scoring
from course_utils.grading.results.results import ExerciseResult
from course_utils.grading.run.attempt import Gathered, Kernels, gather
from course_utils.grading.run.clean_room import CleanRoom

#: Runs with solved cells, of one submission. Exercises that blame the same ones share a run.
_RUNS = 6
#: Gives the result of an exercise from what was gathered.
Judged = Callable[[HiddenExercise, Gathered], ExerciseResult]
_Results = dict[str, ExerciseResult]


def by_itself(
    results: _Results,
    plan: Plan,
    deadly: Collection[str],
    lab: HiddenLab,
    kernels: Kernels,
    judged: Judged,
) -> None:
    """Judge answers anew that fail with wrong ones of the same student's, in the lab's order.

    deadly: cells that are not run, by their ids. Raises Unavailable.
    """
    blamed = {name: _blamed(name, results, plan) for name in results}
    groups: dict[frozenset[str], list[str]] = {}
    for name, others in blamed.items():
        if others and plan.status.get(name) == "attempted":
            groups.setdefault(others, []).append(name)
    for others, names in list(groups.items())[:_RUNS]:
        solutions = {other: lab.exercises[other].solution for other in others}
        questions = {name: lab.exercises[name].questions for name in names}
        solved = plan.with_solutions(solutions).without(deadly)
        found = gather(solved, questions, kernels, lab.facts_seed)
        for name in names:
            if name in found.observations:
                _take(results, judged(lab.exercises[name], found), others)


def _blamed(name: str, results: Mapping[str, ExerciseResult], plan: Plan) -> frozenset[str]:
    """The exercises that may be why an answer is not right."""
    if results[name].status in {"right", "unattempted"}:
        return frozenset()
    called = plan.calls.get(name, frozenset())
    return frozenset(other for other in called if results[other].status != "right")


def _take(results: _Results, new: ExerciseResult, others: Collection[str]) -> None:
    old = results[new.exercise]
    if new.points < old.points or new.status in {"missing", "not graded"}:
        return
    if new.status == "right":
        faults = [name for name in results if name in others and results[name].status != "right"]
        new.carried = faults or [name for name in results if name in others]
        verb = "is" if len(new.carried) == 1 else "are"
        names = listed([f"`{name}`" for name in new.carried])
        new.message = f"Right by itself; your {names} {verb} not."
    new.seconds += old.seconds
    results[new.exercise] = new


def in_public(
    results: Sequence[ExerciseResult], plan: Plan, lab: HiddenLab, kernels: Kernels
) -> None:
    """Say what answers that are not right do on the public cases. They are asked in a sandbox that
    has seen no hidden input, so that what they say of themselves can be shown.

    Raises Unavailable.
    """
    wrong = [one for one in results if one.status in {"wrong", "error"} and one.passed]
    public = {one.exercise: lab.exercises[one.exercise].public for one in wrong}
    checks = {name: check for name, check in public.items() if check is not None}
    if not checks:
        return
    questions = {name: [question(case) for case in check.cases] for name, check in checks.items()}
    found = gather(plan, questions, kernels)
    with CleanRoom(kernels, 0) as room:
        for one in wrong:
            seen = found.observations.get(one.exercise)
            if seen is None:
                continue
            check = checks[one.exercise]
            try:
                if one.exercise not in found.self_reported:
                    seen = with_models(seen, check.cases, room.examine)
                scoring.in_public(one, check, seen)
            except (NotRebuilt, ArithmeticError, TypeError, ValueError):
                continue  # Then what is said of the hidden cases stands alone.

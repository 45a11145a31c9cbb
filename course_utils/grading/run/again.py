"""What is asked again of an answer that is not right: by itself, and on the public cases.

A wrong `logistic` makes a right `derivative` wrong. Where an answer fails and reads the name of
another exercise that is not right, it is run again with the solved cell in that one's place: points
are lost where a fault arises, once. The solved cell is in the sandbox then, so nothing but the
verdict is kept of such a run, and of a verdict nothing but the course's own words.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from course_utils.common.wording import listed
from course_utils.exercises.check import Check
from course_utils.exercises.exercise import Case
from course_utils.grading.hidden.hidden import HiddenExercise, HiddenLab
from course_utils.grading.protocol.models import NotRebuilt, with_models
from course_utils.grading.protocol.session import question
from course_utils.grading.rebuild.plan import Plan
from course_utils.grading.results import scoring
from course_utils.grading.results.results import ExerciseResult
from course_utils.grading.run.attempt import Files, Gathered, Kernels, gather
from course_utils.grading.run.clean_room import CleanRoom

#: Runs with solved cells, of one submission. Exercises that blame the same ones share a run.
_RUNS = 6
#: Gives the result of an exercise from what was gathered.
Judged = Callable[[HiddenExercise, Gathered], ExerciseResult]
_Results = dict[str, ExerciseResult]


@dataclass(frozen=True)
class Again:
    """Asks again.

    plan: of the notebook. deadly: cells that are not run, by their ids. files: what lay beside the
    notebook. Raises Unavailable where there are no kernels any more.
    """

    plan: Plan
    deadly: Collection[str]
    lab: HiddenLab
    kernels: Kernels
    files: Files = ()

    def by_itself(self, results: _Results, judged: Judged) -> None:
        """Judge answers anew that fail with wrong ones of the same student's."""
        groups: dict[frozenset[str], list[str]] = {}
        for name in results:
            others = _blamed(name, results, self.plan)
            if others and self.plan.status.get(name) == "attempted":
                groups.setdefault(others, []).append(name)
        exercises = self.lab.exercises
        for others, names in list(groups.items())[:_RUNS]:
            solved = self.plan.with_solutions({one: exercises[one].solution for one in others})
            questions = {name: exercises[name].questions for name in names}
            found = self._gather(solved, questions, self.lab.facts_seed)
            for name in names:
                if name in found.observations:
                    _take(results, judged(exercises[name], found), others)

    def in_public(self, results: Sequence[ExerciseResult]) -> None:
        """Say what answers that are not right do on the public cases.

        They are asked in a sandbox that has seen no hidden input, so that what they say of
        themselves can be shown.
        """
        wrong = [one for one in results if one.status in {"wrong", "error"} and one.passed]
        public = {one.exercise: self.lab.exercises[one.exercise].public for one in wrong}
        checks = {name: check for name, check in public.items() if check is not None}
        if not checks:
            return
        asked = {name: [question(case) for case in check.cases] for name, check in checks.items()}
        found = self._gather(self.plan, asked, 0)
        with CleanRoom(self.kernels, 0) as room:
            for one in wrong:
                if one.exercise in checks and one.exercise in found.observations:
                    _say_in_public(one, checks[one.exercise], found, room)

    def _gather(
        self, plan: Plan, questions: Mapping[str, Sequence[Case]], facts_seed: int
    ) -> Gathered:
        plan = plan.without(self.deadly)
        return gather(plan, questions, self.kernels, facts_seed, self.files)


def _say_in_public(result: ExerciseResult, check: Check, found: Gathered, room: CleanRoom) -> None:
    seen = found.observations[result.exercise]
    try:
        if result.exercise not in found.self_reported:
            seen = with_models(seen, check.cases, room.examine)
        scoring.in_public(result, check, seen)
    except (NotRebuilt, ArithmeticError, LookupError, TypeError, ValueError):
        pass  # Then what is said of the hidden cases stands alone.


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

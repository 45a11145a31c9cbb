"""A check: what one exercise is compared with, as plain data. This is what a student receives."""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from course_utils.exercises.compare import (
    Difference,
    Tolerance,
    compare,
    float_for_integer,
    integer_places,
)
from course_utils.exercises.exercise import PUBLIC_SEED, Case, Exercise, Metric
from course_utils.exercises.metrics import below_bound
from course_utils.exercises.observe import VALUE, Observation, kind_of, observe_all
from course_utils.exercises.plain import identical

_KINDS = {
    "function": "a function (its name, without parentheses)",
    "class": "a class (its name, without parentheses)",
    "model": "a Keras model",
    "value": "a value",
}


@dataclass(frozen=True)
class Mistake:
    """A known wrong answer: its sentence, and what it does on each case.

    An observation is None on a case where the mistake does not show.
    """

    sentence: str
    observations: list[Observation | None]


@dataclass(frozen=True)
class Check:
    """What an exercise's answer is compared with. It holds data and sentences, no code.

    name, points, hints: as the author gave them. kind: "function", "class", "model" or "value".
    parameters: names of the reference's parameters, to speak of the inputs. cases, expected: the
    inputs and what the reference did on them. mistakes: what known wrong answers did on them.
    """

    name: str
    kind: str
    points: float
    hints: list[str]
    tolerance: Tolerance
    parameters: list[str]
    cases: list[Case]
    expected: list[Observation]
    mistakes: list[Mistake]

    def differences(self, got: Sequence[Observation]) -> list[Difference | None]:
        """Compare an answer's observations with the reference, case by case."""
        places = integer_places(seen.value for seen in self.expected if seen.error is None)
        return [
            self._compare(case, expected, observed) or self._index(expected, observed, places)
            for case, expected, observed in zip(self.cases, self.expected, got, strict=True)
        ]

    def _compare(self, case: Case, expected: Observation, got: Observation) -> Difference | None:
        return compare_observations(expected, got, self.tolerance, self.kind == VALUE, case.metric)

    def _index(
        self, expected: Observation, got: Observation, places: set[str]
    ) -> Difference | None:
        """Right numbers that cannot be indices. Of values typed in by hand any type will do."""
        return None if self.kind == VALUE else float_for_integer(expected.value, got.value, places)

    def same(self, one: Observation, other: Observation) -> bool:
        """Whether two observations are the same within the exercise's tolerance."""
        if one.error and other.error:
            return one.error.alike(other.error)
        if identical(one.value, other.value) and not (one.error or other.error):
            changes = _compare_changes(one, other, self.tolerance)
            return changes is None and one.shared == other.shared
        # Both ways, for what one side leaves open (a model that is not compiled) the other may ask.
        return not any(
            compare_observations(a, b, self.tolerance, self.kind == VALUE)
            for a, b in ((one, other), (other, one))
        )

    def to_data(self) -> dict[str, Any]:
        """Return the check as plain data, for an archive."""
        mistakes = [
            (mistake.sentence, [seen and seen.to_data() for seen in mistake.observations])
            for mistake in self.mistakes
        ]
        return {
            **self.__dict__,
            "tolerance": (self.tolerance.rtol, self.tolerance.atol),
            "expected": [observation.to_data() for observation in self.expected],
            "mistakes": mistakes,
        }

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> Check:
        """Rebuild what `to_data` gave."""
        mistakes = [
            Mistake(sentence, [seen and Observation.from_data(seen) for seen in observations])
            for sentence, observations in data["mistakes"]
        ]
        return cls(
            **{
                **data,
                "tolerance": Tolerance(*data["tolerance"]),
                "expected": [Observation.from_data(seen) for seen in data["expected"]],
                "mistakes": mistakes,
            }
        )


def compare_observations(
    expected: Observation,
    got: Observation,
    tolerance: Tolerance,
    lists: bool = False,
    metric: Metric | None = None,
) -> Difference | None:
    """Return how an observation first differs from the reference's, or None."""
    if got.kind != expected.kind:
        message = f"Expected {_KINDS[expected.kind]}, got {_KINDS[got.kind]}."
        return Difference("type", "", expected.value, got.value, message)
    if got.error is not None or expected.error is not None:
        return _compare_errors(expected, got)
    if metric is not None:
        return below_bound(metric, got.value)
    found = compare(expected.value, got.value, tolerance, lists=lists)
    return found or _compare_changes(expected, got, tolerance) or _compare_shared(expected, got)


def _compare_errors(expected: Observation, got: Observation) -> Difference | None:
    """An exception that the reference raises too is right; its text is the student's own."""
    want = expected.error.kind if expected.error else None
    have = got.error.kind if got.error else None
    if want == have:
        return None
    if have is None:
        message = f"Expected a {want}, but nothing was raised."
    elif want is None:
        message = f"It raised {have}."
    else:
        message = f"Expected a {want}, but it raised {have}."
    return Difference("error", "", expected.error or expected.value, got.error, message)


def _compare_changes(
    expected: Observation, got: Observation, tolerance: Tolerance
) -> Difference | None:
    """Inputs must be left as the reference leaves them."""
    for key in got.changed.keys() | expected.changed.keys():
        if key not in expected.changed:
            message = "It changes its input in place; afterwards it is as shown."
        elif key not in got.changed:
            message = "Its input should be changed in place, and is not."
        elif compare(expected.changed[key], got.changed[key], tolerance):
            message = "It changes its input in place, to something else than asked."
        else:
            continue
        return Difference("changed", key, expected.changed.get(key), got.changed.get(key), message)
    return None


def _compare_shared(expected: Observation, got: Observation) -> Difference | None:
    """A model must be the one that was given, or have its weights, where the reference's is."""
    want, have = expected.shared, got.shared
    if not want or want == have:
        return None

    def differ(key: str, message: str) -> Difference:
        return Difference("shared", key, expected.value, got.value, message)

    if want["is"] and want["is"] != have.get("is"):
        return differ(want["is"], "Another model came back than the one that was given.")
    for key, count in want["weights"].items():
        found = have.get("weights", {}).get(key, 0)
        if count != found:
            message = f"Of the weights of a given model {count:,} numbers should be its own, and "
            return differ(key, f"{message}{found:,} are.")
    return None


def make_check(
    name: str, exercise: Exercise, reference: Any, seed: int = PUBLIC_SEED, again: int = 0
) -> Check:
    """Observe the reference, and every known mistake, on the cases of one seed, see `draw`."""
    cases = exercise.draw(name, seed, again)
    expected = [_essential(seen) for seen in observe_all(reference, cases)]
    tolerance = Tolerance(exercise.rtol, exercise.atol)
    kind = kind_of(reference)
    mistakes = [
        Mistake(
            sentence,
            [
                None
                if compare_observations(want, seen, tolerance, kind == VALUE, case.metric) is None
                else _essential(seen)
                for case, want, seen in zip(cases, expected, observe_all(wrong, cases), strict=True)
            ],
        )
        for sentence, wrong in exercise.mistakes.items()
    ]
    return Check(
        name=name,
        kind=kind,
        points=exercise.points,
        hints=list(exercise.hints),
        tolerance=tolerance,
        parameters=_parameters(reference),
        cases=cases,
        expected=expected,
        mistakes=mistakes,
    )


def _essential(observation: Observation) -> Observation:
    """The part that answers are compared with: neither what was printed nor warned of.

    Of an error not the line either: it is the author's code, and no student is to receive that.
    """
    error = observation.error
    if error is not None:
        error = dataclasses.replace(error, line="", lineno=0)
    return dataclasses.replace(observation, error=error, printed="", warnings=[])


def _parameters(reference: Any) -> list[str]:
    """The names of a function's or a class's parameters; [] for anything else."""
    if not callable(reference) or kind_of(reference) not in {"function", "class"}:
        return []
    return list(inspect.signature(reference).parameters)

"""Every exercise proves its own check: right answers pass, wrong ones fail and are named."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from course_utils.authoring.wrong_answers import wrong_answers
from course_utils.exercises.check import Check, make_check
from course_utils.exercises.exercise import PUBLIC_SEED, Exercise, Opaque
from course_utils.exercises.observe import Observation, observe_all
from course_utils.exercises.verdict import judge

#: Seeds of hidden cases that a proof tries besides the public ones.
HIDDEN_SEEDS = (1, 2)


def prove(name: str, exercise: Exercise, reference: Any) -> list[str]:
    """Return what is wrong with an exercise's check, one sentence each; [] if nothing is.

    On the public cases and on hidden ones: the reference and every alternative pass; every mistake
    fails, and on the public ones it is named by its own sentence; answers made wrong by machine
    (`wrong_answers`) fail wherever they differ.
    """
    problems: list[str] = []
    for seed in (PUBLIC_SEED, *HIDDEN_SEEDS):
        public = seed == PUBLIC_SEED
        # A mistake is named on the public cases; on hidden ones the check need not know any.
        known = exercise if public else replace(exercise, mistakes={})
        check = make_check(name, known, reference, seed)
        where = "public cases" if public else f"hidden cases of seed {seed}"
        for problem in _problems(check, exercise, reference, public):
            problems.append(f"{name}, {where}: {problem}")
    return problems


def _problems(check: Check, exercise: Exercise, reference: Any, public: bool) -> Iterator[str]:
    yield from _right_ones(check, exercise, reference)
    yield from _mistakes(check, exercise, public)
    for label, answer in wrong_answers(reference, check.cases):
        observations = observe_all(answer, check.cases)
        differs = any(
            _visibly_differs(want, got)
            for want, got in zip(check.expected, observations, strict=True)
        )
        if differs and judge(check, observations).status == "right":
            yield f"the machine-made wrong answer '{label}' passes."
        if not differs and label in _MUST_DIFFER:
            yield f"'{label}' is right on every case: the cases do not tell answers apart."


#: Machine-made answers that may never agree with the reference on all cases.
_MUST_DIFFER = frozenset({"nothing returned", "zeros", "a constant", "NaN", "first case's answer"})


def _right_ones(check: Check, exercise: Exercise, reference: Any) -> Iterator[str]:
    for observation in check.expected:
        if observation.error is not None and observation.error.stub:
            yield f"the reference runs into the stub of {observation.error.stub}."
            return
    answers = [("the reference, seen again,", reference)]
    answers += [(f"alternative {i}", one) for i, one in enumerate(exercise.alternatives, 1)]
    for label, answer in answers:
        verdict = judge(check, observe_all(answer, check.cases))
        if verdict.status != "right":
            yield f"{label} is refused: {verdict.case}: {verdict.message} {verdict.failure or ''}"


def _mistakes(check: Check, exercise: Exercise, public: bool) -> Iterator[str]:
    for sentence, wrong in exercise.mistakes.items():
        if not public:
            if _passes(check, wrong):
                yield f"the mistake {sentence!r} passes."
            continue
        verdict = judge(check, observe_all(wrong, check.cases))
        if verdict.status == "right":
            yield f"the mistake {sentence!r} passes."
        elif verdict.mistake != sentence:
            yield f"the mistake {sentence!r} is taken for {verdict.mistake or verdict.why!r}."


def _passes(check: Check, answer: Any) -> bool:
    """Whether an answer is right on every case; it is tried up to the first that it fails."""
    single = (
        replace(check, cases=[case], expected=[want])
        for case, want in zip(check.cases, check.expected, strict=True)
    )
    return all(one.differences(observe_all(answer, one.cases)) == [None] for one in single)


def _visibly_differs(want: Observation, got: Observation) -> bool:
    """A measure of its own, coarser than the check's: different structure, or off by over 1 %."""
    if want.error is not None or got.error is not None or want.changed.keys() != got.changed.keys():
        return (want.error is None) != (got.error is None) or want.changed != got.changed
    ours, theirs = list(_leaves(want.value)), list(_leaves(got.value))
    return len(ours) != len(theirs) or any(map(_apart, ours, theirs))


def _apart(a: Any, b: Any) -> bool:
    numbers = [np.asarray(x) for x in (a, b)]
    if any(array.dtype.kind not in "biufc" for array in numbers):
        return bool(type(a) is not type(b) or a != b)
    one, other = (array.astype(complex) for array in numbers)
    if one.shape != other.shape or np.isnan(one).any() != np.isnan(other).any():
        return True
    with np.errstate(all="ignore"):
        return bool(
            np.nanmax(np.abs(one - other), initial=0) > 0.01 * max(1.0, np.abs(one).max(initial=0))
        )


def _leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        for key in value:
            yield from _leaves(value[key])
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _leaves(item)
    else:
        yield value.words if isinstance(value, Opaque) else value

"""Every exercise proves its own check: right answers pass, wrong ones fail and are named."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from course_utils.authoring.wrong_answers import makes_models, wrong_answers, wrong_observations
from course_utils.exercises.check import Check, Mistake, make_check
from course_utils.exercises.exercise import Exercise, Opaque
from course_utils.exercises.observe import Observation, observe, observe_all
from course_utils.exercises.verdict import judge

#: Seeds of hidden cases that a proof tries besides the public ones. They find mistakes that few
#: draws let pass, so the more the better; where a case builds models, a draw takes seconds and
#: chooses little but sizes.
HIDDEN_SEEDS = (1, 2, 3, 4, 5)
SEEDS_OF_MODELS = (1,)


def prove(name: str, exercise: Exercise, reference: Any) -> list[str]:
    """Return what is wrong with an exercise's check, one sentence each; [] if nothing is.

    On the public cases and on hidden ones: the reference and every alternative pass, every mistake
    fails, and so do answers made wrong by machine from what the reference did. On the public ones
    besides: a mistake is named by its own sentence and does the same when it runs again, and wrong
    answers that have to be run (`wrong_answers`) fail wherever they differ.
    """
    check = make_check(name, exercise, reference)
    ran = wrong_answers(check, reference)
    found = [
        *_right_ones(check, exercise, reference),
        *_known_ones(check),
        *_changing(check, exercise),
        *_wrong_ones(check, wrong_observations(check)),
        *_wrong_ones(check, ((label, observe_all(a, check.cases)) for label, a in ran)),
    ]
    problems = [f"{name}, public cases: {problem}" for problem in found]
    shown = {mistake.sentence: _shows(check, mistake) for mistake in check.mistakes}
    for seed in SEEDS_OF_MODELS if makes_models(check) else HIDDEN_SEEDS:
        # Mistakes are named on the public cases; here they only have to fail.
        check = make_check(name, replace(exercise, mistakes={}), reference, seed)
        found = [
            *_right_ones(check, exercise, reference),
            *_passing(check, exercise, shown),
            *_wrong_ones(check, wrong_observations(check)),
        ]
        problems += [f"{name}, hidden cases of seed {seed}: {problem}" for problem in found]
    return problems


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


def _known_ones(check: Check) -> Iterator[str]:
    for mistake in check.mistakes:
        pairs = zip(mistake.observations, check.expected, strict=True)
        verdict = judge(check, [seen or expected for seen, expected in pairs])
        if verdict.status == "right":
            yield f"the mistake {mistake.sentence!r} passes."
        elif verdict.mistake != mistake.sentence:
            taken = verdict.mistake or verdict.why
            yield f"the mistake {mistake.sentence!r} is taken for {taken!r}."


def _shows(check: Check, mistake: Mistake) -> list[str]:
    """The names of the cases on which a mistake shows."""
    pairs = zip(check.cases, mistake.observations, strict=True)
    return [case.name for case, seen in pairs if seen is not None]


def _passing(check: Check, exercise: Exercise, shown: Mapping[str, list[str]]) -> Iterator[str]:
    """The mistakes that are right on every case.

    Each is tried up to the first case that it fails, beginning with those where it has shown among
    the public ones: that takes one model most of the time, not as many as there are cases.
    """
    single = {
        case.name: replace(check, cases=[case], expected=[expected])
        for case, expected in zip(check.cases, check.expected, strict=True)
    }
    for sentence, wrong in exercise.mistakes.items():
        names = dict.fromkeys([*filter(single.__contains__, shown[sentence]), *single])
        ones = (single[name] for name in names)
        if all(one.differences(observe_all(wrong, one.cases)) == [None] for one in ones):
            yield f"the mistake {sentence!r} passes."


def _changing(check: Check, exercise: Exercise) -> Iterator[str]:
    """The mistakes that do something else when they run again, where they first show.

    No answer would be known by them.
    """
    for mistake in check.mistakes:
        for case, seen in zip(check.cases, mistake.observations, strict=True):
            if seen is not None:
                again = observe(exercise.mistakes[mistake.sentence], case)
                if not check.same(seen, again):
                    yield f"the mistake {mistake.sentence!r} does something else on a second run."
                break


def _wrong_ones(check: Check, answers: Iterable[tuple[str, list[Observation]]]) -> Iterator[str]:
    for label, observations in answers:
        differs = any(map(_visibly_differs, check.expected, observations))
        if differs and not any(check.differences(observations)):
            yield f"the machine-made wrong answer '{label}' passes."
        if not differs and label in _MUST_DIFFER:
            yield f"'{label}' is right on every case: the cases do not tell answers apart."


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

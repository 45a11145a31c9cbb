"""Why an answer is wrong: a known mistake if it is one, else what the numbers themselves tell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from course_utils.exercises.check import Check, Mistake
from course_utils.exercises.compare import Difference, compare, pieces
from course_utils.exercises.diagnoses.models import diagnose_models
from course_utils.exercises.diagnoses.pair import Array, Pair, failing
from course_utils.exercises.diagnoses.shapes import SHAPES, other_axis, transposed
from course_utils.exercises.diagnoses.values import FINITE, VALUES
from course_utils.exercises.exercise import Opaque
from course_utils.exercises.keras_models import MARK, NO_INPUT
from course_utils.exercises.observe import CLASS, FUNCTION, VALUE, Observation

#: What is no plain data yet, and the step that makes it so.
_UNFINISHED = {
    "a generator": "Parentheses around a 'for' make a generator: make an array or a list of it.",
    NO_INPUT: "Begin the model with keras.Input and the shape of one example.",
}
Differences = Sequence[Difference | None]
_BY_STAGE = {"shape": SHAPES, "finite": FINITE, "value": (transposed, *VALUES, other_axis)}


def known_mistakes(
    check: Check, observations: Sequence[Observation], differences: Differences
) -> list[str]:
    """The sentences of the known mistakes that do what the answer did; [] if none does.

    One that does so on every case stands for the answer. Where an answer raises, two of them may:
    the text of an exception tells them no further apart, and neither is told. In a dict of values
    each entry may have a mistake of its own.
    """
    if check.kind == VALUE and isinstance(check.expected[0].value, dict):
        return _mistakes_by_key(check, check.expected[0].value, observations[0].value)
    wrong = {i for i, found in enumerate(differences) if found is not None}
    found = [
        mistake.sentence
        for mistake in check.mistakes
        if _alike(check, mistake, observations) == wrong == _shows(mistake)
    ]
    if len(found) > 1 and any(seen.error for seen in observations):
        return []
    return found[:1]


def _shows(mistake: Mistake) -> set[int]:
    """The cases on which a mistake shows."""
    return {i for i, seen in enumerate(mistake.observations) if seen is not None}


def _alike(check: Check, mistake: Mistake, observations: Sequence[Observation]) -> set[int]:
    """The cases on which an answer does what a mistake does."""
    pairs = enumerate(zip(mistake.observations, observations, strict=True))
    return {i for i, (seen, got) in pairs if seen is not None and check.same(seen, got)}


def _mistakes_by_key(check: Check, expected: dict[Any, Any], got: Any) -> list[str]:
    """Mistakes whose wrong entries are the answer's too; one that is all of them stands alone."""

    def wrong_keys(value: Any) -> set[Any]:
        if not isinstance(value, dict) or value.keys() != expected.keys():
            return set()
        return {
            key
            for key in expected
            if compare(expected[key], value[key], check.tolerance, lists=True)
        }

    found = []
    for mistake in check.mistakes:
        seen = mistake.observations[0]
        keys = wrong_keys(seen and seen.value)
        if seen is None or not keys or not keys <= wrong_keys(got):
            continue
        if all(not compare(seen.value[k], got[k], check.tolerance, lists=True) for k in keys):
            if keys == wrong_keys(got):
                return [mistake.sentence]
            found.append(mistake.sentence)
    return found


def diagnose(
    check: Check, observations: Sequence[Observation], differences: Differences, told: int
) -> list[str]:
    """Sentences on what went wrong in the case that is told, best first; [] if nothing fits."""
    difference = differences[told]
    assert difference is not None
    plain = _plain_cause(difference, observations[told], check.kind)
    if plain:
        return [plain]
    if difference.stage == "shared":
        return [_not_shared(check, difference.path, check.expected[told], observations[told])]
    facts = (difference.expected, difference.got)
    if all(isinstance(one, dict) and one.get("kind") == MARK for one in facts):
        return diagnose_models(difference.expected, difference.got)
    pairs = _pairs(check, observations, differences, difference)
    for diagnosis in _BY_STAGE.get(difference.stage, ()) if failing(pairs) else ():
        sentence = diagnosis(pairs)
        if sentence:
            # Of several values that came back only the one that differs was looked at.
            one = difference.path and check.kind == FUNCTION
            return [sentence.replace("Everything", "This value", 1) if one else sentence]
    stale = _answer_to_another(check, observations[told], difference, told)
    return [stale] if stale else _looks_like(check, observations, differences, told)


def _not_shared(check: Check, key: str, expected: Observation, got: Observation) -> str:
    """The weights of the input `key`, or the model itself, are not what came back."""
    name = check.parameters[int(key)] if key.isdigit() else key
    if expected.shared["is"] == key:
        return f"{name} itself is asked back, changed. This is another model."
    if got.shared.get("weights", {}).get(key, 0) < expected.shared["weights"][key]:
        return f"It has weights of its own: use the layers of {name} itself, not copies."
    return f"It holds layers of {name} that are not asked for."


def _answer_to_another(
    check: Check, seen: Observation, difference: Difference, told: int
) -> str | None:
    """The right answer to another case: a cache, or something else that outlives a call."""
    step = difference.path[1:].partition("]")[0] if check.kind == CLASS else ""
    if check.kind == CLASS and not step.isdigit():
        return None
    at = int(step or 0)
    got = seen.value[at] if step else seen.value
    if not _telling(got):
        return None
    for number, (case, want) in enumerate(zip(check.cases, check.expected, strict=True)):
        if number == told or want.error or (step and len(want.value) <= at):
            continue
        if compare(want.value[at] if step else want.value, got, check.tolerance) is None:
            return (
                f"This is the right answer to another input, that of the case '{case.name}': is "
                "something kept from an earlier call?"
            )
    return None


def _telling(value: Any) -> bool:
    """Whether numbers are such as do not fall together by chance: some with many decimals."""
    if isinstance(value, dict):
        return any(_telling(item) for item in value.values())
    if isinstance(value, (list, tuple)):
        return any(_telling(item) for item in value)
    return _numeric(value) and bool(np.any(_array(value) != np.round(_array(value), 3)))


def _plain_cause(difference: Difference, seen: Observation, kind: str) -> str | None:
    """Causes that need no arithmetic: nothing returned, the wrong type, an input changed."""
    if difference.stage == "missing" and kind in {FUNCTION, CLASS}:
        if difference.path and kind == FUNCTION:
            return "One of the values that came back is None: is it set before it is returned?"
        if seen.printed:
            return "It prints, and what it returns is None: end with return and the result."
        return (
            "It returns None: a return is missing, or what stands behind it is None (so is what "
            "sort() and append() give back)."
        )
    if difference.stage == "changed":
        return (
            "It works on the caller's own array (+=, x[...] = ..., sort()): work on a new one, "
            "such as x.copy()."
        )
    if difference.stage == "dtype":
        return _wrong_dtype(difference)
    if difference.stage == "type":
        return _wrong_type(difference, kind) or _other_keys(difference)
    return _other_keys(difference)


def _other_keys(difference: Difference) -> str | None:
    """A dict is asked, and this is none, or one of other keys."""
    want, have = difference.expected, difference.got
    if not isinstance(want, dict) or want.get("kind") == MARK:
        return None
    if isinstance(have, dict) and have.keys() == want.keys():
        return None
    return f"A dict with these keys is asked, spelled like this: {', '.join(map(repr, want))}."


def _wrong_dtype(difference: Difference) -> str:
    if difference.got.dtype.kind == "b":
        if not difference.got.ndim:
            return "A comparison gives True or False; a number is asked: float(...) makes one."
        return "A comparison gives True and False; numbers are asked: .astype(float) makes them."
    if difference.got.dtype.kind == "U":
        return "Text came back where numbers are asked."
    if difference.expected.dtype.kind in "iu" and difference.got.dtype.kind == "f":
        return "Floats cannot be indices: .astype(int) makes integers, and // divides them."
    if difference.expected.dtype.kind == "b":
        return "True and False are asked: a comparison such as x > 0 gives them."
    return f"The result has dtype {difference.got.dtype}."


def _wrong_type(difference: Difference, kind: str) -> str | None:
    want, have = difference.expected, difference.got
    if isinstance(have, Opaque):
        if have.words.startswith(("the function", "the class")) and kind == VALUE:
            return f"A value is asked here, and this is {have.words}."
        if have.words.startswith(("the function", "the class")):
            return f"This is {have.words} itself: call it, with parentheses and its arguments."
        return _UNFINISHED.get(have.words)
    if isinstance(want, tuple) and not isinstance(have, (tuple, list)):
        return f"{len(want)} values are asked, separated by commas: return a, b."
    if isinstance(have, tuple) and len(have) == 1:
        if isinstance(have[0], np.ndarray) and have[0].dtype.kind == "i":
            return "np.where with a condition alone gives places: give it all three arguments."
        return "A comma at the end of the line makes a tuple of one value: remove it."
    if isinstance(have, (list, tuple)) and isinstance(want, np.ndarray) and want.ndim:
        if len(have) == len(want):
            return "Make an array of it with np.array(...)."
        return f"One array is asked, and this is a {type(have).__name__} of {len(have)}."
    if isinstance(have, str) and isinstance(want, (int, float, np.ndarray)):
        return "A string came back where a number is asked."
    return None


def _pairs(
    check: Check, observations: Sequence[Observation], differences: Differences, told: Difference
) -> list[Pair]:
    """The cases as arrays, at the place where the told case differs.

    Of the failing ones, those that differ there, and in the same way; of the others all that have
    numbers there.
    """
    pairs = []
    for case, want, seen, found in zip(
        check.cases, check.expected, observations, differences, strict=True
    ):
        if found is None:
            expected, got = _at(want.value, told.path), _at(seen.value, told.path)
        elif found.path == told.path and found.stage == told.stage:
            expected, got = found.expected, found.got
        else:
            continue
        if not _numeric(expected) or not _numeric(got):
            continue
        if np.asarray(expected).dtype.kind != np.asarray(told.expected).dtype.kind:
            continue  # Another step of a class's script happens to stand at this place.
        inputs = [
            np.asarray(value) for value in (*case.args, *case.kwargs.values()) if _numeric(value)
        ]
        # A difference has widened it to floats.
        integer = np.asarray(_at(seen.value, told.path)).dtype.kind in "iu"
        arrays = _array(expected), _array(got)
        pairs.append(Pair(*arrays, inputs, seen.warnings, integer, right=found is None))
    return pairs


def _at(value: Any, path: str) -> Any:
    """What lies at a path in nested data; None where there is nothing."""
    return next((item for place, item in pieces(value) if place == path), None)


def _numeric(value: Any) -> bool:
    if isinstance(value, np.ndarray):
        return value.dtype.kind in "biuf"
    return isinstance(value, (bool, int, float))


def _array(value: Any) -> Array:
    return np.asarray(value).astype(float)


def _looks_like(
    check: Check, observations: Sequence[Observation], differences: Differences, told: int
) -> list[str]:
    """The known mistake that does most of what the answer did, besides which more is wrong.

    It must do the same wherever it shows, the told case among them, and on two cases if two fail:
    on one, which may be a simple one, many mistakes look alike.
    """
    wrong = {i for i, found in enumerate(differences) if found is not None}
    best: tuple[int, str] = (0, "")
    for mistake in check.mistakes:
        alike, shows = _alike(check, mistake, observations), _shows(mistake)
        enough = len(alike) >= min(2, len(wrong))
        if told in alike and alike == shows and shows <= wrong and enough and len(alike) > best[0]:
            best = (len(alike), mistake.sentence)
    return [best[1]] if best[0] else []

"""Observations from a student's process, with the Keras models in them looked at elsewhere.

What the process says about a model is not believed: only a packed model counts, and it is a fresh
sandbox that rebuilds it and says what it is, or what it predicts.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from typing import Any

from course_utils.exercises.exercise import Case, Probe
from course_utils.exercises.failure import Failure
from course_utils.exercises.keras_models import MARK
from course_utils.exercises.observe import MODEL, Observation
from course_utils.exercises.opaque import Opaque
from course_utils.grading.protocol import configs

#: Rebuilds a packed model; gives its facts, for which the inputs are None or the case's Probe, or
#: its predictions on inputs.
Examine = Callable[[dict[str, Any], Any], Any]


class NotRebuilt(Exception):
    """A model that cannot be looked at. The message is a sentence on it."""


def with_models(
    observations: Sequence[Observation], cases: Sequence[Case], examine: Examine
) -> list[Observation]:
    """Replace every packed model by what `examine` finds, and every claim about a model by words.

    Raises NotRebuilt for a model with code of its author's own, or one that Keras refuses.
    """
    return [_resolved(seen, case, examine) for seen, case in zip(observations, cases, strict=True)]


def of_its_own_code(seen: Observation) -> bool:
    """Whether an answer is, or holds, a model that cannot be rebuilt without its author's code."""
    return _holds_own_code(seen.value)


def _holds_own_code(value: Any) -> bool:
    if configs.is_packed(value):
        return configs.has_own_code(value)
    if isinstance(value, dict):
        return any(map(_holds_own_code, value.values()))
    return isinstance(value, (list, tuple)) and any(map(_holds_own_code, value))


def _resolved(seen: Observation, case: Case, examine: Examine) -> Observation:
    value = seen.value
    if configs.is_packed(value):
        value = _examined(value, _asked_on(seen, case), examine)
    elif seen.kind == MODEL and seen.error is None and not isinstance(value, Opaque):
        value = Opaque("no Keras model, though it claims to be one")
    else:
        value = _inside(value, case.probe, examine)
    changed = _inside(seen.changed, case.probe, examine)
    return dataclasses.replace(seen, value=value, changed=changed)


def _asked_on(seen: Observation, case: Case) -> Any:
    """The inputs that a model is to predict on; None, or the probe, where its facts are asked."""
    if seen.kind == MODEL:
        return case.args[0] if case.args else case.probe
    asked = None if case.metric is None else case.metric.inputs
    return case.probe if asked is None else asked


def _inside(value: Any, probe: Probe | None, examine: Examine) -> Any:
    if configs.is_packed(value):
        return _examined(value, probe, examine)
    if isinstance(value, dict):
        if value.get("kind") == MARK:
            return Opaque("a dict that claims to be a Keras model")
        return {key: _inside(item, probe, examine) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(_inside(item, probe, examine) for item in value)
    return value


def _examined(packed: dict[str, Any], inputs: Any, examine: Examine) -> Any:
    problem = configs.refusal(packed)
    if not problem:
        found = examine(packed, inputs)
        if not isinstance(found, Failure):
            return found
        problem = f"Keras does not rebuild it ({' '.join(found.message.split())[:200]})."
    raise NotRebuilt(f"Its model cannot be looked at. {problem}")

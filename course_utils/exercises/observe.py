"""What an answer does on a case, as plain data. The answer's code runs here and nowhere else."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from course_utils.exercises import fixtures, keras_models
from course_utils.exercises.exercise import Case, Fixture, Get, Step
from course_utils.exercises.failure import Failure
from course_utils.exercises.guard import BoundedText, bounded
from course_utils.exercises.plain import copy_plain, identical, to_plain

#: The kinds of answer.
FUNCTION, CLASS, MODEL, VALUE = "function", "class", "model", "value"


@dataclass
class Observation:
    """What an answer did on one case.

    kind: the kind of answer that was observed. value: what it returned; of a class, a list with
        the result of each step that was reached.
    error: how it failed, or None.
    changed: inputs that it changed in place, by position ("0") or keyword, as they were afterwards;
        of a class after the number of the step ("1:0"), of an earlier step after both ("2:1:0").
    shared: where the case asks for it and a function returned a Keras model, what
        `keras_models.shared` says of it and the models that were given; {} elsewhere.
    printed: what it printed, cut off. warnings: NumPy's and Python's, their texts.
    """

    kind: str = ""
    value: Any = None
    error: Failure | None = None
    changed: dict[str, Any] = field(default_factory=dict)
    shared: dict[str, Any] = field(default_factory=dict)
    printed: str = ""
    warnings: list[str] = field(default_factory=list)

    def to_data(self) -> dict[str, Any]:
        """Return the observation as plain data, for an archive."""
        error = None if self.error is None else self.error.to_data()
        return {**self.__dict__, "error": error}

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> Observation:
        """Rebuild what `to_data` gave."""
        error = None if data["error"] is None else Failure(**data["error"])
        return cls(**{**data, "error": error})


def kind_of(answer: Any) -> str:
    """Whether an answer is a function, a class, a Keras model or a value."""
    if isinstance(answer, type):
        return CLASS
    if "keras" in sys.modules and keras_models.is_model(answer):
        return MODEL
    return FUNCTION if callable(answer) else VALUE


def observe_all(answer: Any, cases: Sequence[Case]) -> list[Observation]:
    """Observe an answer on every case, in order. KeyboardInterrupt passes through."""
    return [observe(answer, case) for case in cases]


def observe(answer: Any, case: Case) -> Observation:
    """Observe an answer on one case: on copies of its inputs, its output caught.

    Whatever the answer raises, SystemExit too, becomes part of the observation; only
    KeyboardInterrupt passes through, because an answer that never returns is its author's to stop.
    """
    with bounded() as (printed, caught), keras_models.tried_out_on(case.probe):
        observation = _observe(answer, case)
    observation.kind = kind_of(answer)
    _finish(observation, printed, caught)
    return observation


def _observe(answer: Any, case: Case) -> Observation:
    kind = kind_of(answer)
    if kind == CLASS:
        return _drive(answer, case)
    if kind == FUNCTION:
        return _call(answer, case)
    if kind == MODEL and case.args:
        return _predictions(answer, case.args[0])
    return _guarded(lambda: to_plain(answer))


def _finish(
    observation: Observation, printed: BoundedText, caught: list[warnings.WarningMessage]
) -> None:
    observation.printed = printed.text()
    observation.warnings = sorted({str(warning.message)[:200] for warning in caught})[:10]


def _guarded(work: Callable[[], Any]) -> Observation:
    try:
        return Observation(value=work())
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # SystemExit and friends: nothing may take the notebook down.
        return Observation(error=Failure.of(error))


class _Inputs:
    """Copies of what is given to one call, and which of them the call changed."""

    def __init__(self, args: Sequence[Any], kwargs: dict[str, Any], prefix: str = "") -> None:
        self._prefix = prefix
        self._before = _by_key(args, kwargs, prefix)
        self.args = fixtures.resolve(copy_plain(tuple(args)))
        self.kwargs = fixtures.resolve(copy_plain(dict(kwargs)))

    def by_key(self) -> dict[str, Any]:
        """The inputs as the call got them, keyed by position or name."""
        return _by_key(self.args, self.kwargs, self._prefix)

    def noted(self, result: Any) -> Any:
        """The result; beside it, in a dict, what fixtures noted that have a method `noted`."""
        given = zip(self._before.values(), (*self.args, *self.kwargs.values()), strict=True)
        notes = {
            before.name: to_plain(made.noted())
            for before, made in given
            if isinstance(before, Fixture) and hasattr(made, "noted")
        }
        return {"returned": result, **notes} if notes else result

    def changed(self) -> dict[str, Any]:
        """The inputs that changed since they were last looked at, keyed by position or name."""
        after = self.by_key()
        changed = {
            key: to_plain(after[key])
            for key, value in self._before.items()
            if _is_changeable(value) and not identical(value, after[key])
        }
        self._before |= copy_plain(changed)
        return changed


def _by_key(args: Sequence[Any], kwargs: dict[str, Any], prefix: str) -> dict[str, Any]:
    by_position = {f"{prefix}{i}": value for i, value in enumerate(args)}
    return by_position | {f"{prefix}{key}": value for key, value in kwargs.items()}


def _call(function: Callable[..., Any], case: Case) -> Observation:
    inputs = _Inputs(case.args, case.kwargs)
    shared: dict[str, Any] = {}

    def work() -> Any:
        result = function(*inputs.args, **inputs.kwargs)
        if case.shares and kind_of(result) == MODEL:
            shared.update(keras_models.shared(result, inputs.by_key()))
        if case.metric is not None and case.metric.inputs is not None:
            return _asked(result, case.metric.inputs)
        return inputs.noted(to_plain(result))

    observation = _guarded(work)
    observation.changed = inputs.changed()
    observation.shared = shared
    return observation


def _asked(model: Any, inputs: Any) -> Any:
    """Predictions of a model (or of any callable) that a function returned."""
    if kind_of(model) == MODEL:
        return _predictions(model, inputs).value
    return to_plain(model(inputs) if callable(model) else model)


def _predictions(model: Any, inputs: Any) -> Observation:
    return _guarded(lambda: to_plain(keras_models.predict(model, copy_plain(inputs))))


def _is_changeable(value: Any) -> bool:
    """Whether an input is plain data that can be changed in place."""
    if isinstance(value, (list, tuple)):
        return all(_is_plain(item) for item in value)
    if isinstance(value, dict):
        return all(_is_plain(item) for item in value.values())
    return isinstance(value, np.ndarray)


def _is_plain(value: Any) -> bool:
    scalar = value is None or isinstance(value, (bool, int, float, complex, str))
    return scalar or _is_changeable(value)


def _drive(cls: type, case: Case) -> Observation:
    """Construct a class and take the case's steps.

    The value is the list of the steps' results, as far as they were reached; None where the
    construction failed.
    """
    inputs = _Inputs(case.args, case.kwargs)
    made: list[Any] = []
    built = _guarded(lambda: made.append(cls(*inputs.args, **inputs.kwargs)))
    if built.error is not None:
        return built
    whole = Observation(value=[], changed=inputs.changed())
    earlier: list[_Inputs] = []
    for number, step in enumerate(case.steps):
        done = _take(made[0], step, f"{number}:", earlier)
        whole.changed |= done.changed
        if done.error is not None:
            whole.error = done.error
            return whole
        whole.value.append(done.value)
    return whole


def _take(thing: Any, step: Step, prefix: str, earlier: list[_Inputs]) -> Observation:
    """Take one step of a class's case.

    earlier: the inputs of the steps before, which an answer may still hold and must leave alone;
    this step's join them.
    """
    if isinstance(step, Get):
        return _guarded(lambda: to_plain(getattr(thing, step.attribute)))
    inputs = _Inputs(step.args, step.kwargs, prefix)
    method = step.method
    done = _guarded(lambda: to_plain(getattr(thing, method)(*inputs.args, **inputs.kwargs)))
    done.changed = inputs.changed()
    for held in earlier:
        done.changed |= {f"{prefix}{key}": value for key, value in held.changed().items()}
    earlier.append(inputs)
    return done

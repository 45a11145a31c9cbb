"""Wrong answers made by machine from a right one, to try a check on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from course_utils.exercises.check import Check
from course_utils.exercises.keras_models import MARK
from course_utils.exercises.observe import CLASS, FUNCTION, MODEL, Observation, kind_of
from course_utils.exercises.plain import to_plain

Transform = Callable[[Any], Any]


def wrong_observations(check: Check) -> Iterator[tuple[str, list[Observation]]]:
    """Yield (label, observations) of wrong answers that need not be run.

    What the reference did, made nothing, zeros, a constant, the negative, the transpose or NaN; of
    a class, the result of every step. Of a function, the first case's answer whatever the input.
    """
    for label, transform in _TRANSFORMS.items():
        yield label, [_changed(check.kind, seen, transform) for seen in check.expected]
    if check.kind == FUNCTION and len(check.cases) > 1:
        first = replace(check.expected[0], changed={})
        yield "first case's answer", [first] * len(check.cases)


def _changed(kind: str, seen: Observation, transform: Transform) -> Observation:
    if kind == CLASS and seen.value is not None:
        return replace(seen, value=[to_plain(transform(value)) for value in seen.value])
    return seen if seen.error else replace(seen, value=to_plain(transform(seen.value)))


def wrong_answers(check: Check, reference: Any) -> Iterator[tuple[str, Any]]:
    """Yield (label, answer) of wrong answers that have to be run.

    The input, an input changed in place, a model with a layer changed.
    """
    if check.kind == CLASS:
        yield "an input changed in place", _spoiling_class(reference)
    elif check.kind == FUNCTION:
        yield "the input", lambda *args, **kwargs: next(iter((*args, *kwargs.values())), None)
        yield "an input changed in place", _spoiling(reference)
    if makes_models(check):
        for label, change in _model_changes().items():
            yield label, change(reference) if check.kind == MODEL else _after(reference, change)


def makes_models(check: Check) -> bool:
    """Whether an answer is a Keras model, or a function that returns one, or may.

    A metric's case shows only what is predicted.
    """
    values = [seen.value for seen in check.expected]
    return check.kind == MODEL or (
        check.kind == FUNCTION
        and (
            any(case.metric is not None for case in check.cases)
            or any(isinstance(value, dict) and value.get("kind") == MARK for value in values)
        )
    )


def _after(function: Any, transform: Transform) -> Any:
    return lambda *args, **kwargs: transform(function(*args, **kwargs))


def _spoiling(function: Any) -> Any:
    """The right answer, and 1 added to every array that was given."""

    def answer(*args: Any, **kwargs: Any) -> Any:
        result = function(*args, **kwargs)
        for value in (*args, *kwargs.values()):
            if isinstance(value, np.ndarray) and value.dtype.kind in "iuf":
                value += 1
        return result

    return answer


def _on_leaves(change: Transform) -> Transform:
    """Apply a change to every array and number of nested plain data, and spoil its texts."""

    def transform(value: Any) -> Any:
        plain = to_plain(value)
        if isinstance(plain, dict):
            return {key: transform(item) for key, item in plain.items()}
        if isinstance(plain, (list, tuple)):
            return type(plain)(transform(item) for item in plain)
        if isinstance(plain, (bool, int, float, np.ndarray)):
            return change(np.asarray(plain))
        if isinstance(plain, str):
            return f"not {plain}"
        return plain

    return transform


_TRANSFORMS: dict[str, Transform] = {
    "nothing returned": lambda value: None,
    "zeros": _on_leaves(np.zeros_like),
    "a constant": _on_leaves(lambda array: np.full(array.shape, 7.25)),
    "the negative": _on_leaves(lambda array: -array.astype(float)),
    "the transpose": _on_leaves(np.transpose),
    "NaN": _on_leaves(lambda array: np.full(array.shape, np.nan)),
}


def _spoiling_class(reference: type) -> type:
    class Spoiling:
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            self._inner = reference(*args, **kwargs)

        def __getattr__(self, name: str) -> Any:
            found = getattr(self.__dict__["_inner"], name)
            return _spoiling(found) if callable(found) else found

    return Spoiling


def _model_changes() -> dict[str, Transform]:
    return {
        f"a model with {what} changed": _changed_model(option, value)
        for what, option, value in (
            ("the first layer's units", "units", lambda units: units + 1),
            ("the first layer's activation", "activation", _other_activation),
            ("the first layer's bias", "use_bias", lambda given: not given),
        )
    }


def _other_activation(activation: Any) -> str:
    return "softplus" if activation != "softplus" else "tanh"


def _changed_model(option: str, value: Callable[[Any], Any]) -> Transform:
    """A copy of a returned model with one option of its first such layer changed."""

    def transform(model: Any) -> Any:
        if kind_of(model) != MODEL:
            return model
        import keras

        done = False

        def clone(layer: Any) -> Any:
            nonlocal done
            config = layer.get_config()
            if option in config and not done:
                config[option] = value(config[option])
                done = True
            return type(layer).from_config(config)

        return keras.models.clone_model(model, clone_function=clone)

    return transform

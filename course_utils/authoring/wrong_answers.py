"""Wrong answers made by machine from a right one, to try a check on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from course_utils.exercises.exercise import Case
from course_utils.exercises.observe import CLASS, FUNCTION, MODEL, VALUE, kind_of
from course_utils.exercises.plain import to_plain

Transform = Callable[[Any], Any]


def wrong_answers(reference: Any, cases: Sequence[Case]) -> Iterator[tuple[str, Any]]:
    """Yield (label, answer): nothing, zeros, a constant, the negative, the transpose, NaN, the
    input, the first case's answer whatever the input, an input changed in place.

    Of a class, every method and attribute answers wrongly; of a model, its layers are changed.
    """
    kind = kind_of(reference)
    if kind == VALUE:
        for label, transform in _TRANSFORMS.items():
            yield label, transform(reference)
    elif kind == CLASS:
        for label, transform in _TRANSFORMS.items():
            yield label, _wrong_class(reference, transform)
        yield "an input changed in place", _spoiling_class(reference)
    elif kind == FUNCTION:
        yield from _wrong_functions(reference, cases)
    elif kind == MODEL:
        yield from wrong_models(reference)


def _wrong_functions(reference: Any, cases: Sequence[Case]) -> Iterator[tuple[str, Any]]:
    for label, transform in _TRANSFORMS.items():
        yield label, _after(reference, transform)
    yield "the input", lambda *args, **kwargs: next(iter((*args, *kwargs.values())), None)
    yield "an input changed in place", _spoiling(reference)
    if len(cases) > 1:
        yield "first case's answer", _always(reference, cases[0])
    for label, change in _model_changes().items():
        yield label, _after(reference, change)


def _after(function: Any, transform: Transform) -> Any:
    return lambda *args, **kwargs: transform(function(*args, **kwargs))


def _always(function: Any, case: Case) -> Any:
    """Whatever it is asked, it answers what the reference answers on one case."""
    from course_utils.exercises import fixtures

    def answer(*args: Any, **kwargs: Any) -> Any:
        return function(*fixtures.resolve(case.args), **fixtures.resolve(case.kwargs))

    return answer


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


def _wrong_class(reference: type, transform: Transform) -> type:
    """A class that is driven like the reference and whose every answer is transformed."""

    class Wrong:
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            self._inner = reference(*args, **kwargs)

        def __getattr__(self, name: str) -> Any:
            found = getattr(self.__dict__["_inner"], name)
            return _after(found, transform) if callable(found) else transform(found)

    return Wrong


def _spoiling_class(reference: type) -> type:
    class Spoiling:
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            self._inner = reference(*args, **kwargs)

        def __getattr__(self, name: str) -> Any:
            found = getattr(self.__dict__["_inner"], name)
            return _spoiling(found) if callable(found) else found

    return Spoiling


def wrong_models(model: Any) -> Iterator[tuple[str, Any]]:
    """Yield changed copies of a Keras model."""
    for label, change in _model_changes().items():
        yield label, change(model)


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

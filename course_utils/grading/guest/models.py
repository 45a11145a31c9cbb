"""How a Keras model crosses from a student's process: as its configuration and its weights.

The process that ran a student's code could say anything about a model, so it is not asked. There a
model is packed; the grading process looks at the configuration (`protocol.models.refusal`); and a
fresh sandbox, in which no student code has run, rebuilds the model and says what it is and what it
predicts.

A model with a layer, an activation or a lambda of its author's own cannot be rebuilt without their
code. Its own process is asked for its facts, as it is asked what a function returns: with
weights and inputs drawn for grading, what the model computes has to be computed. What it is trained
to predict is not believed.

`packing` runs in the student's process, `examine` in the fresh one. Neither imports Keras before a
model is met.
"""

from __future__ import annotations

import contextlib
import json
import re
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Any

import numpy as np

from course_utils.exercises import fixtures, keras_models
from course_utils.exercises.exercise import Probe
from course_utils.exercises.plain import copy_plain, to_plain
from course_utils.grading.protocol.models import PACKED

_Array = np.ndarray[Any, Any]
#: What training may be measured by has no part in an exercise, and is often the student's own.
_OF_COMPILING = ("optimizer", "loss")
#: Where Keras looks for a function of which a configuration tells the name alone.
_PARTS_WITH_FUNCTIONS = ("activations", "losses", "metrics", "initializers", "regularizers")
#: Ends of names that Keras numbers as it goes: "dense_3".
_NUMBERS = re.compile(rb"_\d+")


def packing() -> AbstractContextManager[None]:
    """Meanwhile, `to_plain` packs Keras models, and a model's predictions are left for later."""
    return keras_models.packed_by(pack)


def pack(model: Any, with_weights: bool) -> dict[str, Any]:
    """Return a Keras model as plain data.

    A dict: "kind" (`PACKED`), "config" (JSON as bytes, uint8), "weights" (in the order of
    `model.weights`; None for those that are not needed), "steps" (how many the optimizer has made:
    a schedule's learning rate depends on it), and "problem": a sentence if the model cannot be
    saved, else "".
    """
    try:
        config = sys.modules["keras"].saving.serialize_keras_object(model)
        if config.get("compile_config"):
            config["compile_config"] = {key: config["compile_config"][key] for key in _OF_COMPILING}
        content = json.dumps(config, separators=(",", ":")).encode()
        if own := next(_own_functions(config), ""):
            return _packed(b"", [], 0, f"It holds {own[:60]}, a function of its author's own.")
        return _packed(content, _needed_weights(model, with_weights), _steps(model), "")
    except Exception as error:  # Whatever a layer of the student's own raises.
        return _packed(b"", [], 0, f"Keras cannot save it ({type(error).__name__}: {error}).")


def examine(packed: dict[str, Any], inputs: Any = None, seed: int = 0) -> Any:
    """Rebuild a packed model; return its facts, or what it predicts on `inputs`.

    Its facts are asked where `inputs` is None or a Probe, what it is tried out on. They set the
    weights from `seed`, so for them the configuration is enough.
    Raises ValueError where the configuration or the weights do not fit.
    """
    import keras

    with contextlib.suppress(ImportError):  # The course's own layers register themselves.
        from course_utils.models import autoencoders, layers, locally_connected  # noqa: F401

    try:
        config = json.loads(packed["config"].tobytes())
        model = keras.saving.deserialize_keras_object(config, safe_mode=True)
        _restore(model, packed["weights"], packed["steps"])
    except Exception as error:
        raise ValueError(_root(error)) from None
    if inputs is None or isinstance(inputs, Probe):
        with keras_models.tried_out_with(seed), keras_models.tried_out_on(inputs):
            return keras_models.describe(model)
    return to_plain(keras_models.predict(model, fixtures.resolve(copy_plain(inputs))))


def comparable(value: Any) -> Any:
    """Return plain data that is the same for two models of two calls of one function.

    These differ only in their layers' numbering and first weights.
    """
    if isinstance(value, dict):
        if value.get("kind") == PACKED:
            return {"config": _NUMBERS.sub(b"", value["config"].tobytes()).decode()}
        return {key: comparable(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(comparable(item) for item in value)
    return value


def _own_functions(item: Any) -> Iterator[str]:
    """The names of functions in a configuration that Keras could not find again."""
    if isinstance(item, dict):
        name = item.get("config")
        if item.get("class_name") == "function" and item.get("module") == "builtins":
            keras = sys.modules["keras"]
            parts = (getattr(keras, part) for part in _PARTS_WITH_FUNCTIONS)
            if not any(hasattr(part, str(name)) for part in parts):
                yield str(name)
        for inner in item.values():
            yield from _own_functions(inner)
    elif isinstance(item, (list, tuple)):
        for inner in item:
            yield from _own_functions(inner)


def _packed(
    content: bytes, weights: list[_Array | None], steps: int, problem: str
) -> dict[str, Any]:
    # Plain data has no bytes, and its strings are bounded more narrowly than its arrays.
    config = np.frombuffer(content, dtype=np.uint8)
    return dict(kind=PACKED, config=config, weights=weights, steps=steps, problem=problem)


def _needed_weights(model: Any, all_of_them: bool) -> list[_Array | None]:
    """The weights' numbers where they matter.

    The facts set all that are floats themselves; random states never matter.
    """
    statistics = {id(w) for layer in _with_statistics(model) for w in layer.weights}
    found: list[_Array | None] = []
    for weight in model.weights:
        value = np.array(sys.modules["keras"].ops.convert_to_numpy(weight))
        if value.dtype.kind not in "biuf":  # bfloat16, which NumPy does not know
            value = value.astype("float32")
        wanted = all_of_them or value.dtype.kind != "f" or id(weight) in statistics
        found.append(value if wanted and "seed_generator_state" not in weight.path else None)
    return found


def _with_statistics(model: Any) -> list[Any]:
    """Layers that compute with numbers made once from their weights (Normalization)."""
    return [one for one in keras_models.flat_layers(model) if hasattr(one, "finalize_state")]


def _steps(model: Any) -> int:
    optimizer = getattr(model, "optimizer", None)
    return 0 if optimizer is None else int(optimizer.iterations)


def _restore(model: Any, weights: list[_Array | None], steps: int) -> None:
    if len(weights) != len(model.weights):
        raise ValueError(f"{len(weights)} weights came for {len(model.weights)}")
    for variable, value in zip(model.weights, weights, strict=True):
        if value is not None:
            variable.assign(value)
    for layer in _with_statistics(model):
        layer.finalize_state()
    if getattr(model, "optimizer", None) is not None:
        model.optimizer.iterations.assign(steps)


def _root(error: BaseException) -> str:
    """The first sentence of what it began with: Keras wraps an error once for every layer."""
    while (inner := error.__cause__ or error.__context__) is not None:
        error = inner
    return str(error).partition("\n")[0].partition(". ")[0][:200]

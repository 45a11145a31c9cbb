"""Keras models in a student's answers: packed there, checked here, rebuilt in a clean sandbox.

What the student's process says about a model is not believed: only a packed model counts. Its
configuration is looked at before anything is built from it. Keras's safe mode refuses pickled
lambdas. This refuses, without running any of Keras, whatever is not known to be a building block:
Keras's layers, losses and the like, and the course's own layers. A sandbox in which no student code
has run then rebuilds the model and says what it is, or what it predicts.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from course_utils.exercises.exercise import Case, Opaque
from course_utils.exercises.failure import Failure
from course_utils.exercises.keras_models import MARK
from course_utils.exercises.observe import MODEL, Observation

#: The key that tells a packed model from an ordinary dict, see `guest.models.pack`.
PACKED = "packed keras model"
#: The largest configuration, in bytes: several times that of ResNet-152, as JSON.
MAX_BYTES = 8 * 2**20
_DEPTH = 100

#: Where Keras's building blocks are, as their configurations name them.
_MODULES = frozenset(
    {
        *("keras.activations", "keras.constraints", "keras.dtype_policies", "keras.initializers"),
        *("keras.layers", "keras.losses", "keras.metrics", "keras.optimizers"),
        *("keras.optimizers.schedules", "keras.random", "keras.regularizers"),
        *("keras.src.models.functional", "keras.src.models.sequential"),
        *("keras.src.ops.image", "keras.src.ops.linalg", "keras.src.ops.math"),
        *("keras.src.ops.nn", "keras.src.ops.numpy"),
    }
)
_MODELS = frozenset({"Sequential", "Functional", "Model", "DTypePolicy", "DTypePolicyMap"})
#: Layers that hold code, read files, or keep a state that is neither configuration nor weight.
_REFUSED = frozenset(
    {
        "Lambda",
        "TFSMLayer",
        "TorchModuleWrapper",
        "JaxLayer",
        "FlaxLayer",
        "TextVectorization",
        "StringLookup",
        "IntegerLookup",
    }
)
#: Not objects: pieces of data that JSON cannot say.
_DATA = frozenset({"__keras_tensor__", "__tensor__", "__numpy__", "__ellipsis__", "__slice__"})
_OURS, _OUR_MODULES = "course_utils>", "course_utils.models."
_OWN = "of its author's own."
_FROM_ANOTHER = "which is not rebuilt from another's file."
_LAMBDA = f"It holds a lambda, {_FROM_ANOTHER}"

#: Rebuilds a packed model; gives its facts, or its predictions on inputs that are not None.
Examine = Callable[[dict[str, Any], Any], Any]


def is_packed(value: Any) -> bool:
    """Whether plain data is, or claims to be, a packed model."""
    return isinstance(value, dict) and value.get("kind") == PACKED


def refusal(packed: dict[str, Any]) -> str:
    """Return why a packed model is not rebuilt, in a sentence, or "" if it may be.

    packed: as a student's process sent it, plain data of any kind.
    """
    config, weights = packed.get("config"), packed.get("weights")
    if packed.get("problem"):
        return str(packed["problem"])[:300]
    if (
        packed.keys() != {"kind", "config", "weights", "steps", "problem"}
        or not (isinstance(config, np.ndarray) and config.dtype == np.uint8 and config.ndim == 1)
        or not (isinstance(packed["steps"], int) and 0 <= packed["steps"] < 2**31)
    ):
        return "It is no model that the course's own code packed."
    if config.size > MAX_BYTES:
        return f"Its configuration takes {config.size / 2**20:.0f} MB."
    if not isinstance(weights, list) or not all(map(_is_weight, weights)):
        return "Its weights are no arrays of numbers that could be sent."
    try:
        content = json.loads(config.tobytes())
    except (ValueError, RecursionError):
        return "Its configuration is no JSON."
    return next(_problems(content, 0), "")


def has_own_code(packed: dict[str, Any]) -> bool:
    """Whether a packed model is refused for code that its author wrote, honest as that may be."""
    return bool(packed.get("problem")) or refusal(packed).endswith((_OWN, _FROM_ANOTHER))


class NotRebuilt(Exception):
    """A model that cannot be looked at. The message is a sentence on it."""


def with_models(
    observations: Sequence[Observation], cases: Sequence[Case], examine: Examine
) -> list[Observation]:
    """Replace every packed model by what `examine` finds, every claim about one by an `Opaque`.

    Raises NotRebuilt for a model with code of its author's own, or one that Keras refuses.
    """
    return [_resolved(seen, case, examine) for seen, case in zip(observations, cases, strict=True)]


def of_its_own_code(seen: Observation) -> bool:
    """Whether an answer is, or holds, a model that cannot be rebuilt without its author's code."""
    return _holds_own_code(seen.value)


def _is_weight(value: Any) -> bool:
    return value is None or (isinstance(value, np.ndarray) and value.dtype.kind in "biuf")


def _problems(item: Any, depth: int) -> Iterator[str]:
    """What may not be rebuilt, anywhere in a configuration, one sentence each."""
    if depth > _DEPTH:
        yield "Its configuration is nested too deeply."
    elif isinstance(item, list):
        for inner in item:
            yield from _problems(inner, depth + 1)
    elif isinstance(item, dict):
        if "class_name" in item:
            yield from _object(item)
        elif _is_code(item):
            yield _LAMBDA
        for inner in item.values():
            yield from _problems(inner, depth + 1)


def _is_code(item: dict[str, Any]) -> bool:
    """Whether this is how Keras writes the code of an activation: {"value": [code, None, None]}."""
    value = item.get("value")
    return isinstance(value, list) and bool(value) and isinstance(value[0], str)


def _object(item: dict[str, Any]) -> Iterator[str]:
    names = [item.get(key) or "" for key in ("module", "class_name", "registered_name")]
    if not all(isinstance(one, str) for one in names):
        yield "It holds something without a proper name."
        return
    module, name, registered = names
    if (name in _DATA and not module) or _is_ours(module, name, registered):
        return
    if name == "__lambda__":
        yield _LAMBDA
    elif name in _REFUSED:
        yield f"It holds a {name}, {_FROM_ANOTHER}"
    elif name == "function":
        yield from _function(item.get("config"), module, registered)
    elif not (module in _MODULES or (module == "keras" and name in _MODELS)):
        yield f"It holds {name[:60]}, a class {_OWN}"


def _is_ours(module: str, name: str, registered: str) -> bool:
    """Whether this is a class of the course's, and by every one of its names.

    Keras takes what is registered under the last one; a process that rebuilds registers nothing
    but the course's own classes.
    """
    in_models = f"{module}.".startswith(_OUR_MODULES)
    return in_models and name.isidentifier() and registered == f"{_OURS}{name}"


def _function(name: Any, module: str, registered: str) -> Iterator[str]:
    """One of Keras's functions by its name; "builtins" is what Keras calls its own."""
    if not isinstance(name, str) or not name.isidentifier():
        yield "It holds a function that has no name."
    elif not (module == "builtins" or module in _MODULES) or registered not in {
        "",
        "function",
        name,
    }:
        yield f"It holds {name[:60]}, a function {_OWN}"


def _holds_own_code(value: Any) -> bool:
    if is_packed(value):
        return has_own_code(value)
    if isinstance(value, dict):
        return any(map(_holds_own_code, value.values()))
    return isinstance(value, (list, tuple)) and any(map(_holds_own_code, value))


def _resolved(seen: Observation, case: Case, examine: Examine) -> Observation:
    value = seen.value
    if is_packed(value):
        value = _examined(value, _asked_on(seen, case), examine)
    elif seen.kind == MODEL and seen.error is None and not isinstance(value, Opaque):
        value = Opaque("no Keras model, though it claims to be one")
    else:
        value = _rebuilt(value, examine)
    return dataclasses.replace(seen, value=value, changed=_rebuilt(seen.changed, examine))


def _asked_on(seen: Observation, case: Case) -> Any:
    """The inputs that a model is to predict on; None where its facts are asked."""
    if seen.kind == MODEL:
        return case.args[0] if case.args else None
    return None if case.metric is None else case.metric.inputs


def _rebuilt(value: Any, examine: Examine) -> Any:
    if is_packed(value):
        return _examined(value, None, examine)
    if isinstance(value, dict):
        if value.get("kind") == MARK:
            return Opaque("a dict that claims to be a Keras model")
        return {key: _rebuilt(item, examine) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(_rebuilt(item, examine) for item in value)
    return value


def _examined(packed: dict[str, Any], inputs: Any, examine: Examine) -> Any:
    problem = refusal(packed)
    if not problem:
        found = examine(packed, inputs)
        if not isinstance(found, Failure):
            return found
        problem = f"Keras does not rebuild it ({' '.join(found.message.split())[:200]})."
    raise NotRebuilt(f"Its model cannot be looked at. {problem}")

"""The configuration of a packed Keras model, looked at before anything is built from it.

Keras's safe mode refuses pickled lambdas. This refuses, without running any of Keras, whatever is
not known to be a building block: Keras's layers, losses and the like, and the course's own layers.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import numpy as np

#: The key that tells a packed model from an ordinary dict, see `models.pack`.
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

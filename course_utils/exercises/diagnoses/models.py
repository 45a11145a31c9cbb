"""A Keras model is wrong: which layer, and what about it."""

from __future__ import annotations

from collections import Counter
from typing import Any

_PLAIN_LAYERS = {"Activation", "ReLU", "Softmax", "Reshape", "Flatten"}


def diagnose_models(expected: dict[str, Any], got: Any) -> list[str]:
    """Compare the two lists of layers in words. Equal lists mean another wiring."""
    if not isinstance(got, dict):
        return []
    if expected["inputs"] != got["inputs"]:
        return ["Look at keras.Input: its shape is that of one example, without the batch."]
    want, have = _folded(expected["layers"]), _folded(got["layers"])
    in_order = expected["chain"] and got["chain"]
    for look in (_other_count, _other_layer if in_order else _other_kind):
        sentence = look(want, have)
        if sentence:
            return [sentence]
    if expected["compiled"]:
        sentence = _other_compilation(expected["compiled"], got["compiled"])
        if sentence:
            return [sentence]
    if expected["parameters"] != got["parameters"]:
        return ["The layers are the ones asked for; are they wired in the order asked for?"]
    return []


def _other_compilation(want: dict[str, Any], have: dict[str, Any] | None) -> str | None:
    if not have:
        return "The model is not compiled: its method compile takes the optimizer and the loss."
    for setting, value in want.items():
        if have[setting] != value:
            return f"The {setting} is {have[setting]} where {value} is asked."
    return None


def _folded(layers: list[str]) -> list[str]:
    """Put an activation that is a layer of its own into the layer before it."""
    folded: list[str] = []
    for layer in layers:
        name, *rest = layer.split()
        linear = bool(folded) and folded[-1].endswith(" linear")
        if name in {"Activation", "ReLU", "Softmax"} and linear:
            activation = rest[0] if name == "Activation" else " ".join([name.lower(), *rest])
            last = activation.removesuffix(" axis -1")
            folded[-1] = f"{folded[-1].removesuffix(' linear')} {last}"
        else:
            folded.append(layer)
    return folded


def _other_count(want: list[str], have: list[str]) -> str | None:
    """Layers that are missing, or too many, by their class."""
    missing = _classes(want) - _classes(have)
    extra = _classes(have) - _classes(want)
    if missing and not extra:
        return f"Missing: {_listed(missing)}."
    if extra and not missing:
        return f"Not asked for: {_listed(extra)}."
    return None


def _classes(layers: list[str]) -> Counter[str]:
    names = (layer.split()[0] for layer in layers)
    return Counter(name for name in names if name not in _PLAIN_LAYERS)


def _listed(counts: Counter[str]) -> str:
    return ", ".join(f"{n} {name} layer{'s' if n > 1 else ''}" for name, n in counts.items())


def _other_layer(want: list[str], have: list[str]) -> str | None:
    """The first layer of a chain that is another one, or has other settings."""
    for number, (one, other) in enumerate(zip(want, have, strict=False), start=1):
        if one != other:
            return _differs(f"Layer {number}", one, other)
    return None


def _other_kind(want: list[str], have: list[str]) -> str | None:
    """The one kind of layer that has other settings. Branches have no order to count by."""
    missing, extra = Counter(want) - Counter(have), Counter(have) - Counter(want)
    if len(missing) != 1 or len(extra) != 1:
        return None
    return _differs("One layer", *missing, *extra)


def _differs(which: str, one: str, other: str) -> str | None:
    (first, *a), (second, *b) = one.split(), other.split()
    if {first, second} & _PLAIN_LAYERS:
        return None  # What they do can be said in more than one way.
    if first != second:
        return f"{which} should be a {first}; it is a {second}."
    return f"{which} ({first}) has {' '.join(b)} where {' '.join(a)} is asked."

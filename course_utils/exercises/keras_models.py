"""The one module of the engine that knows Keras: it turns a model into plain data.

Two models of the same wiring give the same facts, whether Sequential or Functional, and whatever
their layers are called. What a model computes is compared after its weights are set from a seed:
each weight's numbers depend on its role (kernel, bias, ...) and its shape alone, so that the order
in which parallel branches were written does not matter. The student's own weights are put back.
"""

from __future__ import annotations

import contextlib
import sys
import zlib
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from typing import Any

import numpy as np

from course_utils.exercises.exercise import Opaque

#: The key that tells the facts of a model from an ordinary dict.
MARK = "keras model"
NO_INPUT = "a Keras model without an input shape"
#: What an unknown dimension (batch, time) is set to when a model is tried out.
_BATCH, _OTHER = 4, 8
_TRAINING_ONLY = ("Dropout", "Noise", "BatchNormalization", "Random", "ActivityRegularization")
#: Turns a model, and whether its weights matter, into plain data of its own.
Pack = Callable[[Any, bool], Any]
_pack: ContextVar[Pack | None] = ContextVar("pack", default=None)
#: What the weights and inputs are drawn from with which a model is tried out.
_facts_seed: ContextVar[int] = ContextVar("facts_seed", default=0)


@contextlib.contextmanager
def packed_by(pack: Pack) -> Iterator[None]:
    """Meanwhile, `describe` and `predict` give what `pack` makes of the model.

    Grading has no model described by the process that a student's code ran in.
    """
    token = _pack.set(pack)
    try:
        yield
    finally:
        _pack.reset(token)


@contextlib.contextmanager
def tried_out_with(seed: int) -> Iterator[None]:
    """Meanwhile, `describe` tries models out with weights and inputs of a seed's own.

    Those of seed 0 are in the checks that students have: a model that computes nothing could give
    what they hold. Grading takes others.
    """
    token = _facts_seed.set(seed)
    try:
        yield
    finally:
        _facts_seed.reset(token)


def _keras() -> Any:
    return sys.modules["keras"]


def is_model(value: Any) -> bool:
    """Whether `value` is a Keras model. Keras must have been imported."""
    model = getattr(_keras(), "Model", None)
    return model is not None and isinstance(value, model)


def is_symbolic(value: Any) -> bool:
    """Whether `value` is a symbolic tensor, as Functional models are wired from."""
    tensor = getattr(_keras(), "KerasTensor", None)
    return tensor is not None and isinstance(value, tensor)


def describe(model: Any) -> Any:
    """Return the facts of a Keras model as plain data.

    A dict: "inputs" and "outputs" (lists of shapes, batch first, None where free), "parameters"
    and "trainable" (counts), "layers" (one string a layer), "training" (layers that act only in
    training, sorted), "compiled" (optimizer, learning rate, loss; None if not compiled), "penalty"
    (the regularisation loss) and "computes" (its outputs, float arrays, on a seeded batch). Where
    layers keep their state from batch to batch, "stateful" says how many.
    """
    inputs = getattr(model, "inputs", None)
    if not inputs:
        return Opaque(NO_INPUT)
    if (pack := _pack.get()) is not None:
        return pack(model, False)
    layers = flat_layers(model)
    facts: dict[str, Any] = {
        "kind": MARK,
        "inputs": [tuple(tensor.shape) for tensor in inputs],
        "outputs": [tuple(tensor.shape) for tensor in model.outputs],
        "parameters": int(model.count_params()),
        "trainable": int(sum(np.prod(w.shape, dtype=int) for w in model.trainable_weights)),
        "layers": [_words(layer) for layer in layers],
        "training": sorted(_words(layer) for layer in layers if _acts_in_training_only(layer)),
        "compiled": _compiled(model),
    }
    if stateful := sum(bool(getattr(layer, "stateful", False)) for layer in layers):
        facts["stateful"] = stateful
    facts["computes"], facts["penalty"] = _try_out(model, layers)
    return facts


def predict(model: Any, inputs: Any) -> Any:
    """What the model answers on `inputs`, in inference mode, as it stands."""
    if (pack := _pack.get()) is not None:
        return pack(model, True)
    return _numpy(model(inputs, training=False))


def flat_layers(model: Any) -> list[Any]:
    """Return the model's layers without inputs, with nested models opened."""
    found: list[Any] = []
    for layer in model.layers:
        if is_model(layer):
            found.extend(flat_layers(layer))
        elif type(layer).__name__ != "InputLayer":
            found.append(layer)
    return found


def _words(layer: Any) -> str:
    """A layer in a few words: "Dense 16 relu", "Dropout 0.5"."""
    words = [type(layer).__name__]
    for name in ("units", "filters", "rate", "kernel_size", "pool_size", "strides", "padding"):
        value = getattr(layer, name, None)
        if isinstance(value, (int, float, str, tuple)):
            words.append(str(value))
    activation = getattr(layer, "activation", None)
    if activation is not None:
        words.append(getattr(activation, "__name__", type(activation).__name__))
    if getattr(layer, "use_bias", True) is False:
        words.append("without bias")
    if getattr(layer, "kernel_regularizer", None) is not None:
        words.append(type(layer.kernel_regularizer).__name__)
    axis = getattr(layer, "axis", None)
    if isinstance(axis, int):
        words.append(f"axis {axis}")
    return " ".join(words)


def _acts_in_training_only(layer: Any) -> bool:
    return any(word in type(layer).__name__ for word in _TRAINING_ONLY)


def _compiled(model: Any) -> dict[str, Any] | None:
    if not getattr(model, "compiled", False) or getattr(model, "optimizer", None) is None:
        return None
    rate = model.optimizer.learning_rate
    return {
        "optimizer": type(model.optimizer).__name__,
        "learning rate": float(_numpy(rate)) if hasattr(rate, "shape") else type(rate).__name__,
        "loss": _loss_name(model.loss),
    }


def _loss_name(loss: Any) -> str:
    """One name for a loss, however it was given: by string, class or function."""
    try:
        found = _keras().losses.get(loss)
    except (TypeError, ValueError):
        found = loss
    name = getattr(found, "__name__", None) or getattr(found, "name", None) or str(found)
    return f"{name} from logits" if _takes_logits(found) else str(name)


def _takes_logits(loss: Any) -> bool:
    options = getattr(loss, "_fn_kwargs", None)
    return bool(isinstance(options, dict) and options.get("from_logits"))


def _try_out(model: Any, layers: list[Any]) -> tuple[list[Any], float]:
    """Outputs and regularisation loss with seeded weights; the model is left as it was."""
    kept = [(weight, _numpy(weight)) for weight in model.weights]
    try:
        for weight, value in kept:
            if value.dtype.kind == "f":
                weight.assign(_seeded(_role(weight), value.shape).astype(value.dtype))
        probes = [_probe(tensor, layers) for tensor in model.inputs]
        # Keras warns where a model of one input is given a list of one.
        outputs = model(probes if len(probes) > 1 else probes[0], training=False)
        penalty = float(sum((float(_numpy(loss)) for loss in model.losses), 0.0))
    finally:
        for weight, value in kept:
            weight.assign(value)
    outputs = outputs if isinstance(outputs, (list, tuple)) else [outputs]
    return [_numpy(output) for output in outputs], penalty


def _numpy(tensor: Any) -> Any:
    return np.array(_keras().ops.convert_to_numpy(tensor))


def _role(weight: Any) -> str:
    return str(weight.name).rpartition("/")[2]


def _seeded(role: str, shape: tuple[int, ...]) -> Any:
    """Numbers for a weight, by its role and shape alone, small enough not to saturate units."""
    rng = np.random.default_rng([*_seed(), zlib.crc32(role.encode()), *shape])
    if role in {"gamma", "moving_variance"}:
        return rng.uniform(0.5, 1.5, size=shape)
    fan_in = float(np.prod(shape[:-1], dtype=int)) if len(shape) > 1 else 4.0
    return rng.normal(size=shape) / np.sqrt(max(fan_in, 1.0))


def _seed() -> list[int]:
    return [seed] if (seed := _facts_seed.get()) else []


def _probe(tensor: Any, layers: list[Any]) -> Any:
    """A seeded batch for one input of the model."""
    free = [_BATCH] + [_OTHER] * len(tensor.shape)
    shape = tuple(n or free[i] for i, n in enumerate(tensor.shape))
    rng = np.random.default_rng([*_seed(), *shape])
    if "int" in str(tensor.dtype):
        sizes = [layer.input_dim for layer in layers if hasattr(layer, "input_dim")]
        return rng.integers(0, min(sizes, default=2), size=shape)
    return rng.normal(size=shape).astype("float32")

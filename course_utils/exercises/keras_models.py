"""The one module of the engine that knows Keras: it turns a model into plain data.

Two models of the same wiring give the same facts, whether Sequential or Functional, and whatever
their layers are called. What a model computes is compared after its weights are set from a seed:
each weight's numbers depend on its role (kernel, bias, ...) and its shape alone, so that the order
in which parallel branches were written does not matter. In training mode, whatever draws random
numbers draws them from one seed, so that only the kind, the rate and the place of, say, a dropout
matter. The student's own weights are put back.
"""

from __future__ import annotations

import contextlib
import sys
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextvars import ContextVar
from typing import Any

import numpy as np

from course_utils.exercises.exercise import Opaque, Probe

#: The key that tells the facts of a model from an ordinary dict.
MARK = "keras model"
NO_INPUT = "a Keras model without an input shape"
#: What an unknown dimension (batch, time) is set to when a model is tried out.
_BATCH, _OTHER = 4, 8
#: Turns a model, and whether its weights matter, into plain data of its own.
Pack = Callable[[Any, bool], Any]
_pack: ContextVar[Pack | None] = ContextVar("pack", default=None)
#: What the weights and inputs are drawn from with which a model is tried out.
_facts_seed: ContextVar[int] = ContextVar("facts_seed", default=0)
_probed_on: ContextVar[Probe | None] = ContextVar("probed_on", default=None)


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


@contextlib.contextmanager
def tried_out_on(probe: Probe | None) -> Iterator[None]:
    """Meanwhile, `describe` tries models out on numbers of the probe's range and type."""
    token = _probed_on.set(probe)
    try:
        yield
    finally:
        _probed_on.reset(token)


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
    and "trainable" (counts), "layers" (one string a layer), "chain" (whether each layer follows
    the one before it in that list), "compiled" (optimizer, learning rate, loss; None if not
    compiled), "penalty" (the regularisation loss), "computes" (its outputs, float arrays, on a
    seeded batch) and "in training" (its outputs on it in training mode). Where layers keep their
    state from batch to batch, "stateful" says how many; where layers draw random numbers and Keras
    does not run on TensorFlow, whose numbers the checks hold, "draws" names the backend.

    A model of a class of its own is described if it is built; the batch is free in its shapes.
    """
    whole = model if getattr(model, "inputs", None) else _with_inputs(model)
    if whole is None:
        return Opaque(NO_INPUT)
    if (pack := _pack.get()) is not None:
        return pack(model, False)
    layers = flat_layers(whole)
    facts: dict[str, Any] = {
        "kind": MARK,
        "inputs": [tuple(tensor.shape) for tensor in whole.inputs],
        "outputs": [tuple(tensor.shape) for tensor in whole.outputs],
        "parameters": int(whole.count_params()),
        "trainable": int(sum(np.prod(w.shape, dtype=int) for w in whole.trainable_weights)),
        "layers": [_words(layer) for layer in layers],
        "chain": _is_chain(whole),
        "compiled": _compiled(model),
    }
    if stateful := sum(bool(getattr(layer, "stateful", False)) for layer in layers):
        facts["stateful"] = stateful
    backend = _keras().backend.backend()
    if backend != "tensorflow" and any(map(_is_random_state, whole.variables)):
        facts["draws"] = backend
    return facts | _try_out(whole, layers)


def shared(model: Any, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return how a model stands to those that were given, by the identity of their variables.

    A dict: "is" (the key of the one that it is, or "") and "weights" (for each key that stands for
    a Keras model: how many numbers of that model's weights are the model's own, not copies).
    """
    own = {id(weight) for weight in model.weights}
    models = {key: one for key, one in given.items() if is_model(one)}
    weights = {
        key: int(sum(np.prod(w.shape, dtype=int) for w in one.weights if id(w) in own))
        for key, one in models.items()
    }
    return {
        "is": next((key for key, one in models.items() if one is model), ""),
        "weights": weights,
    }


def _with_inputs(model: Any) -> Any:
    """A model of a class of its own put behind an input, for which it must be built, else None."""
    shape = (model.get_build_config() or {}).get("input_shape") if model.built else None
    if not isinstance(shape, tuple) or not all(n is None or isinstance(n, int) for n in shape):
        return None
    x = _keras().Input(batch_shape=(None, *shape[1:]))
    return _keras().Model(x, model(x))


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


def _is_chain(model: Any) -> bool:
    """Whether a model's layers, nested ones too, follow one another with no branch."""
    inner = all(_is_chain(layer) for layer in model.layers if is_model(layer))
    graph = getattr(model, "_functional", model)  # what a Sequential model is made into
    by_depth = getattr(graph, "_nodes_by_depth", None)
    return inner and by_depth is not None and all(map(_is_link, by_depth.values()))


def _is_link(nodes: list[Any]) -> bool:
    return len(nodes) == 1 and len(nodes[0].input_tensors) <= 1


def _words(layer: Any) -> str:
    """A layer in a few words: "Dense 16 relu", "Dropout 0.5", "GRU 3 tanh dropout 0.2"."""
    if type(layer).__name__ == "TimeDistributed" and type(layer.layer).__name__ == "Dense":
        layer = layer.layer  # Dense does the same at every step by itself.
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
    for name in ("dropout", "recurrent_dropout"):
        if isinstance(rate := getattr(layer, name, None), float) and rate:
            words.append(f"{name} {rate:g}")
    axis = getattr(layer, "axis", None)
    if isinstance(axis, int):
        words.append(f"axis {axis}")
    return " ".join(words)


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


def _try_out(model: Any, layers: list[Any]) -> dict[str, Any]:
    """What a model does with seeded weights, in both modes; the model is left as it was."""
    kept = [(variable, _numpy(variable)) for variable in model.variables]
    try:
        for variable, value in kept:
            if _is_random_state(variable):
                variable.assign(np.array([1 + _facts_seed.get(), 0], dtype=value.dtype))
            elif value.dtype.kind == "f":
                variable.assign(_seeded(_role(variable), value.shape).astype(value.dtype))
        probes = [_probe(tensor, layers) for tensor in model.inputs]
        # Keras warns where a model of one input is given a list of one.
        batch = probes if len(probes) > 1 else probes[0]
        computes = _outputs(model, batch, training=False)
        penalty = float(sum((float(_numpy(loss)) for loss in model.losses), 0.0))
        # Last, for it moves the averages of batch normalisation.
        in_training = _outputs(model, batch, training=True)
    finally:
        for variable, value in kept:
            variable.assign(value)
    return {"computes": computes, "penalty": penalty, "in training": in_training}


def _outputs(model: Any, batch: Any, training: bool) -> list[Any]:
    """The outputs in the order of `model.outputs`: those of a dict, by their names."""
    outputs = sys.modules["keras"].tree.flatten(model(batch, training=training))
    return [_numpy(output) for output in outputs]


def _is_random_state(variable: Any) -> bool:
    return str(variable.path).endswith("seed_generator_state")


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
    probe = _probed_on.get()
    if probe is None:
        return rng.normal(size=shape).astype("float32")
    if np.dtype(probe.dtype).kind in "iu":
        whole = rng.integers(int(probe.low), int(probe.high), size=shape, endpoint=True)
        return whole.astype(probe.dtype)
    return rng.uniform(probe.low, probe.high, size=shape).astype(probe.dtype)

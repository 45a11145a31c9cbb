"""A model as the list of its layer calls, in the order in which they are computed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

import keras

from course_utils.common.errors import CourseError


@dataclass(frozen=True)
class Step:
    """One call of one layer: which symbolic tensors went in, which came out."""

    layer: Any
    inputs: list[Any]
    outputs: list[Any]


@dataclass(frozen=True)
class Graph:
    """A model's symbolic inputs and outputs, and the steps between them."""

    inputs: list[Any]
    outputs: list[Any]
    steps: list[Step]

    def model(self, outputs: Any) -> keras.Model:
        """Return the model from the graph's inputs to some of its tensors, of shared weights."""
        # Keras warns where a model made of a list of one input is given that input alone.
        return keras.Model(self.inputs if len(self.inputs) > 1 else self.inputs[0], outputs)

    def step(self, name: str) -> Step:
        """Return the first call of the layer of that name.

        Raises CourseError where there is none, with the names that come near.
        """
        names = [step.layer.name for step in self.steps]
        if name in names:
            return self.steps[names.index(name)]
        near = get_close_matches(name, names, n=5, cutoff=0.4) or names[:5]
        raise CourseError(
            f"The model has no layer {name!r}; near it come {', '.join(map(repr, near))}. "
            "model.summary() lists all."
        )


def trace(model: keras.Model) -> Graph:
    """Return the graph of a Sequential or Functional model, by calling its layers once more.

    Models inside the model are opened. A layer that is called twice has two steps. The layers
    are the model's own, so that a new model from the graph's tensors shares their weights.

    Raises CourseError where the model has no graph: not built yet, or subclassed.
    """
    if not _has_graph(model):
        raise CourseError(
            f"The model {getattr(model, 'name', model)!r} has no layers to follow from input to "
            "output; build it as a Sequential or Functional model with a keras.Input."
        )
    try:
        while any(_has_graph(layer) for layer in model.layers):
            model = _replay(model, _open)
    except ValueError as error:
        raise CourseError(
            f"The models inside {model.name!r} cannot be opened, most likely because layers of two "
            f"of them have the same name; name them differently. Keras says: {error}"
        ) from error
    steps: list[Step] = []

    def record(layer: Any, *args: Any, **kwargs: Any) -> Any:
        outputs = layer(*args, **kwargs)
        steps.append(Step(layer, _tensors(args, kwargs), keras.tree.flatten(outputs)))
        return outputs

    copy = _replay(model, record)
    return Graph(list(copy.inputs), list(copy.outputs), steps)


def without(model: keras.Model, kinds: tuple[type, ...]) -> keras.Model:
    """Return the model, of the same layers and weights, without its layers of some kinds.

    Each of these must have one input, which is handed on. Models inside the model are not opened.
    """

    def skip(layer: Any, *args: Any, **kwargs: Any) -> Any:
        return args[0] if isinstance(layer, kinds) else layer(*args, **kwargs)

    return _replay(model, skip)


def _has_graph(layer: Any) -> bool:
    if not isinstance(layer, keras.Model):
        return False
    try:
        return bool(layer.inputs) and bool(layer.outputs)
    except AttributeError:  # a Sequential model that has seen no input
        return False


def _open(layer: Any, *args: Any, **kwargs: Any) -> Any:
    """Call the layers of a model, where calling the model would add it as one step."""
    if not _has_graph(layer):
        return layer(*args, **kwargs)
    inner = keras.Function(list(layer.inputs), list(layer.outputs))
    outputs = inner.call(_tensors(args, kwargs))
    return outputs if len(outputs) > 1 else outputs[0]


def _tensors(*arguments: Any) -> list[Any]:
    """The symbolic tensors among the arguments of a call."""
    return [x for x in keras.tree.flatten(arguments) if isinstance(x, keras.KerasTensor)]


def _replay(model: keras.Model, call: Callable[..., Any]) -> keras.Model:
    """Return a Functional model of the same layers, each called by `call(layer, ...)`."""
    functional = keras.Model(list(model.inputs), list(model.outputs), name=model.name)
    return keras.models.clone_model(
        functional, clone_function=lambda layer: layer, call_function=call
    )

"""Small random networks as plain plans, built in any of several ways that compute the same."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from typing import Any

import keras
import numpy as np

WIDTH = 4
CHAINED = ("dense", "norm", "dropout", "relu", "lambda")
JOINED = ("add", "concatenate", "plus", "times")


@dataclass(frozen=True)
class Node:
    """One call. inputs: numbers of earlier calls, 0 the network's input. seed: of its weights."""

    kind: str
    inputs: tuple[int, ...]
    setting: int = 0
    seed: int = 0
    policy: str = "float32"
    bias: bool = True


Plan = tuple[Node, ...]


def plan(rng: random.Random) -> Plan:
    """Return a plan of one to seven calls; every third one is a chain."""
    chain = rng.random() < 0.33
    nodes: list[Node] = []
    for place in range(1, rng.randint(2, 8)):
        kind = rng.choice(CHAINED if chain or place == 1 else CHAINED + JOINED)
        before = place - 1 if chain or rng.random() < 0.6 else rng.randrange(place)
        inputs = (before,) if kind in CHAINED else (before, rng.randrange(place))
        nodes.append(
            Node(kind, inputs, rng.randrange(3), rng.randrange(1000), bias=rng.random() < 0.8)
        )
    return tuple(nodes)


def changed(nodes: Plan, rng: random.Random) -> Plan:
    """Return the plan with one thing changed that the network computes, or is, otherwise."""
    used = _used(nodes)
    place = rng.choice(sorted(used)) - 1
    node = nodes[place]
    changes = {"more": None}
    if node.kind not in ("add", "plus", "times", "relu", "lambda"):
        changes["setting"] = replace(node, setting=node.setting + 1)
    if node.kind in ("dense", "norm", "concatenate"):
        changes["seed"] = replace(node, seed=node.seed + 1)
        changes["policy"] = replace(node, policy="mixed_float16")
    if node.kind in ("dense", "concatenate"):
        changes["bias"] = replace(node, bias=not node.bias)
    new = changes[rng.choice(sorted(changes))]
    if new is None:
        return (*nodes, Node("relu", (len(nodes),)))
    return (*nodes[:place], new, *nodes[place + 1 :])


def build(nodes: Plan, rng: random.Random) -> keras.Model:
    """Return the network of a plan, of names and in an order and a form that `rng` chooses."""
    for _ in range(rng.randrange(3)):
        keras.layers.Dense(1)  # Keras's numbers in names count on
    chain = all(node.inputs == (place,) for place, node in enumerate(nodes))
    if chain and rng.random() < 0.5:
        return _sequential(nodes, rng)
    made: dict[int, Any] = {0: keras.Input((WIDTH,), name=_name(rng))}
    waiting = sorted(_used(nodes), key=lambda _: rng.random())
    while waiting:  # any call whose inputs are there may be the next one
        place = next(one for one in waiting if all(i in made for i in nodes[one - 1].inputs))
        waiting.remove(place)
        node = nodes[place - 1]
        call = _nested(node, rng) if rng.random() < 0.3 else _call(node, rng)
        made[place] = call(*(made[one] for one in node.inputs))
    return keras.Model(made[0], made[len(nodes)], name=_name(rng))


def _used(nodes: Plan) -> set[int]:
    """The calls that the last one needs, itself included."""
    used, waiting = set[int](), [len(nodes)]
    while waiting:
        place = waiting.pop()
        if place and place not in used:
            used.add(place)
            waiting += nodes[place - 1].inputs
    return used


def _sequential(nodes: Plan, rng: random.Random) -> keras.Model:
    layers = [_layer(node, rng) for node in nodes]
    parts = list(layers)
    if len(parts) > 2 and rng.random() < 0.5:
        parts[1:3] = [keras.Sequential(parts[1:3], name=_name(rng))]
    model = keras.Sequential([keras.Input((WIDTH,), name=_name(rng)), *parts])
    for node, layer in zip(nodes, layers, strict=True):
        _set_weights(node, layer)
    return model


def _nested(node: Node, rng: random.Random) -> Any:
    """The call as a model of its own."""
    inputs = [keras.Input((WIDTH,), name=_name(rng)) for _ in node.inputs]
    inner = keras.Model(inputs, _call(node, rng)(*inputs), name=_name(rng))
    return lambda *given: inner(list(given))


def _call(node: Node, rng: random.Random) -> Any:
    if node.kind == "plus":
        return lambda one, other: one + other
    if node.kind == "times":
        return lambda one, other: keras.ops.tanh(one * 2) * other

    def call(*given: Any) -> Any:
        if node.kind == "add":
            return keras.layers.Add(name=_name(rng))(list(given))
        x = given[0]
        if node.kind == "concatenate":
            x = keras.layers.Concatenate(name=_name(rng))(list(given))
        layer = _layer(node, rng)
        y = layer(x)
        _set_weights(node, layer)
        return y

    return call


def _layer(node: Node, rng: random.Random) -> Any:
    common = {"name": _name(rng), "dtype": node.policy}
    activation = ("relu", "tanh", "linear", "gelu")[node.setting]
    if node.kind in ("dense", "concatenate"):
        return keras.layers.Dense(WIDTH, activation, use_bias=node.bias, **common)
    if node.kind == "norm":
        return keras.layers.BatchNormalization(epsilon=10.0 ** -(node.setting + 1), **common)
    if node.kind == "dropout":
        return keras.layers.Dropout(0.1 * (node.setting + 1), **common)
    if node.kind == "lambda":
        return keras.layers.Lambda(lambda x: x * 3, output_shape=(WIDTH,), **common)
    return keras.layers.ReLU(**common)


def _set_weights(node: Node, layer: Any) -> None:
    draw = np.random.default_rng(node.seed)
    layer.set_weights([draw.random(weight.shape) for weight in layer.get_weights()])


def _name(rng: random.Random) -> str | None:
    return f"n{rng.randrange(10**9)}" if rng.random() < 0.5 else None

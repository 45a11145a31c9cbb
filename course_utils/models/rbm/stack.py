"""Stacks of machines, each trained on what the one below it says, and the network they start."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from course_utils.common.errors import CourseError
from course_utils.models.rbm.divergence import ContrastiveDivergence
from course_utils.models.rbm.machine import RBM

if TYPE_CHECKING:
    import keras

Floats = NDArray[Any]


def new_stack(
    widths: Sequence[int], seed: int = 0, *, visible: str = "gaussian", code: str = "gaussian"
) -> list[RBM]:
    """Return untrained machines whose layers have these widths, from the data to the code.

    visible: the units of the data. code: those of the last layer; all between are binary.
    Raises CourseError for fewer than two widths.
    """
    if len(widths) < 2 or min(widths) < 1:
        raise CourseError(f"new_stack: widths {tuple(widths)}; give two or more, each above 0.")
    kinds = [visible, *["binary"] * (len(widths) - 2), code]
    return [
        RBM.random(widths[i], widths[i + 1], [seed, i], kinds=(kinds[i], kinds[i + 1]))
        for i in range(len(widths) - 1)
    ]


def encoded(stack: Sequence[RBM], v: Floats) -> Floats:
    """Return the means of the top layer's units (batch, code), each layer's passed to the next."""
    for machine in stack:
        v = machine.hidden_mean(v)
    return v


def decoded(stack: Sequence[RBM], code: Floats) -> Floats:
    """Return the means of the data's units (batch, visible), from the top layer's downwards."""
    for machine in reversed(stack):
        code = machine.visible_mean(code)
    return code


def pretrain(
    stack: Sequence[RBM],
    v: Floats,
    epochs: int,
    *,
    rates: Sequence[float] | None = None,
    batch: int = 100,
    seed: int = 0,
    after: Callable[[int, int, float], None] = lambda layer, epoch, error: None,
) -> None:
    """Train machines from the bottom to the top, in place, by CD-1.

    The data of a machine are the hidden means of the one below (G. Hinton, S. Osindero and Y. Teh,
    A fast learning algorithm for deep belief nets, Neural Computation 18, 2006).

    Args:
        stack: the machines, the lowest first.
        v: the examples (examples, visible).
        epochs: for each machine.
        rates: one for each machine; by default 0.1, and 0.001 where a layer is Gaussian, whose
            units have no bound. The momentum is 0.5, from the sixth epoch on 0.9; the weights decay
            by 0.0002: the supporting text of Hinton and Salakhutdinov 2006.
        batch: how many examples a step takes.
        seed: of the draws.
        after: is told the machine's place, the epoch (both from 0) and the reconstructions' error.

    Raises CourseError where the examples, the machines or the rates do not fit together.
    """
    _refuse_strangers(stack, "pretrain")
    if np.ndim(v) != 2 or len(v) < 1 or np.shape(v)[1] != len(stack[0].b):
        raise CourseError(
            f"pretrain: v has the shape {np.shape(v)}; give one example or more in rows of the "
            f"lowest machine's {len(stack[0].b)} visible units."
        )
    if rates and len(rates) != len(stack):
        raise CourseError(f"pretrain: {len(rates)} rates for {len(stack)} machines.")
    for layer, machine in enumerate(stack):
        gaussian = "gaussian" in (machine.visible.name, machine.hidden.name)
        rate = rates[layer] if rates else (0.001 if gaussian else 0.1)
        trainer = ContrastiveDivergence(machine, rate, decay=0.0002, seed=seed + layer)
        for epoch in range(epochs):
            trainer.momentum = 0.5 if epoch < 5 else 0.9
            after(layer, epoch, trainer.epoch(v, batch))
        v = machine.hidden_mean(v)


def _refuse_strangers(stack: Sequence[RBM], asking: str) -> None:
    """Raise CourseError where one machine's hidden units are not the next one's visible."""
    for below, above in zip(stack, stack[1:], strict=False):
        if len(below.c) != len(above.b) or below.hidden.name != above.visible.name:
            raise CourseError(
                f"{asking}: {len(below.c)} {below.hidden.name} hidden units of a machine meet "
                f"{len(above.b)} {above.visible.name} visible ones of the next."
            )


def unroll(stack: Sequence[RBM], name: str = "autoencoder") -> keras.Model:
    """Return the autoencoder that a stack starts: up through it to the code, and down again.

    Layers "encoder_1", ..., "code", "decoder_1", ..., "reconstruction"; each takes the means of a
    machine's units, so that before any training it gives `decoded(stack, encoded(stack, v))`.
    The way down has weights of its own, which start as transposes (Hinton and Salakhutdinov 2006,
    fig. 1). Raises CourseError where one machine's hidden units are not the next one's visible.
    """
    import keras

    _refuse_strangers(stack, "unroll")
    up = [(machine.W, machine.c, machine.hidden) for machine in stack]
    down = [(machine.W.T, machine.b, machine.visible) for machine in reversed(stack)]
    names = [
        *(f"encoder_{i}" for i in range(1, len(stack))),
        "code",
        *(f"decoder_{i}" for i in range(1, len(stack))),
        "reconstruction",
    ]
    x = inputs = keras.Input((len(stack[0].b),), name="visible")
    for (_, bias, units), layer_name in zip(up + down, names, strict=True):
        x = keras.layers.Dense(len(bias), activation=units.activation, name=layer_name)(x)
    model = keras.Model(inputs, x, name=name)
    for (W, bias, _), layer_name in zip(up + down, names, strict=True):
        model.get_layer(layer_name).set_weights([W, bias])
    return model


def encoder_of(model: keras.Model) -> keras.Model:
    """Return the first half of an unrolled network, from its input to "code"; it shares weights."""
    import keras

    return keras.Model(model.input, model.get_layer("code").output, name="encoder")


def decoder_of(model: keras.Model) -> keras.Model:
    """Return the second half of an unrolled network, from a code to "reconstruction"."""
    import keras

    names = [layer.name for layer in model.layers]
    behind = model.layers[names.index("code") + 1 :]
    code = keras.Input(model.get_layer("code").output.shape[1:], name="code_input")
    x = code
    for layer in behind:
        x = layer(x)
    return keras.Model(code, x, name="decoder")

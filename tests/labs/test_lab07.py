"""Lab 7's rules and losses, as students write them, beside Keras's and differences."""

from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import keras
import numpy as np
import pytest

from course_utils.authoring import references, source

SOURCE = Path(__file__).parents[2] / "solutions" / "07_training" / "training.py"


@cache
def student() -> SimpleNamespace:
    """The solved answers, by name."""
    return SimpleNamespace(**references.load(source.read(SOURCE)))


def pairs(name: str) -> tuple[Any, Any]:
    """A rule and Keras's optimizer of the same name, with settings that are not the usual ones."""
    s, k = student(), keras.optimizers
    return {
        "momentum": (s.Momentum(0.01, 0.8), k.SGD(0.01, momentum=0.8)),
        "Nesterov": (
            s.Momentum(0.01, 0.7, nesterov=True),
            k.SGD(0.01, momentum=0.7, nesterov=True),
        ),
        # Keras adds epsilon before the correction of the bias, the paper's algorithm behind it.
        "Adam": (s.Adam(0.01, 0.8, 0.99, 1e-8), k.Adam(0.01, 0.8, 0.99, 1e-8)),
    }[name]


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("name", ["momentum", "Nesterov", "Adam"])
def test_a_rule_is_kerass_on_random_gradients(name: str, seed: int) -> None:
    rule, optimizer = pairs(name)
    rng = np.random.default_rng(seed)
    w, variable = np.ones((2, 3)), keras.Variable(np.ones((2, 3)), dtype="float64")
    for _ in range(20):
        g = rng.normal(size=(2, 3)) * 10 ** rng.uniform(-2, 1)
        w = rule.step(w, g)
        optimizer.apply([keras.ops.convert_to_tensor(g)], [variable])
        np.testing.assert_allclose(w, variable.numpy(), atol=1e-6)


@pytest.mark.parametrize(
    ("name", "optimizer"),
    [
        ("AdaGrad", lambda: keras.optimizers.Adagrad(0.01, initial_accumulator_value=0)),
        ("RMSProp", lambda: keras.optimizers.RMSprop(0.01, rho=0.8)),
        ("AdaDelta", lambda: keras.optimizers.Adadelta(0.5, rho=0.9)),
    ],
)
def test_a_rule_with_rates_of_its_own_is_kerass(name: str, optimizer: Any) -> None:
    settings = {"AdaGrad": {"rate": 0.01}, "RMSProp": {"rate": 0.01, "rho": 0.8}}
    settings["AdaDelta"] = {"rate": 0.5, "rho": 0.9}
    gradients = np.random.default_rng(4).normal(size=(20, 5))
    found = student().adaptive_walk(name, np.ones(5), gradients, **settings[name])
    variable, theirs = keras.Variable(np.ones(5), dtype="float64"), optimizer()
    for g, w in zip(gradients, found, strict=True):
        theirs.apply([keras.ops.convert_to_tensor(g)], [variable])
        np.testing.assert_allclose(w, variable.numpy(), atol=1e-6)


def test_batch_norms_gradient_is_that_of_differences() -> None:
    rng = np.random.default_rng(5)
    z, gamma, c = rng.normal(size=(7, 4)), rng.uniform(0.5, 2, 4), rng.normal(size=(7, 4))

    def forward(z: Any) -> tuple[Any, Any]:
        s = np.sqrt(z.var(axis=0) + 1e-3)
        return (z - z.mean(axis=0)) / s, s

    dz = student().batch_norm_backward(c, gamma, *forward(z))[0]
    for place in np.ndindex(z.shape):
        step = np.zeros_like(z)
        step[place] = 1e-5
        rise = np.sum(c * gamma * (forward(z + step)[0] - forward(z - step)[0])) / 2e-5
        assert dz[place] == pytest.approx(rise, rel=1e-5, abs=1e-8)


def test_the_hinge_losss_gradient_is_that_of_differences() -> None:
    rng = np.random.default_rng(6)
    S, t = rng.normal(size=(6, 4)), rng.integers(0, 4, 6)
    gradient = student().hinge_loss(S, t)[1]
    for place in np.ndindex(S.shape):
        step = np.zeros_like(S)
        step[place] = 1e-6
        rise = student().hinge_loss(S + step, t)[0] - student().hinge_loss(S - step, t)[0]
        assert gradient[place] == pytest.approx(rise / 2e-6, abs=1e-6)

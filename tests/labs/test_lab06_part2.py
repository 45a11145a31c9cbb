"""Lab 6's machines and codes, as students write them: what they compute, beside sums by hand."""

from functools import cache
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from course_utils.authoring import references, source
from course_utils.common.paths import ROOT
from course_utils.models import rbm

pytestmark = pytest.mark.slow

SOURCE = ROOT / "solutions" / "06_autoencoders" / "autoencoders.py"


@cache
def student() -> SimpleNamespace:
    """The solved answers, by name."""
    return SimpleNamespace(**references.load(source.read(SOURCE)))


def made(visible: int, hidden: int, seed: int = 0) -> rbm.RBM:
    """A machine with random weights and biases."""
    rng = np.random.default_rng(seed)
    return rbm.RBM(*(rng.normal(size=shape) for shape in ((visible, hidden), visible, hidden)))


def every_state(units: int) -> np.ndarray:
    return np.array(list(np.ndindex((2,) * units)), dtype=float)


def parts(machine: rbm.RBM) -> tuple[Any, Any, Any]:
    return machine.W, machine.b, machine.c


@pytest.mark.parametrize("shape", [(5, 3), (3, 5)])
def test_the_probabilities_of_all_images_add_up_to_1(shape: tuple[int, int]) -> None:
    machine = made(*shape)
    each = [student().log_likelihood(v[None], *parts(machine)) for v in every_state(shape[0])]
    assert np.exp(each).sum() == pytest.approx(1)


def test_the_free_energy_sums_the_energies() -> None:
    machine = made(4, 3)
    v, h = every_state(4), every_state(3)
    terms = np.stack([-machine.energy(v, np.tile(one, (len(v), 1))) for one in h])
    expected = -np.logaddexp.reduce(terms, axis=0)
    np.testing.assert_allclose(student().free_energy(v, *parts(machine)), expected)


def test_cd_gradient_nears_the_derivative_of_log_likelihood() -> None:
    machine, rng = made(4, 3), np.random.default_rng(1)
    v = np.tile(every_state(4)[[1, 6, 14]], (5000, 1))
    uniform = [rng.random((20, len(v), units)) for units in (3, 4)]
    for weight, part in zip(
        parts(machine), student().cd_gradient(v, *parts(machine), *uniform), strict=True
    ):
        for place in np.ndindex(weight.shape):
            weight[place] += 1e-5
            above = student().log_likelihood(v[:3], *parts(machine))
            weight[place] -= 2e-5
            below = student().log_likelihood(v[:3], *parts(machine))
            weight[place] += 1e-5
            assert part[place] == pytest.approx((above - below) / 2e-5, abs=0.03)


@pytest.mark.parametrize("shape", [(5, 3), (3, 5)])
def test_likelihood_gradient_is_the_slope_of_log_likelihood(shape: tuple[int, int]) -> None:
    machine, rng = made(*shape), np.random.default_rng(4)
    v = every_state(shape[0])[:5]
    gradient = student().likelihood_gradient(v, *parts(machine))
    ways = [rng.normal(size=part.shape) for part in parts(machine)]
    above, below = (
        student().log_likelihood(
            v, *(part + step * way for part, way in zip(parts(machine), ways, strict=True))
        )
        for step in (1e-5, -1e-5)
    )
    promised = sum(np.sum(part * way) for part, way in zip(gradient, ways, strict=True))
    assert promised == pytest.approx((above - below) / 2e-5, rel=1e-6)
    for mine, theirs in zip(gradient, rbm.exact_gradient(machine, v), strict=True):
        np.testing.assert_allclose(mine, theirs, atol=1e-12)


def test_gibbs_steps_leave_the_machines_distribution_as_it_is() -> None:
    machine, rng = made(3, 2), np.random.default_rng(2)
    states = every_state(3)
    p = np.exp([student().log_likelihood(v[None], *parts(machine)) for v in states])
    v = states[rng.choice(len(states), 40_000, p=p / p.sum())]
    for _ in range(3):
        uniform = rng.random((len(v), 2)), rng.random((len(v), 3))
        _, v = student().gibbs_step(v, *parts(machine), *uniform)
    found = [(v == state).all(axis=1).mean() for state in states]
    np.testing.assert_allclose(found, p, atol=0.015)


def test_unrolled_layers_compute_what_the_stack_does() -> None:
    stack = rbm.new_stack((6, 4, 3, 2), 0)
    x = start = np.random.default_rng(0).normal(size=(5, 6))
    units = [m.hidden for m in stack] + [m.visible for m in reversed(stack)]
    layers = student().unrolled([parts(machine) for machine in stack])
    for (kernel, bias), unit in zip(layers, units, strict=True):
        x = unit.mean(x @ kernel + bias)
    np.testing.assert_allclose(x, rbm.decoded(stack, rbm.encoded(stack, start)), rtol=1e-5)


def test_the_package_holds_no_answer() -> None:
    public = {name for name in (*dir(rbm), *dir(rbm.RBM)) if not name.startswith("_")}
    exercises = {"free_energy", "log_likelihood", "gibbs_step", "cd_gradient", "unrolled"}
    assert not public & (exercises | {"log_partition", "hamming"})


def test_hamming_is_a_distance() -> None:
    codes = np.random.default_rng(0).integers(0, 256, (12, 4), dtype=np.uint8)
    distances = np.stack([student().hamming(codes, code) for code in codes])
    assert np.array_equal(distances, distances.T) and not np.diag(distances).any()
    assert np.all(distances[:, None] <= distances[:, :, None] + distances[None])

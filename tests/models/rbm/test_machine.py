"""Restricted Boltzmann machines: their energies, what is exact for small ones, their training."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_utils.common.errors import CourseError
from course_utils.models.rbm import RBM, ContrastiveDivergence, exact_gradient


def made(n: int, m: int, seed: int = 0, scale: float = 0.7, **kinds: str) -> RBM:
    """A machine of n visible and m hidden units with random weights."""
    rng = np.random.default_rng(seed)
    return RBM(*(rng.normal(0, scale, shape) for shape in ((n, m), (n,), (m,))), **kinds)


def every_state(units: int) -> np.ndarray:
    return np.array(list(np.ndindex((2,) * units)), dtype=float)


def exponents(machine: RBM, v: np.ndarray) -> np.ndarray:
    """log p(v) of each v, but for log Z."""
    own, above = machine.visible.own(v), machine.hidden.cumulant(machine.to_hidden(v))
    return v @ machine.b - own.sum(axis=1) + above.sum(axis=1)


def log_likelihood(machine: RBM, v: np.ndarray) -> float:
    """The mean of log p(v), with Z summed over all states of a binary layer."""
    low = machine if machine.visible.name == "binary" else machine.transposed()
    log_z = np.logaddexp.reduce(exponents(low, every_state(len(low.b))))
    return float(np.mean(exponents(machine, v)) - log_z)


@given(st.integers(1, 4), st.integers(1, 4), st.integers(0, 1000))
@settings(max_examples=30, deadline=None)
def test_the_cumulant_sums_the_energies_over_the_hidden_states(
    visible: int, hidden: int, seed: int
) -> None:
    machine = made(visible, hidden, seed)
    h = every_state(hidden)
    for v in every_state(visible):
        terms = -machine.energy(np.tile(v, (len(h), 1)), h)
        assert exponents(machine, v[None])[0] == pytest.approx(np.logaddexp.reduce(terms))


@pytest.mark.parametrize(("visible", "hidden"), [(5, 3), (3, 5)])
def test_the_exact_gradient_is_the_derivative_of_the_log_likelihood(
    visible: int, hidden: int
) -> None:
    machine = made(visible, hidden)
    v = every_state(visible)[[1, 3, 3, 6]]
    gradient = exact_gradient(machine, v)
    for weight, part in zip((machine.W, machine.b, machine.c), gradient, strict=True):
        for place in np.ndindex(weight.shape):
            weight[place] += 1e-5
            above = log_likelihood(machine, v)
            weight[place] -= 2e-5
            below = log_likelihood(machine, v)
            weight[place] += 1e-5
            assert part[place] == pytest.approx((above - below) / 2e-5, abs=1e-7)


@pytest.mark.parametrize("kinds", [("gaussian", "binary"), ("binary", "gaussian")])
def test_with_gaussian_units_the_gradient_is_right_too(kinds: tuple[str, str]) -> None:
    machine = made(3, 4, scale=0.3, visible=kinds[0], hidden=kinds[1])
    v = every_state(3)[[1, 4, 7]]
    part = exact_gradient(machine, v).W
    machine.W[1, 2] += 1e-5
    above = log_likelihood(machine, v)
    machine.W[1, 2] -= 2e-5
    assert part[1, 2] == pytest.approx((above - log_likelihood(machine, v)) / 2e-5, abs=1e-7)


def test_a_machine_too_large_to_sum_is_refused() -> None:
    with pytest.raises(CourseError, match="at most 20 units"):
        exact_gradient(made(21, 21), np.zeros((1, 21)))
    with pytest.raises(CourseError, match="must be binary"):
        exact_gradient(made(3, 3, visible="gaussian", hidden="gaussian"), np.zeros((1, 3)))


@pytest.mark.parametrize("options", [{"steps": 1}, {"steps": 5}, {"persistent": True}])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_training_raises_the_exact_log_likelihood(options: dict, seed: int) -> None:
    v = np.array([[1, 1, 0, 0], [0, 0, 1, 1], [1, 1, 1, 1]] * 10, dtype=float)
    machine = made(4, 4, seed, scale=0.05)
    before = log_likelihood(machine, v)
    trainer = ContrastiveDivergence(machine, 0.1, momentum=0.5, seed=seed, **options)
    for _ in range(300):
        trainer.step(v)
    assert before < np.log(1 / 16) + 0.2
    assert log_likelihood(machine, v) > before + 0.8


def test_persistent_chains_can_be_seen_and_go_on() -> None:
    v = np.array([[1, 1, 0, 0], [0, 0, 1, 1]] * 5, dtype=float)
    trainer = ContrastiveDivergence(made(4, 4), 0.1, persistent=True)
    assert trainer.chains is None
    trainer.step(v)
    first = trainer.chains
    trainer.step(v)
    assert first.shape == trainer.chains.shape == v.shape
    assert set(np.unique(trainer.chains)) <= {0, 1} and (first != trainer.chains).any()
    plain = ContrastiveDivergence(made(4, 4), 0.1)
    plain.step(v)
    assert plain.chains is None


def test_a_long_chain_points_where_the_exact_gradient_does() -> None:
    """With steps of 1 and no momentum, one update of CD-30 is its gradient."""
    machine = made(5, 4, scale=0.5)
    v = np.tile(every_state(5)[[1, 6, 30]], (4000, 1))
    exact = exact_gradient(machine, v).flat()
    before = [part.copy() for part in (machine.W, machine.b, machine.c)]
    ContrastiveDivergence(machine, 1.0, steps=30).step(v)
    after = (machine.W, machine.b, machine.c)
    estimate = np.concatenate([(new - old).ravel() for new, old in zip(after, before, strict=True)])
    cosine = estimate @ exact / np.linalg.norm(estimate) / np.linalg.norm(exact)
    assert cosine > 0.99


def test_gibbs_sampling_reaches_the_machines_own_distribution() -> None:
    machine = made(3, 2)
    states = every_state(3)
    log_p = exponents(machine, states)
    p = np.exp(log_p - np.logaddexp.reduce(log_p))
    drawn = machine.sampled(np.zeros((40_000, 3)), 20, np.random.default_rng(0))
    counts = np.array([(drawn == state).all(axis=1).mean() for state in states])
    assert np.abs(counts - p).max() < 0.015


def test_the_pseudo_likelihood_estimates_the_sum_over_all_units() -> None:
    machine = made(4, 3)
    v = every_state(4)
    log_p = exponents(machine, v)
    expected = 0.0
    for unit in range(4):
        flipped = v.copy()
        flipped[:, unit] = 1 - flipped[:, unit]
        other = exponents(machine, flipped)
        expected += np.mean(log_p - np.logaddexp(log_p, other))
    estimate = np.mean([machine.pseudo_log_likelihood(v, seed) for seed in range(800)])
    assert estimate == pytest.approx(expected, rel=0.03)
    with pytest.raises(CourseError, match="binary"):
        made(3, 3, visible="gaussian").pseudo_log_likelihood(v)


def test_a_machine_is_saved_and_read(tmp_path: Path) -> None:
    machine = made(3, 2, visible="gaussian")
    machine.save(tmp_path / "machine.npz")
    read = RBM.load(tmp_path / "machine.npz")
    v = np.random.default_rng(0).normal(size=(5, 3))
    assert np.array_equal(read.hidden_mean(v), machine.hidden_mean(v))
    assert read.visible.name == "gaussian" and read.hidden.name == "binary"
    (tmp_path / "none.npz").write_text("no machine")
    with pytest.raises(CourseError, match="none.npz"):
        RBM.load(tmp_path / "none.npz")


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(CourseError, match="do not fit"):
        RBM(np.zeros((3, 2)), np.zeros(2), np.zeros(3))
    with pytest.raises(CourseError, match="softmax"):
        made(3, 2, visible="softmax")
    with pytest.raises(CourseError, match="rate"):
        ContrastiveDivergence(made(3, 2), 0)

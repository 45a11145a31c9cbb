"""The series: sunspots, the Mackey-Glass equation, the adding problem, chirps and harmonics."""

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils import datasets
from course_utils.common.errors import CourseError


def test_sunspots_are_what_the_docstring_says() -> None:
    years, numbers = datasets.sunspots()
    assert years.tolist() == list(range(1700, 2009)) and years.dtype == np.int64
    assert numbers.shape == (309,) and numbers.dtype == np.float64
    assert numbers.min() == 0 and numbers.max() == 190.2


def test_sunspots_stand_beside_their_years() -> None:
    """The most active year on record is 1957; in 1810 and 1913 there was next to nothing."""
    years, numbers = datasets.sunspots()
    assert years[np.argmax(numbers)] == 1957
    assert numbers[years == 1810] == 0 and numbers[years == 1913] < 2


def test_nothing_heavy_is_imported() -> None:
    code = (
        "import sys; from course_utils import datasets; datasets.sunspots(); "
        "datasets.mackey_glass(5, transient=0); datasets.python_reference(); "
        "datasets.adding_problem(2, 5, 0); datasets.chirps(1, 5); datasets.harmonics(1, 5); "
        "print([name for name in ('statsmodels', 'pandas', 'tensorflow') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_halving_the_step_shows_the_fourth_order() -> None:
    """Each halving takes the error to about a sixteenth; at the default it is below 1e-7."""
    runs = [datasets.mackey_glass(200, step=step, transient=0) for step in (0.4, 0.2, 0.1, 0.05)]
    errors = [np.abs(wide - narrow).max() for wide, narrow in zip(runs, runs[1:], strict=False)]
    assert errors[0] / errors[1] > 10 and errors[1] / errors[2] > 10
    assert errors[2] < 1e-7


def test_the_solution_satisfies_the_equation() -> None:
    x = datasets.mackey_glass(4000, spacing=0.1, transient=100)
    slope = ((x[2:] - x[:-2]) / 0.2)[169:]  # at steps 170, 171, ...; the delay is 170 steps
    now, delayed = x[170:-1], x[:-171]
    expected = 0.2 * delayed / (1 + delayed**10) - 0.1 * now
    assert np.allclose(slope, expected, atol=1e-4)


def test_below_the_threshold_it_settles_and_at_17_it_does_not() -> None:
    """beta x / (1 + x^10) = gamma x at x = 1, which is stable for short delays only."""
    assert np.allclose(datasets.mackey_glass(50, tau=2), 1)
    chaotic = datasets.mackey_glass(3000)
    assert 0.2 < chaotic.min() < 0.5 and 1.25 < chaotic.max() < 1.4


def test_close_starts_part_in_the_chaotic_case() -> None:
    """The same seed gives the same; a difference as small as the integrator's error grows."""
    one = datasets.mackey_glass(1500, transient=0)
    assert np.array_equal(one, datasets.mackey_glass(1500, transient=0))
    other = datasets.mackey_glass(1500, transient=0, step=0.2)
    difference = np.abs(one - other)
    assert difference[:100].max() < 1e-8 and difference.max() > 1e-5


def test_spacing_picks_times_between_the_steps() -> None:
    fine = datasets.mackey_glass(101, spacing=0.25, transient=3)
    assert np.allclose(fine[::4], datasets.mackey_glass(26, transient=3), atol=1e-9)
    narrow = datasets.mackey_glass(101, spacing=0.25, transient=3, step=0.05)
    assert np.allclose(fine, narrow, atol=1e-7)


def test_other_seeds_give_other_stretches() -> None:
    assert not np.allclose(datasets.mackey_glass(20), datasets.mackey_glass(20, seed=1))


@pytest.mark.parametrize("wrong", [{"n": 0}, {"tau": 0}, {"spacing": -1}, {"transient": -1}])
def test_impossible_times_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(CourseError, match="only the transient may be 0"):
        datasets.mackey_glass(**wrong)  # type: ignore[arg-type]


@given(st.integers(1, 20), st.integers(2, 60), st.integers(0, 1000))
def test_the_target_is_the_sum_of_the_two_marked_numbers(batch: int, lag: int, seed: int) -> None:
    x, t = datasets.adding_problem(batch, lag, seed)
    assert x.shape == (batch, lag, 2) and t.shape == (batch, 1)
    assert x.dtype == t.dtype == np.float32
    numbers, marks = x[..., 0], x[..., 1]
    assert np.all((numbers >= 0) & (numbers < 1)) and set(np.unique(marks)) <= {0.0, 1.0}
    half = lag // 2
    assert np.all(marks[:, :half].sum(axis=1) == 1) and np.all(marks[:, half:].sum(axis=1) == 1)
    for row in range(batch):
        first, second = np.flatnonzero(marks[row])
        assert t[row, 0] == pytest.approx(numbers[row, first] + numbers[row, second], abs=1e-6)


def test_answering_one_has_an_error_of_a_sixth() -> None:
    _, t = datasets.adding_problem(50_000, 10, 0)
    assert np.mean((t - 1) ** 2) == pytest.approx(1 / 6, abs=2e-3)


def test_the_adding_problem_follows_its_seed() -> None:
    one, again = (datasets.adding_problem(3, 8, 5)[0] for _ in range(2))
    assert np.array_equal(one, again)
    assert not np.array_equal(one, datasets.adding_problem(3, 8, 6)[0])
    with pytest.raises(CourseError, match="at least 1 sequence of 2 steps"):
        datasets.adding_problem(3, 1, 0)


def test_a_chirp_rises_from_low_to_high() -> None:
    waves = datasets.chirps(3, 2000, low=0.01, high=0.1)
    assert waves.shape == (3, 2000) and waves.dtype == np.float32 and np.abs(waves).max() <= 1
    crossings = np.abs(np.diff(np.sign(waves))) / 4  # half a cycle each
    early, late = crossings[:, :500].mean(axis=1), crossings[:, -500:].mean(axis=1)
    assert np.allclose(early, 0.021, atol=0.003) and np.allclose(late, 0.089, atol=0.003)
    assert not np.allclose(waves[0], waves[1])


def test_harmonics_hold_multiples_of_one_frequency_alone() -> None:
    waves = datasets.harmonics(4, 400, period=40, partials=3)
    assert waves.shape == (4, 400) and waves.dtype == np.float32 and np.abs(waves).max() <= 1
    power = np.abs(np.fft.rfft(waves, axis=1)) ** 2
    assert np.all(power[:, [10, 20, 30]].sum(axis=1) > 0.999999 * power.sum(axis=1))
    assert np.all(power[:, [10, 20, 30]] > 1)


def test_impossible_waves_are_refused() -> None:
    with pytest.raises(CourseError, match="between 0 and 0.5"):
        datasets.chirps(1, 10, high=0.6)
    with pytest.raises(CourseError, match="period >= 2"):
        datasets.harmonics(1, 10, period=5, partials=3)
    with pytest.raises(CourseError, match="both are at least 1"):
        datasets.chirps(0, 10)

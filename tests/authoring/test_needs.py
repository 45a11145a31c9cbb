"""Which cells stop in the unsolved lab: by example, and by really executing random labs."""

import ast
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_utils.authoring.markers import BEGIN, END
from course_utils.authoring.needs import find_needs
from course_utils.authoring.release import released_code
from course_utils.authoring.source import LabSource
from tests.support import sample_lab
from tests.support.random_labs import lab_of, labs, run
from tests.support.solving import half_solved, solvable, stopping


def needs_of(*codes: str) -> list[str]:
    """What each cell needs, as words."""
    found = find_needs(lab_of(*codes)).cells
    return [" ".join(found.get(index, [])) for index in range(len(codes))]


F, G = sample_lab.function("f"), sample_lab.function("g", "return f()")


def test_the_sample(tmp_path: Path) -> None:
    lab = sample_lab.write(tmp_path)
    found = {lab.cells[i].source.splitlines()[0]: n for i, n in find_needs(lab).cells.items()}
    assert found == {
        "scaled = scale(x)": ["scale"],
        "print(scaled.sum())": ["scale"],
        "print(table(x))": ["scale"],
        "counter = Counter()": ["scale", "Counter"],
        "print(counter.count, round(float(slope), 3))": ["scale", "slope", "Counter"],
    }


def test_directly_and_through_functions() -> None:
    assert needs_of(F, "f()") == ["", "f"]
    assert needs_of(F, "def h(): return f()", "h()") == ["", "", "f"]
    assert needs_of("def h(): return [f() for _ in k]", F, "h()") == ["", "", "f"]
    assert needs_of(F, G, "g()") == ["", "", "f g"]
    assert needs_of(F, "class A:\n    def m(self): return f()", "a = A()") == ["", "", "f"]
    assert needs_of(F, "h = lambda: f()", "d = {'h': h}", "d['h']()") == ["", "", "f", "f"]


def test_a_function_kept_in_an_object_is_followed() -> None:
    assert needs_of("def h(): return f()", "d = {'h': h}", F, "d['h']()") == ["", "", "", "f"]
    assert needs_of("d = []", "def h(): return f()", "d.append(h)", F, "d[0]()")[-1] == "f"


def test_names_that_a_stopped_cell_would_bind_or_change() -> None:
    assert needs_of(F, "x = f()", "print(x)") == ["", "f", "f"]
    assert needs_of("x = []", F, "x.append(f())", "print(x)") == ["", "", "f", "f"]
    assert needs_of("x = {}", F, "x['a'] = f()", "y = x") == ["", "", "f", "f"]
    assert needs_of("x = 1", F, "x += f()", "y = x", "z = y") == ["", "", "f", "f", "f"]
    assert needs_of(F, "def h(): pass\nf()", "h()") == ["", "f", "f"]
    assert needs_of(F, "x = f()", "def h(): return x", "h()") == ["", "f", "", "f"]


def test_a_new_binding_clears() -> None:
    assert needs_of(F, "x = f()", "x = 1\nprint(x)", "print(x)") == ["", "f", "", ""]
    assert needs_of(F, "for i in f(): pass", "for i in [1]:\n    print(i)") == ["", "f", ""]
    assert needs_of(F, "x = f()", "if k:\n    x = 1", "print(x)") == ["", "f", "", "f"]


def test_what_needs_nothing() -> None:
    assert needs_of(F, 'lab.hint("f")', "lab.progress()", "print(1)") == ["", "", "", ""]
    assert needs_of("import numpy as np", F, "y = np.sort(f())", "np.zeros(1)")[-1] == ""


def test_an_exercise_cell_may_need_another() -> None:
    other = "data = f()\n" + sample_lab.function("h")
    assert needs_of(F, other, "print(data)", "h()") == ["", "f", "f", "f h"]


def test_a_value_computed_with_another_exercise() -> None:
    """Its own cell runs: a student may compute it differently."""
    assert needs_of(F, sample_lab.value("v", "f()"), "print(v)") == ["", "", "v"]


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(labs(tidy=False), st.sets(st.integers(0, 8)), st.booleans())
def test_nothing_but_the_message_is_ever_raised(
    lab: LabSource, chosen: set[int], working: bool
) -> None:
    assert set(run([cell.source for cell in lab.cells])) == {""}  # the solved lab runs
    solved = solvable(lab, lambda name: int(name[1:]) in chosen, working)
    raised = run(list(half_solved(lab, solved).values()))
    assert set(raised) <= {"", "NeedsExercise"}
    if working:
        stopped = [index for index, what in enumerate(raised) if what]
        assert stopped == list(stopping(lab, solved))


@settings(max_examples=100, deadline=None)
@given(labs(tidy=True))
def test_no_cell_stops_that_would_have_run(lab: LabSource) -> None:
    raised = run(released_code(lab))
    assert {i for i, what in enumerate(raised) if what} == set(find_needs(lab).cells)


@settings(max_examples=50, deadline=None)
@given(labs(tidy=False))
def test_every_released_cell_parses_without_markers(lab: LabSource) -> None:
    for code in released_code(lab):
        ast.parse(code)
        assert BEGIN not in code and END not in code

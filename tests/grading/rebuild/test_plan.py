"""Which cells must run: the answers stay what they are when demonstrations are left out."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_notebook

from course_utils.authoring.notebook import cell_ids
from course_utils.authoring.release import released_code
from course_utils.authoring.source import LabSource
from course_utils.common.paths import ROOT
from course_utils.grading.intake.reading import StudentCell, StudentNotebook, Unreadable
from course_utils.grading.rebuild.plan import Plan, Planned, mark_needed
from course_utils.grading.rebuild.rebuild import rebuild
from tests.support.random_labs import FakeLab, labs
from tests.support.run_plan import run
from tests.support.student_work import REAL, changed, code, executed, plan_of, solved


def needed(*cells: tuple[str, str]) -> str:
    """Which of these cells must run, as a word of + and -. Each is a role and its source."""
    planned = [
        Planned(source, f"c{n}", role, own=role != "released")  # type: ignore[arg-type]
        for n, (role, source) in enumerate(cells)
    ]
    return "".join("+" if cell.needed else "-" for cell in mark_needed(planned))


def lab(source: str) -> tuple[str, str]:
    return "released", source


def own(source: str) -> tuple[str, str]:
    return "extra", source


def test_what_nothing_of_the_students_reads_is_left_out() -> None:
    assert needed(lab("x = 1"), lab("print(x)"), own("y = 2")) == "--+"
    assert needed(lab("x = 1"), lab("y = x"), lab("z = y"), own("print(y)")) == "++-+"
    assert needed(lab("x = 1"), lab("x = 2"), own("print(x)")) == "-++"
    assert needed(lab("x = 1"), lab("if k:\n    x = 2"), own("print(x)")) == "+++"
    assert needed(own("print(x)"), lab("x = 1")) == "+-"


def test_what_a_function_reads_when_it_is_called_may_stand_anywhere() -> None:
    assert needed(lab("x = 1"), ("answer", "def f():\n    return x"), lab("x = 2")) == "+++"
    assert needed(lab("def g():\n    return h()"), lab("h = len"), own("f = g")) == "+++"
    assert needed(lab("x = 1"), ("answer", "def f(x):\n    return x")) == "-+"


def test_what_changes_an_object_that_is_read() -> None:
    assert needed(lab("x = []"), lab("x.append(1)"), own("print(x)")) == "+++"
    assert needed(lab("x = {}"), lab("x['a'] = 1"), lab("x.get('a')"), own("x")) == "++-+"
    assert needed(lab("model = make()"), lab("model.fit(1)"), own("print(2)")) == "--+"
    assert needed(lab("import numpy as np"), lab("np.sort(3)"), own("np.ones(1)")) == "+-+"


def test_text_and_students_code_always_run() -> None:
    assert needed(("markdown", "x"), own("x ="), ("answer", "def f("), lab("x")) == "+++-"


def test_a_stub_of_a_missing_exercise_runs() -> None:
    stub = Planned("def f(): ...", "f", "released", own=False, exercise="f")
    assert mark_needed([stub])[0].needed


def test_seeds_are_kept_but_for_those_of_a_training() -> None:
    assert needed(lab("set_seed(1)"), own("x = 1")) == "++"
    assert needed(lab("set_seed(1)\nmodel.fit(x)"), own("y = 1")) == "-+"
    assert needed(lab("lab.needs('f')\nset_seed(1)"), own("y = 1")) == "-+"


@pytest.mark.parametrize(
    "source",
    [
        "eval('x + 1')",
        "globals()['x']",
        "%timeit x + 1",
        "!echo {x}",
        "%%timeit\nx + 1",
        "print(x",
        "exec(f'y = x')",
        "x?",
    ],
)
def test_names_that_are_read_in_other_ways(source: str) -> None:
    assert needed(lab("x = 1"), lab("z = 1"), own(source)) == "+-+"


def test_what_is_asked_for_after_an_answer_is_read() -> None:
    cell = Planned("w = 1", "a", "answer", True, True, "pair", {"pair": "(w, b)"})
    assert [c.needed for c in mark_needed([Planned("b = 2", "b", "released", False), cell])] == [
        True
    ] * 2


def test_a_student_who_uses_a_demonstration_makes_it_run() -> None:
    plan = plan_of([*solved(), code("print(scaled.sum() + 1)")])
    assert any(
        cell.needed
        for cell in executed(plan)
        if cell.source.endswith("scaled = np.zeros(3)\nlab.progress()")
    )
    plain = plan_of(solved())
    assert not any(
        c.needed for c in executed(plain) if c.source.startswith('lab.needs("scale")\nprint(table')
    )


def test_edited_demonstrations_need_what_they_read() -> None:
    name = next(c.ids[0] for c in solved() if c.source == "print(table(x))")
    plan = plan_of(changed(solved(), name, "print(table(x)[0])"))
    table = next(cell for cell in executed(plan) if cell.source.startswith("def table"))
    assert table.needed


@pytest.mark.slow
@pytest.mark.parametrize("name", REAL)
def test_the_needed_cells_of_a_real_lab_give_right_answers(name: str) -> None:
    """In a process of its own, since it may import TensorFlow."""
    found = judged(name, "needed")
    assert set(found["status"].values()) == {"right"}
    assert found["cells"] < 20


def judged(name: str, which: str) -> dict[str, Any]:
    """Run a real lab's cells, see tests/support/run_plan.py."""
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "MPLBACKEND": "agg"}
    done = subprocess.run(
        [sys.executable, "-m", "tests.support.run_plan", name, which],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=280,
    )
    assert done.returncode == 0, done.stderr[-3_000:]
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def random_plan(random: LabSource, extras: list[tuple[int, str]]) -> Plan:
    """The plan of a random lab's solved notebook with some cells of the student's in it."""
    ids = cell_ids(random)
    stubs = [
        new_code_cell(source, id=name)
        for name, source in zip(ids, released_code(random), strict=True)
    ]
    cells = [
        StudentCell("code", cell.source, (name,), place)
        for place, (name, cell) in enumerate(zip(ids, random.cells, strict=True), 1)
    ]
    for number, (place, source) in enumerate(extras):
        at = 1 + place % len(cells)
        cells.insert(at, StudentCell("code", source, (), 100 + number))
    return rebuild(new_notebook(cells=stubs), StudentNotebook(tuple(cells)))


def values(cells: list[Planned]) -> dict[str, Any]:
    """What the answers are when the cells have run: functions are called."""
    answers = run(cells, {"lab": FakeLab()})
    return {name: answer() if callable(answer) else answer for name, answer in answers.items()}


EXTRAS = st.lists(
    st.tuples(
        st.integers(0, 20),
        st.sampled_from(
            ["box.append(one)", "one = one + 1", "print(box)", "mine = len_() + sum(box)"]
        ),
    ),
    max_size=2,
)


@settings(max_examples=200, deadline=None)
@given(labs(tidy=False), EXTRAS)
def test_needed_cells_of_random_labs_give_what_all_cells_give(
    random: LabSource, extras: list[tuple[int, str]]
) -> None:
    try:
        plan = random_plan(random, extras)
    except Unreadable as error:
        assert "has none of its exercises" in str(error)
        assert not any(cell.exercise for cell in random.cells)
        return
    everything = values(executed(plan))
    assert values(executed(plan, lambda cell: cell.needed)) == everything
    assert set(everything) == {cell.exercise for cell in random.cells if cell.exercise}

"""The frame of a rebuilt submission: own cells, other programs' notebooks, what is refused."""

import random
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_utils.grading.intake.reading import StudentCell, Unreadable
from course_utils.grading.rebuild.plan import Plan
from tests.support import sample_lab
from tests.support.student_work import (
    REAL,
    captured,
    cells_of,
    changed,
    code,
    executed,
    plan_of,
    released,
    solved,
    source_of,
)

SCALE, SLOPE, COUNTER = "exercise-scale", "exercise-slope", "exercise-Counter"
RIGHT = "def scale(values):\n    return values / values.max()"
CHECK = '\n\nlab.check("scale", scale)'
STUB = source_of(cells_of(released()), SCALE)


def roles(plan: Plan) -> list[str]:
    return [cell.role for cell in executed(plan)]


def order(plan: Plan, *sources: str) -> None:
    """Assert that these sources run, in this order."""
    all_of_them = [cell.source for cell in executed(plan)]
    places = [all_of_them.index(source) for source in sources]
    assert places == sorted(places)


# Cells of the student's own


def test_own_cells_run_where_they_stand() -> None:
    helper, magic = "def helper():\n    return 1", "%matplotlib inline\n!pip install nothing"
    cells = [
        code(magic),
        *changed(solved(), SCALE, code(helper), code(RIGHT, SCALE), code("scale(x)")),
    ]
    plan = plan_of(cells)
    order(plan, magic, helper, RIGHT, "scale(x)")
    assert [cell.source for cell in executed(plan)][0] == magic
    extras = [cell for cell in executed(plan) if cell.role == "extra"]
    assert [cell.source for cell in extras] == [magic, helper, "scale(x)"]
    assert all(cell.own and cell.needed for cell in extras)


def test_an_edited_cell_of_the_lab_runs_as_released_then_as_edited() -> None:
    name = next(c.ids[0] for c in cells_of(released()) if "This cell needs nothing" in c.source)
    plan = plan_of(changed(solved(), name, 'print("mine", x.sum())'))
    order(plan, 'print("This cell needs nothing:", x.sum())', 'print("mine", x.sum())')
    assert plan.notes == ("1 of the lab's cells were edited; they ran in both forms.",)


def test_deleted_cells_of_the_lab_come_back() -> None:
    answers = [
        cell
        for cell in solved()
        if cell.ids[0].startswith("exercise-")
        and cell.kind == "code"
        and cell.ids[0] in (SCALE, SLOPE, COUNTER)
    ]
    plan = plan_of(answers)
    assert [cell.cell_id for cell in plan.cells] == [cell.id for cell in released().cells]
    assert set(plan.status.values()) == {"attempted"}


def test_text_of_the_students_is_kept_in_its_place() -> None:
    cells = solved()
    text = next(cell for cell in cells if cell.kind == "markdown" and "A look" in cell.source)
    mine = StudentCell("markdown", "## A look\nI think it is 1.", text.ids)
    own = StudentCell("markdown", "My notes.", ())
    plan = plan_of([c for cell in cells for c in ((mine, own) if cell is text else (cell,))])
    texts = [cell for cell in plan.cells if cell.role == "markdown"]
    place = [cell.source for cell in texts].index(mine.source)
    assert texts[place].own and texts[place + 1].source == "My notes."
    assert text.source not in [cell.source for cell in texts]


def test_a_copy_of_a_cell_of_the_lab_is_no_code_of_the_students() -> None:
    source = "print(table(x))"
    cells = [*solved(), code('lab.needs("scale")\n' + source, "copy"), code(source)]
    plan = plan_of(cells)
    assert "extra" not in roles(plan)


def test_an_answer_turned_into_text_is_missing_and_a_person_reviews_it() -> None:
    cells = changed(solved(), SCALE, StudentCell("raw", RIGHT, (SCALE,)))
    plan = plan_of(cells)
    assert plan.status["scale"] == "missing"
    assert plan.review == ("scale: its cell is a text cell and was not run.",)


# Notebooks that other programs wrote


@pytest.mark.parametrize("lab", [sample_lab.NAME, *REAL])
@pytest.mark.parametrize("form", ["no ids", "other ids", "Colab's"])
def test_ids_that_another_program_dropped_or_changed(lab: str, form: str) -> None:
    was = plan_of(solved(lab), lab)
    cells = [
        StudentCell(
            cell.kind,
            cell.source,
            {"no ids": (), "other ids": (f"x{n}",), "Colab's": (f"x{n}", *cell.ids)}[form],
        )
        for n, cell in enumerate(solved(lab))
    ]
    plan = plan_of(cells, lab)
    assert [(c.source, c.role, c.exercise, dict(c.answers), c.needed) for c in plan.cells] == [
        (c.source, c.role, c.exercise, dict(c.answers), c.needed) for c in was.cells
    ]
    assert plan.status == was.status and plan.review == ()


def test_answers_alone_in_a_new_notebook() -> None:
    lab = REAL[0]
    answers = [code(c.source) for c in solved(lab) if c.ids[0] in {
        cell.cell_id for cell in plan_of(solved(lab), lab).cells if cell.role == "answer"
    }]  # fmt: skip
    plan = plan_of([code("import numpy as np"), *answers], lab, named="-")
    assert list(captured(plan)) == list(plan.status)
    assert set(plan.status.values()) == {"attempted"}


def test_an_older_release_with_another_stub() -> None:
    old = STUB.replace("Return the values over", "Return all the values over")
    old = old.replace("replace this line with your code", "your code here")
    assert plan_of(changed(solved(), SCALE, old)).status["scale"] == "unattempted"


# Notebooks that are refused


def test_notebooks_that_are_refused() -> None:
    text = [cell for cell in solved() if cell.kind == "markdown"]
    for cells, named, language, status, words in (
        ([], "", "", "empty", "holds no code"),
        (text, "", "", "empty", "holds no code"),
        ([code("   \n")], "", "", "empty", "holds no code"),
        ([code("x = 1")], "-", "", "wrong lab", "has none of its exercises|is of lab '-'"),
        (solved(REAL[1]), REAL[1], "", "wrong lab", f"is of lab '{REAL[1]}'"),
        ([code("x <- 1")], "", "r", "unreadable", "in 'r', not in Python"),
    ):
        with pytest.raises(Unreadable, match=words) as caught:
            plan_of(cells, named=named, language=language)
        assert caught.value.status == status
    for one, other in (REAL, REAL[::-1]):
        with pytest.raises(Unreadable) as caught:
            plan_of(solved(one), other, named=one)
        assert caught.value.status == "wrong lab"


def test_metadata_alone_do_not_condemn_a_notebook() -> None:
    plan = plan_of(solved(), named="02_backpropagation", language="r")
    assert set(plan.status.values()) == {"attempted"}
    assert len(plan.review) == 2


def test_all_answers_deleted_is_still_the_lab() -> None:
    cells = [cell for cell in solved() if not cell.source.count("lab.check")]
    assert set(plan_of(cells).status.values()) == {"missing"}


# Properties


@settings(max_examples=40, deadline=None)
@given(st.sampled_from([sample_lab.NAME, REAL[0]]), st.data())
def test_nothing_done_to_other_cells_changes_the_answers(lab: str, data: st.DataObject) -> None:
    """Shuffled, deleted, doubled, renamed, whatever their ids: the answers stay as they are."""
    was = captured(plan_of(solved(lab), lab))
    answers = {source for source, _ in was.values()}
    luck = random.Random(data.draw(st.integers()))
    others = [cell for cell in solved(lab) if cell.source not in answers]
    kept = [cell for cell in others if luck.random() < 0.8]
    kept += [StudentCell(c.kind, c.source, luck.choice([c.ids, (), ("new",)])) for c in others[::3]]
    kept = [
        StudentCell(
            c.kind, c.source, luck.choice([c.ids, c.ids, (), (f"exercise-{luck.random()}",)])
        )
        for c in kept
    ]
    luck.shuffle(kept)
    own = [cell for cell in solved(lab) if cell.source in answers]
    places = sorted(luck.randint(0, len(kept)) for _ in own)
    for cell, place in reversed(list(zip(own, places, strict=True))):
        kept.insert(place, cell)
    plan = plan_of(kept, lab)
    assert captured(plan) == was
    assert list(captured(plan)) == list(was)
    assert [c.source for c in executed(plan) if c.role == "answer"] == [s for s, _ in was.values()]


CODES = st.sampled_from(
    [
        "", "x = 1", RIGHT, RIGHT + CHECK, STUB, "def scale(", "%%bash\nls", "!ls", "scale = ...",
        "slope = 1", "offset = 2", "slope, offset = 1, 2", "class Counter:\n    pass", "return 1",
        "from numpy import *", "await x", "del scale", "global scale\nscale = 1", "\0", "x?",
        "nonlocal y", "def f():\n    from x import *", "(" * 300, "-" * 5_000 + "1",
        "f(" * 150 + ")" * 150, "'\\d'", "lab.check('scale', 3)", "lab.check(", "# no code",
        "\ufeffx = 1", "é = ...", "a" + ".b()" * 3_000, "+".join(["a"] * 5_000),
        "[" * 90 + "]" * 90, "lambda: (yield)",
    ]
)  # fmt: skip
IDS = st.sampled_from([(), (SCALE,), (SLOPE,), (COUNTER,), ("a",), ("lines-2",), ("x", SCALE)])


@pytest.mark.filterwarnings("ignore:invalid escape sequence")
@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.builds(StudentCell, st.sampled_from(["code", "code", "markdown", "raw"]), CODES, IDS)
    ),
    st.booleans(),
)
def test_any_cells_at_all_make_a_plan_or_a_sentence(cells: list[StudentCell], whole: bool) -> None:
    try:
        plan = plan_of([*solved(), *cells] if whole else cells)
    except Unreadable as error:
        assert str(error).endswith(".")
        assert not whole
        return
    ids = [cell.cell_id for cell in plan.cells]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", name) for name in ids)
    asked_for = [name for cell in plan.cells for name in cell.answers]
    assert sorted(asked_for) == sorted(n for n, s in plan.status.items() if s != "missing")
    frame = [c.id for c in released().cells if c.cell_type == "code" and "exercise" not in c.id]
    assert [name for name in ids if name in frame] == frame

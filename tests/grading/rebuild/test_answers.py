"""What is run of a submission: how an answer is found, whatever is done to its cell."""

import re

import pytest

from course_utils.grading.intake.reading import StudentCell
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


@pytest.mark.parametrize("lab", [sample_lab.NAME, *REAL])
def test_the_solved_lab_is_answered_and_the_released_one_is_not(lab: str) -> None:
    done, blank = plan_of(solved(lab), lab), plan_of(cells_of(released(lab)), lab)
    assert set(done.status.values()) == {"attempted"}
    assert set(blank.status.values()) == {"unattempted"}
    for plan in (done, blank):
        assert list(captured(plan)) == list(plan.status)
        assert set(roles(plan)) == {"released", "answer"}
        assert plan.notes == plan.review == ()
        ids = [cell.cell_id for cell in plan.cells]
        assert ids == [cell.id for cell in released(lab).cells]


def test_what_is_asked_for_comes_from_the_released_lab() -> None:
    cells = changed(solved(), SLOPE, "slope, offset = 3, 1\nlab.check('slope', cheat)")
    found = captured(plan_of(cells))
    assert {name: how for name, (_, how) in found.items()} == {
        "scale": "scale",
        "slope": "(slope, offset)",
        "Counter": "Counter",
    }
    assert found["slope"][0] == "slope, offset = 3, 1\nlab.check('slope', cheat)"


def test_a_deleted_check_line_changes_nothing_and_is_noted() -> None:
    plan = plan_of(changed(solved(), SCALE, RIGHT))
    assert captured(plan)["scale"] == (RIGHT, "scale")
    assert plan.notes == ("scale: its cell does not call lab.check for it; it was graded.",)
    assert plan.review == ()


def test_a_released_cell_without_its_calls_of_the_lab_is_as_released() -> None:
    before = cells_of(released())
    bare = [StudentCell(c.kind, re.sub(r"lab\.needs\(.*\)\n", "", c.source), c.ids) for c in before]
    assert bare != [StudentCell(c.kind, c.source, c.ids) for c in before]
    plan = plan_of(bare)
    assert "extra" not in roles(plan) and plan.notes == ()


# What is no attempt


@pytest.mark.parametrize(
    "source",
    [
        STUB,
        STUB.replace("    raise", "\n    # think\n    raise"),
        STUB.replace('"""Return', '"""Changed: return'),
        STUB.replace("raise", "largest = values.max()\n    raise"),
        STUB.replace("raise", "def inner():\n        return 1\n    raise"),
        "import numpy\n" + STUB,
        "def scale(values):\n    raise NotImplementedError",
        "scale = ...",
    ],
)
def test_a_stub_that_still_stands(source: str) -> None:
    plan = plan_of(changed(solved(), SCALE, source))
    assert plan.status == {"scale": "unattempted", "slope": "attempted", "Counter": "attempted"}
    assert captured(plan)["scale"] == (source, "scale")


@pytest.mark.parametrize(
    "source",
    [
        STUB.replace("raise", "return values\n    raise"),
        STUB.replace("raise", "if 1:\n        return values\n    raise"),
        STUB.replace("raise", "pass  # raise"),
        "scale = lambda values: values",
        "scale = None",
        "from mine import scale",
        "from mine import *",
        "exec('def scale(values): return values')",
        "def scales(values):\n    return values",
        "@decorated\ndef scale(values):\n    return values",
        "if True:\n    def scale(values):\n        return values",
        "class scale:\n    pass",
        "def scale(values)\n    return values",
        "%time\ndef scale(values):\n    return values",
        "%%time\ndef scale(values):\n    return values",
        "%%bash\necho hello",
    ],
)
def test_an_attempt_however_odd(source: str) -> None:
    plan = plan_of(changed(solved(), SCALE, source))
    assert plan.status["scale"] == "attempted"
    assert captured(plan)["scale"] == (source, "scale")


def test_the_raise_left_below_ones_code_is_noted() -> None:
    source = STUB.replace("raise", "largest = values.max()\n    raise")
    plan = plan_of(changed(solved(), SCALE, source))
    assert plan.notes == (
        "scale: the line `raise NotImplementedError` still stands below its code.",
    )
    other_words = STUB.replace('"""Return', '"""Changed: return')
    assert plan_of(changed(solved(), SCALE, other_words)).notes == ()


def test_a_class_with_one_of_its_methods_written_is_an_attempt() -> None:
    lab = "01_perceptron"
    stub = source_of(cells_of(released(lab)), "exercise-Perceptron")
    part = re.sub(r"raise NotImplementedError\(.*predict.*\)", "return X @ self.w", stub)
    assert part != stub
    for source, status in ((part, "attempted"), (stub + "\nx = 1", "unattempted")):
        plan = plan_of(changed(solved(lab), "exercise-Perceptron", source), lab)
        assert plan.status["Perceptron"] == status


def test_values_of_which_only_some_are_given() -> None:
    source = "AND = [1, 1, -1.5]\nOR = ...\nNAND = ..."
    plan = plan_of(changed(solved(REAL[0]), "exercise-gates", source), REAL[0])
    assert plan.status["gates"] == "attempted"


def test_what_a_cell_gives_beside_its_stub_is_no_attempt() -> None:
    stub = source_of(cells_of(released()), SLOPE)
    assert stub.startswith("y = 3 * x + 1")
    plan = plan_of(changed(solved(), SLOPE, stub + "\nprint(y)"))
    assert plan.status["slope"] == "unattempted"


# Cells that were deleted, moved, split, merged, copied, renamed


def test_a_deleted_answer_is_missing_and_its_stub_runs() -> None:
    plan = plan_of(changed(solved(), SCALE))
    assert plan.status == {"scale": "missing", "slope": "attempted", "Counter": "attempted"}
    assert "scale" not in captured(plan)
    (stub,) = [cell for cell in executed(plan) if cell.exercise == "scale"]
    assert (stub.source, stub.role, stub.own, stub.needed) == (STUB, "released", False, True)
    assert plan.notes[0] == "scale: no cell defines it."


def test_only_the_check_left_of_an_answer_is_missing() -> None:
    for source in ('lab.check("scale", scale)', "# nothing"):
        assert plan_of(changed(solved(), SCALE, source)).status["scale"] == "missing"


@pytest.mark.parametrize("id_on_last", [True, False])
def test_an_answer_split_from_its_check(id_on_last: bool) -> None:
    parts = [code(RIGHT), code(CHECK.strip())]
    parts[id_on_last] = code(parts[id_on_last].source, SCALE)
    plan = plan_of(changed(solved(), SCALE, *parts))
    assert captured(plan)["scale"] == (RIGHT, "scale")
    order(plan, RIGHT, CHECK.strip(), 'lab.needs("scale")\nscaled = scale(x)\nprint(scaled)')


@pytest.mark.parametrize("ids", [((), ("exercise-gates",)), (("exercise-gates",), ()), ((), ())])
def test_an_answer_of_several_names_split_in_two(ids: tuple[tuple[str, ...], ...]) -> None:
    first = "AND = (1, 1, -1.5)\nOR = (1, 1, -0.5)"
    second = 'NAND = (-1, -1, 1.5)\nlab.check("gates", {"AND": AND})'
    parts = [StudentCell("code", s, i) for s, i in zip((first, second), ids, strict=True)]
    plan = plan_of(changed(solved(REAL[0]), "exercise-gates", *parts), REAL[0])
    answers = [cell for cell in executed(plan) if cell.exercise == "gates"]
    assert [cell.source for cell in answers] == [first, second]
    assert captured(plan)["gates"] == (second, "{'AND': AND, 'OR': OR, 'NAND': NAND}")
    assert plan.review == ()


def test_two_answers_merged_into_one_cell() -> None:
    cells = solved()
    both = source_of(cells, SCALE) + "\n\n" + source_of(cells, SLOPE)
    plan = plan_of(changed(changed(cells, SLOPE), SCALE, both))
    assert set(plan.status.values()) == {"attempted"}
    assert captured(plan)["scale"][0] == captured(plan)["slope"][0] == both
    assert [cell.source for cell in executed(plan)].count(both) == 1


def test_a_solution_pasted_below_its_stub() -> None:
    plan = plan_of(changed(solved(), SCALE, STUB, RIGHT))
    assert captured(plan)["scale"] == (RIGHT, "scale")
    assert STUB not in [cell.source for cell in executed(plan)]
    assert plan.notes[0].startswith("scale: its answer was found in cell ")
    assert plan.review == ()


def test_a_solution_pasted_above_its_stub_is_not_undone_by_it() -> None:
    cells = changed(solved(), SCALE, code(RIGHT, "new"), code("use = scale(x)"), code(STUB, SCALE))
    plan = plan_of(cells)
    assert captured(plan)["scale"] == (RIGHT, "scale")
    assert STUB not in [cell.source for cell in executed(plan)]
    order(plan, source_of(cells_of(released()), "lines-2"), RIGHT, "use = scale(x)")


def test_a_solution_at_the_end_runs_where_it_stands() -> None:
    cells = [*changed(solved(), SCALE, STUB), code("largest = 4.0"), code(RIGHT)]
    plan = plan_of(cells)
    assert captured(plan)["scale"] == (RIGHT, "scale")
    assert [cell.source for cell in executed(plan)][-2:] == ["largest = 4.0", RIGHT]


def test_a_copy_of_an_answer_changes_nothing() -> None:
    source = source_of(solved(), SCALE)
    plan = plan_of(changed(solved(), SCALE, source, code(source, "copy")))
    assert captured(plan)["scale"] == (source, "scale")
    first = next(cell for cell in executed(plan) if cell.source == source)
    assert (first.cell_id, first.role) == (SCALE, "answer")
    assert plan.review == ()


def test_of_two_answers_the_last_that_is_checked_counts_and_a_person_reviews_it() -> None:
    wrong = "def scale(values):\n    return values"
    for first, second, counts in (
        (wrong + CHECK, RIGHT + CHECK, RIGHT + CHECK),
        (RIGHT + CHECK, wrong + CHECK, wrong + CHECK),
        (RIGHT + CHECK, wrong, RIGHT + CHECK),
        (RIGHT, wrong, RIGHT),  # the first has the exercise's id
    ):
        plan = plan_of(changed(solved(), SCALE, first, second))
        assert captured(plan)["scale"] == (counts, "scale")
        assert len(plan.review) == 1 and plan.review[0].startswith("scale is defined in cell ")


def test_two_cells_with_the_same_id() -> None:
    wrong = "def scale(values):\n    return values"
    plan = plan_of(changed(solved(), SCALE, code(wrong, SCALE), code(RIGHT, SCALE)))
    assert captured(plan)["scale"] == (RIGHT, "scale")
    assert len({cell.cell_id for cell in plan.cells}) == len(plan.cells)


def test_a_copy_of_the_stub_below_the_answer_does_not_undo_it() -> None:
    plan = plan_of(changed(solved(), SCALE, RIGHT + CHECK, STUB))
    assert captured(plan)["scale"] == (RIGHT + CHECK, "scale")
    assert STUB not in [cell.source for cell in executed(plan)]


def test_ids_that_were_exchanged_have_no_effect() -> None:
    cells = solved()
    one, other = source_of(cells, SCALE), source_of(cells, SLOPE)
    plan = plan_of(changed(changed(cells, SCALE, "@"), SLOPE, one))
    assert captured(plan)["scale"][0] == one
    swapped = [
        code(other, SCALE) if cell.ids == (SCALE,) else code(one, SLOPE) if cell.ids == (SLOPE,)
        else cell
        for cell in cells
    ]  # fmt: skip
    plan = plan_of(swapped)
    assert captured(plan)["scale"] == (one, "scale")
    assert captured(plan)["slope"] == (other, "(slope, offset)")
    assert set(plan.status.values()) == {"attempted"}
    assert [cell.source for cell in executed(plan)].index(one) < [
        cell.source for cell in executed(plan)
    ].index(other)


def test_the_id_of_a_deleted_exercise_on_anothers_answer_does_not_answer_it() -> None:
    cells = changed(changed(solved(), SLOPE), SCALE, code(source_of(solved(), SCALE), SLOPE))
    plan = plan_of(cells)
    assert plan.status == {"scale": "attempted", "slope": "missing", "Counter": "attempted"}


def test_a_name_that_a_later_exercise_binds_too_is_not_taken_for_an_answer() -> None:
    stub = source_of(cells_of(released()), SLOPE)
    counter = source_of(solved(), COUNTER) + "\nslope = 99"
    plan = plan_of(changed(changed(solved(), SLOPE, stub), COUNTER, counter))
    assert plan.status["slope"] == "attempted"  # the student wrote it, though in an odd place
    assert plan.status["Counter"] == "attempted"


def test_an_answer_that_does_not_parse_gives_way_to_one_that_does() -> None:
    broken = "def scale(values:\n    return values" + CHECK
    plan = plan_of(changed(solved(), SCALE, broken))
    assert captured(plan)["scale"] == (broken, "scale")
    plan = plan_of(changed(solved(), SCALE, broken, RIGHT))
    assert captured(plan)["scale"] == (RIGHT, "scale")
    assert broken in [cell.source for cell in executed(plan)]
    lost = [code(broken) if cell.ids == (SCALE,) else cell for cell in solved()]
    assert captured(plan_of(lost))["scale"] == (broken, "scale")

"""Labs as students hand them in: released, solved, and changed in every way, without a file."""

import copy
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import nbformat
from nbformat import NotebookNode

from course_utils.authoring import notebook
from course_utils.common.catalog import notebook as notebook_of
from course_utils.common.paths import LABS, SOLUTIONS
from course_utils.grading.intake.reading import StudentCell, StudentNotebook
from course_utils.grading.rebuild.plan import Plan, Planned
from course_utils.grading.rebuild.rebuild import rebuild
from tests.support import sample_lab

REAL = ("01_perceptron", "02_backpropagation")


@cache
def _sample() -> tuple[NotebookNode, NotebookNode]:
    with TemporaryDirectory() as folder:
        lab = sample_lab.write(Path(folder))
        return notebook.released(lab), notebook.solved(lab)


def released(lab: str = sample_lab.NAME) -> NotebookNode:
    """Return the released notebook of the sample lab, or of a real one."""
    if lab == sample_lab.NAME:
        return copy.deepcopy(_sample()[0])
    return nbformat.read(notebook_of(LABS, lab), as_version=4)


def solved(lab: str = sample_lab.NAME) -> list[StudentCell]:
    """Return the cells of the solved notebook."""
    if lab == sample_lab.NAME:
        return cells_of(_sample()[1])
    return cells_of(nbformat.read(notebook_of(SOLUTIONS, lab), as_version=4))


def cells_of(book: NotebookNode) -> list[StudentCell]:
    """Return a notebook's cells as a submission's."""
    return [
        StudentCell(cell.cell_type, cell.source, (cell.id,), place)
        for place, cell in enumerate(book.cells, 1)
    ]


def code(source: str, *ids: str) -> StudentCell:
    return StudentCell("code", source, ids)


def plan_of(
    cells: Sequence[StudentCell], lab: str = sample_lab.NAME, named: str = "", language: str = ""
) -> Plan:
    """Rebuild a submission of these cells. named: the lab in its metadata, the lab's own unless
    given."""
    placed = [
        StudentCell(cell.kind, cell.source, cell.ids, place) for place, cell in enumerate(cells, 1)
    ]
    return rebuild(released(lab), StudentNotebook(tuple(placed), named or lab, language))


def changed(
    cells: Sequence[StudentCell], cell_id: str, *instead: str | StudentCell
) -> list[StudentCell]:
    """Return the cells with others in place of the one with this id. Code without an id of its own
    keeps the id, the first such, or else gets none."""
    found: list[StudentCell] = []
    for cell in cells:
        if cell.ids != (cell_id,):
            found.append(cell)
            continue
        ids: tuple[str, ...] = cell.ids
        for new in instead:
            if isinstance(new, StudentCell):
                found.append(new)
            else:
                found.append(StudentCell("code", new, ids))
                ids = ()
    return found


def source_of(cells: Sequence[StudentCell], cell_id: str) -> str:
    return next(cell.source for cell in cells if cell.ids == (cell_id,))


def executed(plan: Plan, keep: Callable[[Planned], bool] = lambda cell: True) -> list[Planned]:
    """Return the plan's code cells."""
    return [cell for cell in plan.cells if cell.role != "markdown" and keep(cell)]


def captured(plan: Plan) -> dict[str, tuple[str, str]]:
    """Return for each exercise that is asked for the source after which it is, and how."""
    return {
        name: (cell.source, expression)
        for cell in executed(plan)
        for name, expression in cell.answers.items()
    }

"""Which of a student's cells stands for which cell of the released lab."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from nbformat import NotebookNode

from course_utils.grading.intake.reading import StudentCell
from course_utils.grading.rebuild.asked import Asked
from course_utils.grading.rebuild.cell_code import read_code


@dataclass(frozen=True)
class Match:
    """A student's cell and the released cell that it stands for, None for a cell of their own.

    same: it does what the released cell does. copy: it is a second copy of a released cell.
    """

    cell: StudentCell
    released: int | None = None
    same: bool = False
    copy: bool = False


def match(
    released: NotebookNode, exercises: Sequence[Asked], cells: Sequence[StudentCell]
) -> list[Match]:
    """Match each cell by its id, then by Colab's id, then, but for an exercise's, by its source.

    A released cell is matched once; of cells with one id the first like the released
    one, else the first.
    """
    taken: dict[int, int] = {}
    places = {cell.id: place for place, cell in enumerate(released.cells) if cell.get("id")}
    for which in (0, 1):
        wanting: dict[int, list[int]] = {}
        for number, cell in enumerate(cells):
            place = places.get(cell.ids[which]) if len(cell.ids) > which else None
            if number not in taken and place is not None and place not in taken.values():
                wanting.setdefault(place, []).append(number)
        for place, numbers in wanting.items():
            like = [n for n in numbers if _same(released.cells[place], cells[n])]
            taken[(like or numbers)[0]] = place
    _by_source(released, {one.cell for one in exercises}, cells, taken)
    return [
        _match(released, cell, taken.get(number), exercises) for number, cell in enumerate(cells)
    ]


def _by_source(
    released: NotebookNode, answers: set[int], cells: Sequence[StudentCell], taken: dict[int, int]
) -> None:
    free = [p for p in range(len(released.cells)) if p not in {*taken.values(), *answers}]
    for number, cell in enumerate(cells):
        if number in taken:
            continue
        place = next((p for p in free if _same(released.cells[p], cell)), None)
        if place is not None:
            taken[number] = place
            free.remove(place)


def _match(
    released: NotebookNode, cell: StudentCell, place: int | None, exercises: Sequence[Asked]
) -> Match:
    if place is not None:
        kinds = cell.kind == released.cells[place].cell_type
        return Match(cell, place if kinds else None, _same(released.cells[place], cell))
    answers = {one.cell for one in exercises}
    copied = any(
        number not in answers and _same(original, cell)
        for number, original in enumerate(released.cells)
        if original.cell_type == "code"
    )
    return Match(cell, copy=copied)


def _same(original: NotebookNode, cell: StudentCell) -> bool:
    if original.cell_type != cell.kind:
        return False
    if original.source.strip() == cell.source.strip():
        return True
    return cell.kind == "code" and read_code(original.source).same(read_code(cell.source))

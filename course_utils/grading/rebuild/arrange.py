"""Puts a released lab's cells and a student's own into the order in which they run.

An answer runs where its exercise stands, or where its author wrote it if that is further down. A
released cell that was edited runs as released, then as edited. Any other cell of the student's
follows the cell that it followed in their notebook.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from nbformat import NotebookNode

from course_utils.grading.rebuild.answers import Answer, Written
from course_utils.grading.rebuild.asked import Asked
from course_utils.grading.rebuild.matching import Match
from course_utils.grading.rebuild.plan import Planned, Role

#: Behind which released cell (-1: before the first), then where in the student's notebook; the
#: released cell itself comes first, with -1.
_Place = tuple[int, int]


@dataclass
class _Roles:
    """What each of the student's cells is, by its number.

    parts: the exercises that it is part of the answer to. dropped: it holds only stubs of what is
    answered elsewhere.
    """

    parts: dict[int, list[Asked]] = field(default_factory=dict)
    dropped: set[int] = field(default_factory=set)


def arrange(
    released: NotebookNode,
    exercises: Sequence[Asked],
    matches: Sequence[Match],
    written: Sequence[Written | None],
    answers: Mapping[str, Answer],
) -> list[Planned]:
    """Return the cells in the order in which they run.

    matches, written: one for each of the student's cells, see `rebuild`.
    """
    roles = _roles(exercises, written, answers)
    places = _places(matches, roles)
    last: dict[str, _Place] = {}
    for number, answered in roles.parts.items():
        for one in answered:
            last[one.name] = max(last.get(one.name, (-2, 0)), places[number])
    cells = _released_cells(released, exercises, matches, answers)
    ids = _Ids(released, cells.values())
    for number, place in enumerate(places):
        if number in roles.dropped or _is_as_released(matches[number], written[number]):
            continue
        captured = [one for one in roles.parts.get(number, []) if last[one.name] == place]
        cells[place] = _own(matches[number], roles.parts.get(number, []), captured, ids)
    return [cells[place] for place in sorted(cells)]


def _roles(
    exercises: Sequence[Asked], written: Sequence[Written | None], answers: Mapping[str, Answer]
) -> _Roles:
    numbers = {id(one): number for number, one in enumerate(written) if one}
    roles = _Roles()
    for one in exercises:
        for part in answers[one.name].parts:
            roles.parts.setdefault(numbers[id(part)], []).append(one)
        roles.dropped |= {numbers[id(stub)] for stub in answers[one.name].stubs}
    roles.dropped -= roles.parts.keys()
    return roles


def _places(matches: Sequence[Match], roles: _Roles) -> list[_Place]:
    """Return where each of the student's cells runs."""
    places: list[_Place] = []
    before = -1
    for number, one in enumerate(matches):
        answered = [exercise.cell for exercise in roles.parts.get(number, [])]
        if not answered:
            before = before if one.released is None else one.released
        elif one.released in answered:
            before = one.released if one.released is not None else before
        elif one.released is not None:  # it has the id of another cell
            before = answered[0]
        else:
            before = max(before, answered[0])
        places.append((before, number))
    return places


def _released_cells(
    released: NotebookNode,
    exercises: Sequence[Asked],
    matches: Sequence[Match],
    answers: Mapping[str, Answer],
) -> dict[_Place, Planned]:
    """Return the released cells for which no cell of the student's stands.

    All but answered or attempted exercises, and text that the student changed.
    """
    own_text = {one.released for one in matches if one.cell.kind != "code" and not one.same}
    names = {one.cell: one.name for one in reversed(exercises)}
    answered = {one.cell for one in exercises if answers[one.name].status != "missing"}
    found: dict[_Place, Planned] = {}
    for place, cell in enumerate(released.cells):
        if place not in answered and place not in own_text:
            role: Role = "released" if cell.cell_type == "code" else "markdown"
            exercise = names.get(place, "")
            found[place, -1] = Planned(cell.source, cell.id, role, False, exercise=exercise)
    return found


def _is_as_released(match: Match, written: Written | None) -> bool:
    """True if the released cell is there for the student's, which does the same."""
    return written is None and match.same and match.released is not None


class _Ids:
    """Ids that are valid in a notebook and differ from all others."""

    def __init__(self, released: NotebookNode, others: Iterable[Planned]) -> None:
        self._released = {cell.id for cell in released.cells}
        self._taken = {cell.cell_id for cell in others}

    def answer(self, wanted: str, place: int) -> str:
        """Return the exercise's id, for the first cell that asks for it."""
        if wanted in self._taken:
            return self.own(place)
        self._taken.add(wanted)
        return wanted

    def own(self, place: int) -> str:
        """Return an id for cell number `place` of the student's file."""
        found = f"own-{place}"
        while found in self._taken or found in self._released:
            found += "-again"
        self._taken.add(found)
        return found


def _own(match: Match, answered: Sequence[Asked], captured: Sequence[Asked], ids: _Ids) -> Planned:
    cell = match.cell
    if answered:
        cell_id = ids.answer(answered[0].cell_id, cell.place)
        expressions = {one.name: one.expression for one in captured}
        exercise = answered[0].name
        return Planned(cell.source, cell_id, "answer", True, True, exercise, expressions)
    role: Role = "extra" if cell.kind == "code" else "markdown"
    return Planned(cell.source, ids.own(cell.place), "released" if match.copy else role, own=True)

"""Rebuilds a submission from the released lab and the student's own cells.

The released lab gives all other cells, so that deleted, edited, moved or doubled cells, tags and
metadata change nothing. What is taken from the student: the answers, wherever they stand, and any
other cell that is not the lab's. How a notebook was understood is said in sentences; one that is of
another lab is refused.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence

from nbformat import NotebookNode

from course_utils.common.wording import listed
from course_utils.grading.intake.reading import StudentNotebook, Unreadable
from course_utils.grading.rebuild.answers import Answer, Written, find_answers
from course_utils.grading.rebuild.arrange import arrange
from course_utils.grading.rebuild.asked import Asked, asked, raises_below_code
from course_utils.grading.rebuild.cell_code import parses, read_code
from course_utils.grading.rebuild.matching import Match, match
from course_utils.grading.rebuild.plan import Plan, calls, mark_needed

#: Released cells of one's own lab that a notebook holds even if all its exercises were deleted.
_ENOUGH = 3


def rebuild(released: NotebookNode, student: StudentNotebook, shown: str = "") -> Plan:
    """Return what is run of a student's notebook, and how each exercise is answered.

    released: labs/NN_topic/topic.ipynb. shown: the notebook's name in messages.
    Raises Unreadable where it holds no code ("empty"), is of another lab ("wrong lab") or in
    another language ("unreadable").
    """
    exercises = asked(released)
    matches = match(released, exercises, [c for c in student.cells if c.source.strip()])
    written = _written(matches, exercises)
    answers = find_answers(exercises, [one for one in written if one])
    _refuse(released, student, matches, answers, shown or "The notebook")
    cells = arrange(released, exercises, matches, written, answers)
    notes, review = _remarks(released, student, exercises, matches, answers)
    status = {one.name: answers[one.name].status for one in exercises}
    called = calls(cells, {one.name: one.names for one in exercises})
    return Plan(tuple(mark_needed(cells)), status, tuple(notes), tuple(review), called)


def _written(matches: Sequence[Match], exercises: Sequence[Asked]) -> list[Written | None]:
    """Return the code cells that may hold an answer, None for the others.

    The others are text, and what is as released or a copy of that.
    """
    names = {one.cell_id: one.name for one in reversed(exercises)}
    by_place = {one.cell: one.name for one in reversed(exercises)}
    found: list[Written | None] = []
    for one in matches:
        exercise = by_place.get(-1 if one.released is None else one.released, "")
        if not exercise and one.cell.ids:  # a second cell with an exercise's id
            exercise = names.get(one.cell.ids[0], "")
        as_released = one.copy or (one.same and not exercise)
        if one.cell.kind != "code" or as_released:
            found.append(None)
        else:
            found.append(Written(one.cell, read_code(one.cell.source), exercise))
    return found


def _refuse(
    released: NotebookNode,
    student: StudentNotebook,
    matches: Sequence[Match],
    answers: Mapping[str, Answer],
    shown: str,
) -> None:
    """Raise Unreadable for a notebook without code, of another lab or in another language.

    Metadata alone do not condemn it: what has an exercise's cell, or enough of its names, is taken.
    """
    if not any(one.cell.kind == "code" for one in matches):
        raise Unreadable(
            f"{shown} holds no code: hand in the notebook that you worked in.", "empty"
        )
    lab = str(released.metadata.get("course", {}).get("lab", ""))
    ids = {name for cell in released.cells for name in [cell.get("id")] if name}
    own = sum(one.released is not None and ids.issuperset(one.cell.ids[:1]) for one in matches)
    found = [one for one in answers.values() if one.status != "missing"]
    is_other = student.lab not in ("", lab)
    if found and not (is_other and not own and 2 * len(found) < len(answers)):
        return
    if not is_other and sum(one.same or one.copy for one in matches) >= _ENOUGH:
        return
    if student.language not in ("", "python", "ipython"):
        raise Unreadable(
            f"{shown} is a notebook in {student.language[:30]!r}, not in Python: hand in the lab's "
            "own notebook."
        )
    which = f"is of lab {student.lab!r}" if is_other else "has none of its exercises"
    raise Unreadable(
        f"{shown} is not the notebook of lab {lab}: it {which}. Hand in that lab's notebook.",
        "wrong lab",
    )


def _remarks(
    released: NotebookNode,
    student: StudentNotebook,
    exercises: Sequence[Asked],
    matches: Sequence[Match],
    answers: Mapping[str, Answer],
) -> tuple[list[str], list[str]]:
    """Return how the notebook was understood, and what a person should look at, in sentences."""
    notes, review = list[str](), list(student.notes)
    for one in exercises:
        _remark_on(one, answers[one.name], notes, review)
    review += _turned_to_text(exercises, matches)
    course = released.metadata.get("course", {})
    if student.source not in ("", course.get("source", student.source)):
        review.append(
            "It was made from another release of the lab than this one: where they differ, it may "
            "not be the student's fault."
        )
    review += _not_of_this_python(student)
    lab = str(course.get("lab", ""))
    if student.lab not in ("", lab):
        review.append(f"Its metadata say that it is of lab {student.lab!r}; its cells are {lab}'s.")
    if student.language not in ("", "python", "ipython"):
        review.append(
            f"Its metadata say that it is in {student.language[:30]!r}; it ran as Python."
        )
    notes += _released_notes(released, matches)
    return notes, review


def _not_of_this_python(student: StudentNotebook) -> list[str]:
    """Cells that do not parse here, of a notebook that was made with a newer Python."""
    here = sys.version_info[:2]
    if student.python <= here:
        return []
    code = [cell for cell in student.cells if cell.kind == "code"]
    broken = [str(cell.place) for cell in code if not parses(cell.source)]
    if not broken:
        return []
    theirs = ".".join(map(str, student.python))
    return [
        f"Cell {listed(broken)} does not parse with Python {here[0]}.{here[1]}, which grades; the "
        f"notebook was made with Python {theirs}, where it may be right."
    ]


def _remark_on(asked: Asked, answer: Answer, notes: list[str], review: list[str]) -> None:
    name = asked.name
    if answer.status == "missing":
        notes.append(f"{name}: no cell defines it.")
        return
    if answer.status == "attempted":
        where = " and ".join(str(part.cell.place) for part in answer.parts)
        if any(part.exercise != name for part in answer.parts):
            notes.append(f"{name}: its answer was found in cell {where}.")
        elif len(answer.parts) == 1 and name not in answer.parts[0].checks:
            notes.append(f"{name}: its cell does not call lab.check for it; it was graded.")
        if answer.rivals:
            others = listed([str(one.cell.place) for one in answer.rivals])
            review.append(
                f"{name} is defined in cell {where}, which was graded, and differently in cell "
                f"{others}."
            )
    for part in answer.parts:
        notes += _left_below(part, asked)


def _left_below(part: Written, asked: Asked) -> list[str]:
    """The stub's raise, left below code: the code has no effect."""
    return [
        f"{function}: the line `raise NotImplementedError` still stands below its code."
        for function in raises_below_code(part.code, asked.code)
    ]


def _turned_to_text(exercises: Sequence[Asked], matches: Sequence[Match]) -> list[str]:
    names = {one.cell_id: one.name for one in exercises}
    text = [one.cell for one in matches if one.cell.kind != "code" and one.cell.ids]
    return [
        f"{names[cell.ids[0]]}: its cell is a text cell and was not run."
        for cell in text
        if cell.ids[0] in names
    ]


def _released_notes(released: NotebookNode, matches: Sequence[Match]) -> list[str]:
    """Which of the lab's own cells are not as released."""
    code = {p for p, cell in enumerate(released.cells) if cell.cell_type == "code"}
    gone = len(code - {one.released for one in matches})
    given = {p for p in code if "course" not in released.cells[p].metadata}
    edited = sum(one.released in given and not one.same for one in matches)
    notes = []
    if gone:
        notes.append(f"{gone} of the lab's {len(code)} code cells are not in it; the lab's ran.")
    if edited:
        notes.append(f"{edited} of the lab's cells were edited; they ran in both forms.")
    return notes

"""Rebuilds a submission from the released lab and the student's own cells.

The released lab gives the frame, so that deleted, edited, moved or doubled cells, tags and metadata
change nothing. What is taken from the student: the answers, wherever they stand, and any other cell
that is not the lab's.
"""

from __future__ import annotations

from collections.abc import Sequence

from nbformat import NotebookNode

from course_utils.grading.intake.reading import StudentNotebook
from course_utils.grading.rebuild import needed, remarks
from course_utils.grading.rebuild.answers import Written, find_answers
from course_utils.grading.rebuild.arrange import arrange
from course_utils.grading.rebuild.asked import Asked, asked
from course_utils.grading.rebuild.cell_code import read_code
from course_utils.grading.rebuild.matching import Match, match
from course_utils.grading.rebuild.plan import Plan


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
    remarks.refuse(released, student, matches, answers, shown or "The notebook")
    cells = arrange(released, exercises, matches, written, answers)
    notes, review = remarks.remarks(released, student, exercises, matches, answers)
    status = {one.name: answers[one.name].status for one in exercises}
    return Plan(tuple(needed.mark_needed(cells)), status, tuple(notes), tuple(review))


def _written(matches: Sequence[Match], exercises: Sequence[Asked]) -> list[Written | None]:
    """Return the code cells that may hold an answer, None for the others: text, and what is as
    released or a copy of that."""
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

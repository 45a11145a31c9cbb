"""A small class that did the small made-up lab: right, partly right, wrong, empty."""

from __future__ import annotations

import copy
from pathlib import Path

import nbformat

from course_utils.authoring import notebook, source
from course_utils.authoring.source import LabSource
from tests.support import sample_lab

SCALE = "def scale(values):\n    return values / values.max()\n\n\nlab.check('scale', scale)"
SLOPE = "y = 3 * x + 1\nslope, offset = 3.0, 1.0\nlab.check('slope', (slope, offset))"
COUNTER = """\
class Counter:
    def __init__(self):
        self.count = 0

    def scaled(self, values):
        self.count += 1
        return values / values.max()


lab.check('Counter', Counter)"""
RIGHT = {"scale": SCALE, "slope": SLOPE, "Counter": COUNTER}
#: What each kind of student hands in, and the points that it deserves.
KINDS: list[tuple[dict[str, str], float]] = [
    (RIGHT, 5),
    ({"scale": SCALE}, 1),
    ({}, 0),
    ({"scale": SCALE.replace("max", "sum"), "slope": SLOPE}, 2),
]


def course(root: Path) -> LabSource:
    """Write the lab's source below a folder."""
    sample_lab.write(root)
    return source.read(root / "solutions" / "01_lines" / "lines.py", root)


def hand_in(lab: LabSource, place: Path, students: int) -> dict[str, float]:
    """Write the notebooks of a class; return the points that each student deserves."""
    place.mkdir(parents=True)
    released = notebook.released(lab)
    deserved = {}
    for number in range(students):
        answers, points = KINDS[number % len(KINDS)]
        handed = copy.deepcopy(released)
        for cell in handed.cells:
            cell.source = answers.get(cell.id.removeprefix("exercise-"), cell.source)
        name = f"student{number:02d}"
        nbformat.write(handed, place / f"{name}.ipynb")
        deserved[name] = points
    return deserved

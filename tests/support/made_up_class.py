"""A made-up class that has done lab 1: its real exercises, cases and mistakes, no TensorFlow."""

from __future__ import annotations

import base64
import copy
import hashlib
import io
from functools import cache
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
from nbformat import NotebookNode
from PIL import Image

from course_utils.common import catalog
from course_utils.common.paths import LABS, SOLUTIONS
from course_utils.exercises import archive
from course_utils.exercises.check import Check
from course_utils.grading.results.results import ExerciseResult, Result, Status

LAB = "01_perceptron"
_FIRST = "Ada Björn Chiara Dmitri Élodie Fatima Grace Hông Inés Jürgen Léa Noor"
_LAST = "Ångström Bacon Curie Darwin Euler Franklin Gauß Hopper Ito Jansson Kovács Lovelace"
#: How a submission of such a status came to it.
ENDINGS: dict[Status, str] = {
    "timed out": "The cell of Perceptron ran for more than 120 seconds.",
    "crashed": "The kernel ended by signal 11 while it ran the cell of build_mlp.",
    "flooded": "It printed more than 8 MB.",
    "tampered": "The kernel answered with something that is no answer.",
    "unreadable": "The file is no notebook: it is not JSON.",
    "empty": "No exercise was attempted.",
    "wrong lab": "This is the notebook of lab 02_backpropagation.",
}


@cache
def checks() -> tuple[Check, ...]:
    """The checks of lab 1 in its order."""
    data = archive.read(LABS / LAB / "checks.npz")
    return tuple(Check.from_data(check) for check in data["checks"])


@cache
def released() -> NotebookNode:
    """What students open."""
    notebook: NotebookNode = nbformat.read(catalog.notebook(LABS, LAB), as_version=4)
    return notebook


@cache
def solved() -> dict[str, NotebookNode]:
    """The cells of the solved lab by id."""
    notebook = nbformat.read(catalog.notebook(SOLUTIONS, LAB), as_version=4)
    return {cell.id: cell for cell in notebook.cells}


def folder() -> Path:
    return LABS / LAB


def png(width: int = 200, height: int = 120, colour: str = "#0072B2") -> str:
    """A picture as nbformat has it."""
    stream = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(stream, "PNG")
    return base64.b64encode(stream.getvalue()).decode()


def students(count: int, seed: int = 0) -> list[Result]:
    """A class: the abler solve more, harder exercises are solved by fewer, a few runs break."""
    rng = np.random.default_rng(seed)
    return [_student(number, rng) for number in range(count)]


def exercise(check: Check, rng: np.random.Generator, ability: float = 0.0) -> ExerciseResult:
    """What a student of some ability does with one exercise."""
    hardness = _hardness(check)
    result = ExerciseResult(check.name, "right", check.points, check.points, seconds=_time(rng))
    result.passed = [(case.name, True) for case in check.cases]
    if rng.random() < 1 / (1 + np.exp(-1.7 * (ability - hardness))):
        return result
    result.points = 0.0
    kind = rng.choice(["wrong", "error", "unattempted", "missing"], p=[0.7, 0.12, 0.16, 0.02])
    result.status = kind
    if kind == "wrong":
        _mistaken(result, check, rng)
    elif kind == "error":
        result.passed = [(case.name, False) for case in check.cases]
        result.message = "It raised NameError."
        result.why = ["Nothing is called weigths: check the spelling, or run the cell that ..."]
        result.line = "    return weigths @ x  # <b>&"
    else:
        result.passed = []
    return result


def notebook(results: list[ExerciseResult], rng: np.random.Generator) -> dict[str, Any]:
    """The student's notebook as grading rebuilt it."""
    states = {one.exercise: one for one in results}
    cells = []
    for cell in copy.deepcopy(released().cells):
        name = cell.metadata.get("course", {}).get("exercise", "")
        role = "answer" if name else "released"
        course: dict[str, Any] = {"role": role}
        if name:
            course["exercise"] = name
            _answer(cell, states[name])
        elif cell.cell_type == "code":
            course["needed"] = not cell.source.startswith(("lab.needs", "fig, ax"))
            cell.outputs = solved()[cell.id].outputs if course["needed"] else []
        cell.metadata["course"] = course
        cells.append(cell)
        if name and rng.random() < 0.15:
            cells += _own_cells(name)
    made: dict[str, Any] = nbformat.v4.new_notebook(cells=cells)
    return made


def finish(result: Result) -> Result:
    """Add up what the exercises earned."""
    result.points = sum(one.points for one in result.exercises)
    result.out_of = sum(check.points for check in checks())
    return result


def _student(number: int, rng: np.random.Generator) -> Result:
    first, last = _FIRST.split(), _LAST.split()
    name = f"{first[number % len(first)]} {last[number // len(first) % len(last)]} {number}"
    digest = hashlib.sha256(name.encode()).hexdigest()
    result = Result(name, f"hw1.zip/{name}_{1000 + number}_work.ipynb", digest, LAB, "key")
    result.seconds = float(rng.gamma(4, 2))
    ability = rng.normal(0.6)
    endings = list(ENDINGS)
    if rng.random() < 0.06:
        result.status = endings[rng.integers(len(endings))]
        result.note = ENDINGS[result.status]
        if result.status != "empty":
            result.review = [result.note]
    result.exercises = [exercise(check, rng, ability) for check in checks()]
    if result.status == "empty":
        for one in result.exercises:
            one.status, one.points, one.passed = "unattempted", 0.0, []
            one.message, one.why, one.mistake, one.line = "", [], "", ""
    elif result.status != "graded":
        unread = result.status in {"unreadable", "wrong lab"}
        result.seconds = 0.1 if unread else 300.0
        for one in result.exercises[0 if unread else 5 :]:
            one.status, one.points, one.passed = "not graded", 0.0, []
            one.message, one.why, one.mistake, one.line = "It could not be asked.", [], "", ""
    if result.status not in {"unreadable", "wrong lab"}:
        result.notebook = notebook(result.exercises, rng)
    return finish(result)


def _hardness(check: Check) -> float:
    names = [one.name for one in checks()]
    return -1.5 + 2.6 * names.index(check.name) / len(names)


def _time(rng: np.random.Generator) -> float:
    return float(rng.gamma(2, 0.05))


def _mistaken(result: ExerciseResult, check: Check, rng: np.random.Generator) -> None:
    if check.mistakes and rng.random() < 0.85:
        weights = 1 / np.arange(1, len(check.mistakes) + 1) ** 1.3
        chosen = check.mistakes[rng.choice(len(weights), p=weights / weights.sum())]
        result.mistake = chosen.sentence
        result.why = [chosen.sentence]
        result.passed = [
            (case.name, seen is None)
            for case, seen in zip(check.cases, chosen.observations, strict=True)
        ]
    else:
        result.passed = [(case.name, i == 0) for i, case in enumerate(check.cases)]
    result.message = "The values differ."
    if rng.random() < 0.5:
        right = sum(ok for _, ok in result.passed)
        result.points = check.points * right / len(result.passed)


def _answer(cell: NotebookNode, result: ExerciseResult) -> None:
    if result.status in {"unattempted", "missing"}:
        return
    cell.source = solved()[cell.id].source.replace("### BEGIN SOLUTION", "# my answer")
    cell.source = cell.source.replace("    ### END SOLUTION\n", "").replace("### END SOLUTION", "")
    if result.status == "error":
        trace = ["\x1b[31mNameError\x1b[0m", "Cell In[3], line 4", "    return weigths @ x"]
        message = "name 'weigths' is not defined"
        cell.outputs = [nbformat.v4.new_output("error", ename="NameError", evalue=message)]
        cell.outputs[0].traceback = trace


def _own_cells(name: str) -> list[NotebookNode]:
    text = nbformat.v4.new_markdown_cell(f"My *notes* on {name}: <b>bold</b>, $x^2$")
    code = nbformat.v4.new_code_cell(f"print({name}) # trying\nplt.plot([1, 2])")
    code.outputs = [
        nbformat.v4.new_output("stream", name="stdout", text=f"<function {name}>\n"),
        nbformat.v4.new_output("display_data", data={"image/png": png(), "text/plain": "<Figure>"}),
    ]
    for cell in (text, code):
        cell.metadata["course"] = {"role": "extra"}
    return [text, code]

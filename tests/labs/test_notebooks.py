"""Every lab as a student meets it: unsolved, and with every second exercise solved.

The labs run shallow, see tests/support/shallow.py: only what stops and why is looked at.
"""

import sys
from pathlib import Path

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook

from course_utils.authoring import notebook, source
from course_utils.authoring.build import check_labs
from course_utils.authoring.execute import execute
from course_utils.authoring.source import LabSource
from course_utils.common.paths import LABS
from tests.support.solving import half_solved, solvable, stopping

SOURCES = source.find_labs()
#: Which of every two exercises are solved, the first (0) or the second (1).
CHOICES = {"none": (), "every other": (0,), "the others": (1,)}
RUNS = [
    pytest.param(path, choice, id=f"{path.parent.name}-{choice}")
    for path in SOURCES
    for choice in CHOICES
]


@pytest.fixture(autouse=True)
def shallow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the kernels of this file run their labs shallow."""
    monkeypatch.setenv("COURSE_SHALLOW", "1")


def test_the_generated_files_are_what_their_sources_give() -> None:
    assert check_labs() == []


def test_the_checks_of_a_lab_are_small() -> None:
    sizes = {path.parent.name: path.stat().st_size for path in LABS.glob("*/checks.npz")}
    assert sizes and {lab: size for lab, size in sizes.items() if size >= 1_000_000} == {}


def solved_exercises(lab: LabSource, choice: str) -> set[str]:
    """The exercises of the choice, as far as what they are solved with is solved too."""
    order = [cell.exercise for cell in lab.cells if cell.exercise]
    wished = {name for number, name in enumerate(order) if number % 2 in CHOICES[choice]}
    return solvable(lab, lambda name: name in wished)


def run(lab: LabSource, solved: set[str]) -> list[NotebookNode]:
    """Run the lab from top to bottom, on past what stops; return its cells."""
    released = notebook.released(lab)
    for index, code in half_solved(lab, solved).items():
        released.cells[index].source = code
    executed = execute(released, LABS / lab.name, allow_errors=True)
    return list(executed.cells)


@pytest.mark.slow
@pytest.mark.parametrize(("path", "choice"), RUNS)
def test_cells_stop_exactly_if_they_need_an_unsolved_exercise(path: Path, choice: str) -> None:
    lab = source.read(path)
    solved = solved_exercises(lab, choice)
    expected = stopping(lab, solved)
    stopped = {}
    cells = run(lab, solved)
    assert [cell.id for cell in cells[len(lab.cells) :]] == ["hand-in-1"]
    for index, cell in enumerate(cells):
        place = lab.where(lab.cells[index].line) if index < len(lab.cells) else cell.id
        for output in cell.get("outputs", ()):
            assert output.get("name") != "stderr", f"{place}: {output.text}"
            if output.output_type == "error":
                assert output.ename == "NeedsExercise", f"{place}: {output.ename}: {output.evalue}"
                stopped[index] = output.evalue
    assert list(stopped) == list(expected)
    for index, names in expected.items():
        assert all(name in stopped[index] for name in names)


TRAINING = """
import keras
import numpy as np

model = keras.Sequential([keras.layers.Input((1,)), keras.layers.Dense(1)])
model.compile("sgd", "mse")
x = np.ones((64, 1))
history = model.fit(x, x, 8, epochs=5, verbose=0, validation_data=(x, x))
print(int(model.optimizer.iterations), history.epoch, len(history.history["val_loss"]))
"""


@pytest.mark.slow
def test_a_shallow_run_trains_for_a_step_claims_nothing_and_stops_where_it_should() -> None:
    beginning = 'from course_utils.lab import Lab\nlab = Lab("01_perceptron")'
    sources = [beginning, TRAINING, "assert model is None", 'lab.needs("neuron")', "1 / 0"]
    small = new_notebook(cells=[new_code_cell(code) for code in sources])
    cells = execute(small, LABS / "01_perceptron", allow_errors=True).cells
    outputs = [cell.outputs[0] if cell.outputs else None for cell in cells]
    assert outputs[1].text == "1 [0, 1, 2, 3, 4] 5\n"
    assert [output and output.get("ename") for output in outputs] == [
        None,
        None,
        None,
        "NeedsExercise",
        "ZeroDivisionError",
    ]


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="kernels are forked on Linux alone")
def test_kernels_share_the_import_of_keras_and_nothing_that_was_drawn() -> None:
    code = (
        "import os, sys, numpy as np; print('keras' in sys.modules, os.getpid(), np.random.rand())"
    )
    cells = [new_code_cell(code)]
    said = [
        execute(new_notebook(cells=cells), LABS).cells[0].outputs[0].text.split() for _ in range(2)
    ]
    (first, *drawn), (second, *others) = said
    assert (first, second) == ("True", "True")
    assert not set(drawn) & set(others)

"""What `lab.ready()` finds in a saved notebook, and what a lab knows of it after a restart."""

import os
from pathlib import Path

import nbformat
import numpy as np
import pytest
from jupyter_client.manager import start_new_kernel
from nbformat.v4 import new_code_cell, new_notebook, new_output

from course_utils.authoring.record import write_checks
from course_utils.authoring.references import Solved
from course_utils.common.paths import ROOT
from course_utils.exercises import Exercise
from course_utils.exercises.card import Progress, said, verdict_card
from course_utils.lab import Lab, LabError, NeedsExercise
from tests.support.small_checks import check_of, vectors, verdict_on

SETUP = "import numpy as np\nfrom course_utils.lab import Lab\nlab = Lab('09_sample')"
SINE = "def sine(x):\n    return np.sin(x)\n\nlab.check('sine', sine)"
MEAN = "def mean(x):\n    return x.sum() / size(x)\n\nlab.check('mean', mean)"
SIZE = "size = len"
WAITS = "lab.needs('mode')\nsine(1)"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "09_sample"
    folder.mkdir()
    answers = {"sine": np.sin, "mean": np.mean, "mode": np.max}
    solved = {name: Solved(Exercise(points=1, cases=vectors), f) for name, f in answers.items()}
    write_checks(solved, folder / "checks.npz", "digest")
    monkeypatch.chdir(folder)
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    return folder


def save(folder: Path, *sources: str, name: str = "sample.ipynb", cards: str = "") -> Path:
    """Save a notebook of these cells; below the last of them stand the cards."""
    book = new_notebook(cells=[new_code_cell(source) for source in sources])
    book.metadata["course"] = {"lab": "09_sample"}
    book.cells[-1].outputs = [new_output("display_data", data={"text/plain": cards})]
    nbformat.write(book, folder / name)
    return folder / name


def said_by(lab: Lab, capsys: pytest.CaptureFixture[str]) -> str:
    capsys.readouterr()
    lab.ready()
    return capsys.readouterr().out


def test_a_notebook_that_runs_and_is_right_is_ready(folder, capsys):
    save(folder, SETUP, SIZE, SINE, MEAN, "lab.check('mode', np.max)", WAITS, "lab.ready()")
    text = said_by(Lab("09_sample"), capsys)
    assert "[Ready to hand in]" in text
    assert "From top to bottom: It runs." in text
    assert "3 of 3 exercises right, 3 of 3 points" in text


def test_what_fails_from_top_to_bottom_is_named(folder, capsys):
    path = save(folder, SETUP, SINE, MEAN, SIZE, WAITS, "sine(1) / undefined")
    content = path.read_bytes()
    lab = Lab("09_sample")
    lab.check("mean", np.mean)
    text = said_by(lab, capsys)
    assert "[What a grader would find]" in text
    assert "The cell that begins 'sine(1) / undefined' raises NameError" in text
    assert "1 of 3 exercises right, 1 of 3 points" in text
    assert "mean: right here, but not when the saved notebook runs from top to bottom" in text
    assert "mode: Not attempted yet" in text
    assert "needs('mode')" not in text, "a cell that waits for an exercise has not failed"
    assert path.read_bytes() == content


def test_a_kernel_that_dies_is_told(folder, capsys):
    save(folder, SETUP, SINE, "import os\nos._exit(3)", MEAN)
    text = said_by(Lab("09_sample"), capsys)
    assert "The cell that begins 'import os' ended its kernel" in text
    assert "1 of 3 exercises right" in text


def test_a_rerun_does_not_run_itself_again(folder, capsys, monkeypatch):
    lab = Lab("09_sample")
    monkeypatch.setenv("COURSE_READY", "1")
    assert said_by(lab, capsys) == ""


def test_no_notebook_and_two_of_them(folder):
    lab = Lab("09_sample")
    with pytest.raises(LabError, match="No saved notebook of lab 09_sample"):
        lab.ready()
    save(folder, SETUP, name="one.ipynb")
    save(folder, SETUP, name="two.ipynb")
    with pytest.raises(LabError, match=r"has one.ipynb, two.ipynb"):
        lab.ready()


def test_an_answer_that_is_not_in_the_file_is_to_be_saved_first(folder):
    environment = {**os.environ, "JPY_SESSION_NAME": str(save(folder, SETUP, SINE, "lab.ready()"))}
    manager, client = start_new_kernel(cwd=str(folder), env=environment)
    shown = []

    def read(message):
        if message["msg_type"] == "display_data":
            shown.append(message["content"]["data"]["text/plain"])

    try:
        for code in (SETUP, SINE.replace("np.sin(x)", "-np.sin(-x)"), "lab.ready()"):
            client.execute_interactive(code, output_hook=read)
        assert "sample.ipynb lacks the answers last checked here: sine." in shown[-1]
        for code in (SINE, "lab.ready()"):
            client.execute_interactive(code, output_hook=read)
        assert "1 of 3 exercises right" in shown[-1]
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def test_a_restart_brings_back_what_was_right(folder, capsys, monkeypatch):
    path = save(folder, SETUP, SINE, cards="[Right: sine]\n  1 point; all 2 cases pass.")
    monkeypatch.setenv("JPY_SESSION_NAME", str(path))
    lab = Lab("09_sample")
    text = capsys.readouterr().out
    assert "[Right when you last saved]" in text and "sine." in text
    assert "Run > Run All Above Selected Cell" in text
    lab.progress()
    text = capsys.readouterr().out
    assert "sine  Right when saved; run its cell again" in text
    assert "0 of 3 exercises right" in text
    with pytest.raises(NeedsExercise, match="solve it, or run its cell: Run > Run All Above"):
        lab.needs("sine")
    lab.check("sine", np.sin)
    lab.needs("sine")


def test_a_card_says_what_can_be_read_back():
    check = check_of(np.sin, vectors)
    for answer, state in ((np.sin, "right"), (np.cos, "wrong"), (..., "unattempted")):
        first = repr(verdict_card(verdict_on(answer, check))).splitlines()[0]
        assert said(first) == ("task", state)
    assert said("[What a grader would find]") is None is said("[1: x]")


def test_the_progress_table_links_to_the_cards():
    card = verdict_card(verdict_on(np.cos, check_of(np.sin, vectors)))._repr_html_()
    table = Progress([("task", "wrong", 1.0), ("other", "unattempted", 1.0)], linked=["task"])
    assert 'id="check-of-task"' in card
    assert '<a href="#check-of-task">task</a>' in table._repr_html_()
    assert table._repr_html_().count("<a ") == 1

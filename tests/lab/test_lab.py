"""The one object that a notebook talks to."""

import re
import subprocess
import sys
from html.parser import HTMLParser

import numpy as np
import pytest

from course_utils.authoring.record import write_checks
from course_utils.authoring.references import Solved
from course_utils.exercises import Exercise
from course_utils.exercises.card import Progress, verdict_card
from course_utils.lab import CheckFailed, Lab, LabError, NeedsExercise, Stopped
from tests.support.small_checks import check_of, vectors, verdict_on


@pytest.fixture
def lab(tmp_path, monkeypatch):
    folder = tmp_path / "09_sample"
    folder.mkdir()
    sine = Exercise(points=1, cases=vectors, hints=["First.", "Second."])
    mean = Exercise(points=2, cases=vectors)
    solved = {"sine": Solved(sine, np.sin), "mean": Solved(mean, np.mean)}
    write_checks(solved, folder / "checks.npz", "digest")
    monkeypatch.chdir(folder)
    return Lab("09_sample")


def test_check_shows_and_returns_nothing(lab, capsys):
    assert lab.check("sine", np.sin) is None
    assert "[Right: sine]" in capsys.readouterr().out
    lab.check("sine", np.cos)
    assert "[Not right yet: sine]" in capsys.readouterr().out


def test_strict_checking_raises(lab, monkeypatch):
    monkeypatch.setenv("COURSE_STRICT", "1")
    lab.check("sine", np.sin)
    with pytest.raises(CheckFailed, match="Not right yet: sine"):
        lab.check("sine", np.cos)
    with pytest.raises(CheckFailed, match="Not attempted yet"):
        lab.check("sine", ...)


def test_a_card_names_the_exercise_that_an_answer_calls_and_that_is_not_right(lab, capsys):
    """An error carried forward: `mean` is right by itself, and calls a wrong `sine`."""
    names = {"np": np}
    exec(
        "def sine(x):\n    return np.cos(x)\n\n\n"
        "def middle(x):\n    return np.mean(x) + sine(x[0]) - np.sin(x[0])\n\n\n"
        "def mean(x):\n    return [middle(x) for _ in range(1)][0]\n",
        names,
    )
    lab.check("mean", names["mean"])
    assert "may come from there" not in capsys.readouterr().out
    lab.check("sine", names["sine"])
    assert "may come from there" not in capsys.readouterr().out
    lab.check("mean", names["mean"])
    assert "Your `sine` is not right yet: it may come from there." in capsys.readouterr().out
    lab.check("sine", np.sin)
    capsys.readouterr()
    lab.check("mean", names["mean"])
    assert "may come from there" not in capsys.readouterr().out


def test_hints_come_one_by_one(lab, capsys):
    for text in ("Hint 1 of 2", "Hint 2 of 2", "no more than these 2. First. Second."):
        lab.hint("sine")
        assert text in capsys.readouterr().out
    lab.hint("mean")
    assert "There is none" in capsys.readouterr().out


def test_progress_counts(lab, capsys):
    lab.check("mean", np.mean)
    lab.check("sine", np.cos)
    capsys.readouterr()
    lab.progress()
    out = capsys.readouterr().out
    assert "1 of 2 exercises right, 2 of 3 points" in out
    assert re.search(r"sine +Not right yet", out)


def test_needs_stops_until_the_answer_runs(lab, capsys):
    message = "This cell needs exercises sine and mean: solve them, or run their cells: "
    with pytest.raises(NeedsExercise, match=message):
        lab.needs("sine", "mean")
    lab.check("mean", np.mean)
    with pytest.raises(NeedsExercise, match="needs exercise sine"):
        lab.needs("sine", "mean")
    lab.check("sine", lambda x: 1 / 0)
    with pytest.raises(NeedsExercise):
        lab.needs("sine")
    lab.check("sine", np.cos)
    lab.needs("sine", "mean")


def test_an_unknown_exercise_is_named_with_its_neighbour(lab):
    with pytest.raises(LabError, match="no exercise 'sinus'; did you mean 'sine'"):
        lab.check("sinus", np.sin)
    with pytest.raises(LabError, match="there are sine, mean"):
        lab.needs("zzz")


def test_a_stopped_check_says_so_and_stops_the_cell(lab, capsys):
    def endless(x):
        raise KeyboardInterrupt

    with pytest.raises(Stopped):
        lab.check("sine", endless)
    out = capsys.readouterr().out
    assert "Stopped by you" in out
    assert "six numbers" in out


def test_missing_and_foreign_checks(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(LabError, match=r"checks of lab '77_none' are missing"):
        Lab("77_none")
    (tmp_path / "checks.npz").write_bytes(b"junk")
    with pytest.raises(LabError, match="is damaged"):
        Lab("77_none")


def test_the_note_after_a_cell_that_failed_with_a_wrong_exercise(lab, capsys):
    class Result:
        error_in_exec = ValueError("boom")

    lab.check("sine", np.cos)
    lab.needs("sine")
    capsys.readouterr()
    lab._explain_failed_cell(Result())
    assert "This cell uses sine, not right yet" in capsys.readouterr().out
    lab._explain_failed_cell(Result())
    assert capsys.readouterr().out == ""


class Reader(HTMLParser):
    """Collects what a screen reader would: text in order, and the tags."""

    def __init__(self):
        super().__init__()
        self.text, self.tags, self.open = [], [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)


def read(thing) -> Reader:
    reader = Reader()
    reader.feed(thing._repr_html_())
    assert reader.open == []
    return reader


def test_the_card_says_its_state_in_words_and_is_a_labelled_region():
    check = check_of(np.sin, vectors)
    reader = read(verdict_card(verdict_on(np.cos, check), hints=2))
    assert reader.tags[0][0] == "section"
    assert reader.tags[0][1]["aria-label"] == "Not right yet: task"
    text = " ".join(reader.text)
    for part in ("six numbers", "Expected", "Got", "index [0]", 'lab.hint("task")'):
        assert part in text


def test_the_card_escapes_what_the_student_printed():
    def evil(x):
        print("<script>alert(1)</script>")
        return "<img src=x onerror=alert(1)>"

    html = verdict_card(verdict_on(evil, check_of(np.sin, vectors)))._repr_html_()
    assert "<script>" not in html
    assert "<img" not in html


def test_the_cards_table_has_headers():
    reader = read(Progress([("sine", "right", 1.0)]))
    scopes = [attrs["scope"] for tag, attrs in reader.tags if tag == "th"]
    assert scopes == ["col", "col", "col", "row"]
    assert any(tag == "caption" for tag, _ in reader.tags)


def test_a_lab_that_starts_twice_is_told_once_of_a_failed_cell():
    """Making a Lab anew (the cell run twice) replaces the hook of the one before."""
    code = """
from types import SimpleNamespace
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
shell.kernel = SimpleNamespace()
import course_utils.lab as module
for _ in range(2):
    module._after_each_cell(module.Lab._explain_failed_cell.__get__(object()))
names = [f.__qualname__ for f in shell.events.callbacks["post_run_cell"]]
print(names.count("Lab._explain_failed_cell"))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "1"

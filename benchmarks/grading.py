"""Notebooks a minute: `course grade` against `nbgrader autograde`, on the same submissions.

    python benchmarks/grading.py --nbgrader PATH_OF_NBGRADER [--submissions 20] [--rounds 2]

Lab 1 is graded, with its Keras exercises: solved, half solved and empty notebooks in turn. Both run
with their start-up, alternating, on all cores; nbgrader executes its kernels in this environment.
nbgrader tests each exercise with one assertion (that there is an answer), so its work on the
hidden cases is none. Prints the rates, their ratio, and the peak memory of the largest process.

nbgrader is no dependency of the course: install it in an environment of its own.
"""

from __future__ import annotations

import argparse
import copy
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from course_utils.authoring import notebook, source
from course_utils.authoring.source import LabSource
from course_utils.common.paths import ROOT, SOLUTIONS

LAB = "01_perceptron"


def submissions(lab: LabSource, count: int) -> list[NotebookNode]:
    """Return lab 1 as students hand it in: every third one solved, half solved, untouched."""
    names = [cell.exercise for cell in lab.cells if cell.exercise]
    kinds = [set(names), set(names[::2]), set()]
    return [_handed_in(lab, kinds[number % 3]) for number in range(count)]


def _handed_in(lab: LabSource, solved: set[str]) -> NotebookNode:
    made = notebook.released(lab)
    for cell, own in zip(made.cells, lab.cells, strict=True):
        if own.exercise in solved:
            cell.source = own.source
    return made


def with_tests(handed_in: NotebookNode) -> NotebookNode:
    """Return the notebook with nbgrader's marks, and a test cell behind each exercise."""
    made = copy.deepcopy(handed_in)
    made.cells = [one for cell in made.cells for one in _marked(cell)]
    return made


def _marked(cell: NotebookNode) -> list[NotebookNode]:
    name = cell.metadata.pop("course", {}).get("exercise")
    if not name:
        return [cell]
    mark = {"schema_version": 3, "locked": False, "solution": True, "grade": False, "task": False}
    cell.metadata["nbgrader"] = {**mark, "grade_id": name}
    test = new_code_cell(f"assert {name} is not None")
    test.metadata["nbgrader"] = {
        **mark,
        "grade_id": f"test-{name}",
        "locked": True,
        "solution": False,
        "grade": True,
        "points": 1,
    }
    return [cell, test]


def course_grade(handed_in: list[NotebookNode], folder: Path) -> list[str]:
    """Write the submissions for `course grade`, and return its words."""
    place = folder / "submissions"
    place.mkdir()
    for number, made in enumerate(handed_in):
        nbformat.write(made, place / f"student{number:02}.ipynb")
    words = [sys.executable, "-m", "course_utils", "grade", str(place)]
    return [*words, "--lab", LAB, "--out", str(folder / "grades"), "--seed", "1"]


def nbgrader_autograde(
    program: str, lab: LabSource, handed_in: list[NotebookNode], folder: Path
) -> list[str]:
    """Make a course of nbgrader's with the submissions, and return the words that grade it."""
    for part, made in [("source", _handed_in(lab, set()))] + [
        (f"submitted/student{number:02}", made) for number, made in enumerate(handed_in)
    ]:
        place = folder / part / LAB
        place.mkdir(parents=True)
        nbformat.write(with_tests(made), place / "lab.ipynb")
    options = [f"--course-dir={folder}", f"--assignment={LAB}"]
    _run([program, "generate_assignment", *options, "--create"], folder)
    # A notebook whose cells fail is graded as far as it goes; ten minutes are enough for each.
    allowed = ["--ExecutePreprocessor.timeout=600", "--Execute.allow_errors=True"]
    return [program, "autograde", *options, "--create", *allowed]


def kernel_of_this_python(folder: Path) -> dict[str, str]:
    """Return the environment in which the kernel "python3" is this Python's."""
    place = folder / "kernels" / "python3"
    place.mkdir(parents=True)
    words = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    spec = {"argv": words, "display_name": "Python 3", "language": "python"}
    (place / "kernel.json").write_text(json.dumps(spec), encoding="utf-8")
    return {"JUPYTER_PATH": str(folder), "PYTHONPATH": str(ROOT), "TF_CPP_MIN_LOG_LEVEL": "3"}


def _run(words: list[str], folder: Path) -> float:
    """Run a command in a folder and return the seconds it took."""
    began = time.perf_counter()
    environment = {**os.environ, **kernel_of_this_python(Path(tempfile.mkdtemp(dir=folder)))}
    # nbgrader calls a program that is installed beside it.
    environment["PATH"] = os.pathsep.join((str(Path(words[0]).parent), os.environ["PATH"]))
    done = subprocess.run(words, cwd=folder, env=environment, capture_output=True, text=True)
    seconds = time.perf_counter() - began
    if done.returncode:
        sys.exit(f"{' '.join(words[:3])} failed:\n{done.stderr[-2000:]}")
    return seconds


def main() -> None:
    """Measure both, alternating, and print what came out."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--nbgrader", required=True, help="the program, in its own environment")
    parser.add_argument("--submissions", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=2)
    chosen = parser.parse_args()
    lab = source.read(SOLUTIONS / LAB / "perceptron.py")
    handed_in = submissions(lab, chosen.submissions)
    seconds: dict[str, list[float]] = {"course grade": [], "nbgrader autograde": []}
    peak = 0
    for number in range(chosen.rounds):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            ours, theirs = folder / "course", folder / "nbgrader"
            ours.mkdir()
            theirs.mkdir()
            seconds["course grade"].append(_run(course_grade(handed_in, ours), ours))
            if number == 0:  # Later it would be nbgrader's, too.
                peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
            words = nbgrader_autograde(chosen.nbgrader, lab, handed_in, theirs)
            seconds["nbgrader autograde"].append(_run(words, theirs))
            graded = len(list(theirs.glob("autograded/*/*/lab.ipynb")))
            if graded != chosen.submissions:
                sys.exit(f"nbgrader graded {graded} of {chosen.submissions} submissions.")
    rates = {name: 60 * chosen.submissions / min(took) for name, took in seconds.items()}
    for name, rate in rates.items():
        rounds = ", ".join(f"{one:.0f} s" for one in seconds[name])
        print(f"{name:20} {rate:6.1f} notebooks a minute ({rounds})")
    print(f"ratio {rates['course grade'] / rates['nbgrader autograde']:.1f}")
    print(f"peak memory of the largest process of course grade: {peak / 2**10:.0f} MB")


if __name__ == "__main__":
    main()

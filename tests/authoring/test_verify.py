"""Every problem of a lab's source is one sentence that names file and line."""

from pathlib import Path

import pytest

from course_utils.authoring.verify import problems, verify
from course_utils.common.errors import CourseError
from tests.support import sample_lab

LAB, EXERCISES = "solutions/01_lines/lines.py", "solutions/01_lines/exercises.py"


def line_of(text: str, within: str = sample_lab.SCRIPT) -> int:
    """The number of the first line that holds the text."""
    return next(n for n, line in enumerate(within.splitlines(), 1) if text in line)


def test_the_sample_is_well(tmp_path: Path) -> None:
    assert problems(sample_lab.write(tmp_path)) == []


# (what is replaced, by what, the line that is named, a part of the sentence)
DAMAGES = {
    "no end": ("    ### END SOLUTION\n\n\nlab", "\n\nlab", "### BEGIN", "without an ### END"),
    "no begin": (
        "    ### BEGIN SOLUTION\n    largest",
        "    largest",
        "### END",
        "without a ### BEGIN",
    ),
    "begin twice": (
        "    largest = values.max()",
        "    largest = values.max()\n    ### BEGIN SOLUTION",
        None,
        "before the ### END SOLUTION of the one on line 20",
    ),
    "two number signs": ("### BEGIN", "## BEGIN", "## BEGIN", "'## BEGIN SOLUTION' is no marker"),
    "plural": ("END SOLUTION\n\n\n", "END SOLUTIONS\n\n\n", "SOLUTIONS", "is no marker"),
    "lower case": ("### BEGIN SOLUTION", "### begin solution", "begin", "is no marker"),
    "behind code": (
        "values.max()",
        "values.max()  ### END SOLUTION",
        "values.max()  #",
        "is no marker",
    ),
    "marker in text": (
        "# Divide by",
        "# ### BEGIN SOLUTION\n# Divide by",
        None,
        "not in a text cell",
    ),
    "empty solution": (
        "    largest = values.max()\n    return values / largest\n",
        "    # to do\n",
        "### BEGIN",
        "the solution is empty",
    ),
    "wrong indent": (
        "    ### BEGIN SOLUTION",
        "### BEGIN SOLUTION",
        "### BEGIN",
        "indent both markers",
    ),
    "cut in two": (
        "    largest = values.max()",
        "    ### END SOLUTION\n    x = (",
        None,
        "no marker|parse|END",
    ),
    "does not parse": (
        "print(scaled.sum())",
        "print(scaled.sum()",
        "print(scaled.sum()",
        "not parse",
    ),
    "magic": ("print(table(x))", "%matplotlib inline", "%matplotlib", "no magics"),
    "shell": ("print(table(x))", "!ls", "!ls", "no shell commands"),
    "no check": ('lab.check("scale", scale)\n', "", "### BEGIN", "a solution without its check"),
    "nested check": (
        'lab.check("scale", scale)',
        'if True:\n    lab.check("scale", scale)',
        "    lab.check",
        "a line of its own",
    ),
    "check of an expression": (
        'lab.check("scale", scale)',
        'lab.check("scale", scale(x))',
        "scale(x))",
        "not an expression",
    ),
    "check of another": (
        'lab.check("scale", scale)',
        'lab.check("scale", x)',
        'lab.check("scale"',
        "x is not what this cell's solution answers",
    ),
    "two checks": (
        'lab.check("scale", scale)',
        'lab.check("scale", scale)\nlab.check("slope", scale)',
        'lab.check("slope"',
        "one cell, one check",
    ),
    "unknown exercise": (
        'lab.check("scale", scale)',
        'lab.check("scaling", scale)',
        'lab.check("scaling"',
        "scaling is not defined in exercises.py",
    ),
    "no solution": (
        "    ### BEGIN SOLUTION\n    largest = values.max()\n    return values / largest\n"
        "    ### END SOLUTION",
        "    return values / values.max()",
        'lab.check("scale"',
        "has no solution in this cell",
    ),
    "needs by hand": ("scaled = scale(x)", 'lab.needs("scale")', "lab.needs", "the build writes"),
    "global": (
        "    return [round",
        "    global x\n    return [round",
        "    global x",
        "global hides",
    ),
    "star": ("import numpy as np", "from numpy import *", "import *", "not *"),
    "wrong number": (
        "Exercise 2:",
        "Exercise 4:",
        "Exercise 4:",
        "this is exercise 2 of the lab, not 4",
    ),
    "wrong points": (
        "(2 points, 10 minutes, medium)",
        "(3 points, 10 minutes, medium)",
        "(3 points",
        "2 points, not 3",
    ),
    "wrong form": (
        "(1 point, 5",
        "(1 points, 5",
        "1 points",
        "the heading of an exercise has the form",
    ),
    "wrong difficulty": ("minutes, hard)", "minutes, brutal)", "brutal", "the form"),
    "heading of another": (
        "Exercise 1: `scale`",
        "Exercise 1: `scal`",
        None,
        "below scal's heading",
    ),
    "no lab": ('lab = Lab("01_lines")', "lab = None", "import numpy", 'lab = Lab("01_lines")'),
    "lab of another": (
        'Lab("01_lines")',
        'Lab("02_lines")',
        "import numpy",
        'lab = Lab("01_lines")',
    ),
    "answer used": (
        'lab.check("scale", scale)',
        'print(scale(x))\nlab.check("scale", scale)',
        "print(scale(x))",
        "exercise scale's answer is used in its own cell",
    ),
    "import in a cell that stops": (
        "scaled = scale(x)",
        "import math\nscaled = scale(x)",
        "import math",
        "this cell needs exercise scale: import math above",
    ),
    "value that nothing uses": (
        "slope, offset = np.polyfit(x, y, 1)\nunused = slope + 1",
        "spare = 1",
        None,
        "binds no name that is used after it",
    ),
    "solution in a class body": (
        "    def __init__(self):\n        self.count = 0\n",
        "    ### BEGIN SOLUTION\n    count = 0\n    ### END SOLUTION\n",
        None,
        "the body of a class",
    ),
    "solution in an if": (
        "### BEGIN SOLUTION\nslope, offset = np.polyfit(x, y, 1)\nunused = slope + 1\n"
        "### END SOLUTION",
        "if True:\n    ### BEGIN SOLUTION\n    slope, offset = 1, 2\n    ### END SOLUTION",
        None,
        "a top-level if",
    ),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_problem_names_file_and_line(tmp_path: Path, name: str) -> None:
    old, new, marked, sentence = DAMAGES[name]
    assert old in sample_lab.SCRIPT
    script = sample_lab.SCRIPT.replace(old, new, 1)
    found = problems(sample_lab.write(tmp_path, script))
    place = f"{LAB}:{line_of(marked, script)}:" if marked else f"{LAB}:"
    hits = [p for p in found if p.startswith(place) and any(s in p for s in sentence.split("|"))]
    assert hits, found
    assert all(p.count("\n") == 0 and p.endswith(".") for p in found)


def test_all_problems_are_reported_at_once(tmp_path: Path) -> None:
    script = sample_lab.SCRIPT.replace("### BEGIN SOLUTION", "## BEGIN SOLUTION", 1)
    script = script.replace("print(table(x))", "!ls").replace("Exercise 3:", "Exercise 7:")
    with pytest.raises(CourseError) as caught:
        verify(sample_lab.write(tmp_path, script))
    lines = [text for text in str(caught.value).splitlines() if "lines.py" in text]
    assert len(lines) >= 4  # the marker, its partner, the shell command, the number


EXERCISE_FILES = {
    "missing": (None, f"{EXERCISES}:1: the file is missing"),
    "does not parse": ("scale = (\n", f"{EXERCISES}:1: this does not parse"),
    "twice": (
        sample_lab.EXERCISES + "scale = Exercise(points=1)\n",
        f"{EXERCISES}:{len(sample_lab.EXERCISES.splitlines()) + 1}: exercise scale is defined",
    ),
    "unchecked": (
        sample_lab.EXERCISES + "\nshift: Exercise = Exercise(1)\n",
        f"{EXERCISES}:{len(sample_lab.EXERCISES.splitlines()) + 2}: no cell checks exercise shift",
    ),
    "not defined": (
        sample_lab.EXERCISES.replace("slope =", "incline ="),
        f"{LAB}:{line_of('lab.check(' + chr(34) + 'slope')}: exercise slope is not defined",
    ),
}


@pytest.mark.parametrize("name", EXERCISE_FILES)
def test_problems_of_exercises_py(tmp_path: Path, name: str) -> None:
    exercises, sentence = EXERCISE_FILES[name]
    found = problems(sample_lab.write(tmp_path, exercises=exercises))
    assert any(p.startswith(sentence) for p in found), found


def test_the_same_check_twice(tmp_path: Path) -> None:
    cell = sample_lab.function("f")
    found = problems(sample_lab.lab_of(tmp_path, cell, cell + "\n", exercises=("f",)))
    assert any("exercise f is checked on line" in p and "already" in p for p in found), found

"""What a statement does to names, and which stubs and slices follow from that."""

import ast
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from course_utils.authoring import references
from course_utils.authoring.names import effects
from course_utils.authoring.release import released_code
from course_utils.authoring.slicing import needed_steps
from course_utils.authoring.source import LabSource
from course_utils.common.errors import CourseError
from tests.support import sample_lab
from tests.support.random_labs import labs


def read(code: str) -> dict[str, str]:
    """The effects of one statement, each as words in order; only those that it has."""
    found = effects(ast.parse(code).body[0])
    parts = {k: " ".join(sorted(v)) for k, v in vars(found).items() if isinstance(v, set)}
    return {key: words for key, words in parts.items() if words}


STATEMENTS: dict[str, dict[str, str]] = {
    "a = b": {"now": "b", "binds": "a"},
    "a, *c = b": {"now": "b", "binds": "a c"},
    "a += b": {"now": "a b", "binds": "a", "changes": "a"},
    "a[i] = b": {"now": "a b i", "changes": "a"},
    "a.w.value = b": {"now": "a b", "changes": "a"},
    "a.layers[0].set_weights(w)": {"now": "a w", "changes": "a"},
    "history = model.fit(x)": {"now": "model x", "binds": "history", "changes": "model"},
    "np.add(a, b, out=c)": {"now": "a b c np", "changes": "c np"},
    "rng.shuffle(a)": {"now": "a rng", "changes": "a"},
    "a: int": {"now": "int"},
    "a: int = b": {"now": "b int", "binds": "a"},
    "def f(x=a):\n    return g(x) + y": {"now": "a", "binds": "f", "later": "g y"},
    "def f():\n    return [g(x) for x in xs]": {"binds": "f", "later": "g xs"},
    "def f():\n    def g():\n        return a\n    return g": {"binds": "f", "later": "a"},
    "@d\ndef f():\n    pass": {"now": "d", "binds": "f"},
    "f = lambda x, y=a: x + b": {"now": "a", "binds": "f", "later": "b"},
    "y = sorted(xs, key=lambda x: g(x))": {"now": "g sorted xs", "binds": "y", "later": "g"},
    "class A(B):\n    n = c\n    m = n\n    def f(self):\n        return d": {
        "now": "B c",
        "binds": "A",
        "later": "d",
    },
    "xs = [f(x) for x in ys if x in zs]": {"now": "f ys zs", "binds": "xs"},
    "xs = {k: v for k, v in ys}": {"now": "ys", "binds": "xs"},
    "for i in xs:\n    t = i\n    print(t)": {"now": "print xs", "binds": "i t"},
    "while c:\n    a = 1": {"now": "c", "may_bind": "a"},
    "if c:\n    a = b = 1\nelse:\n    a = 2": {"now": "c", "binds": "a", "may_bind": "b"},
    "try:\n    a = 1\nexcept E as e:\n    a = 2": {"now": "E", "binds": "a", "may_bind": "e"},
    "with f() as g:\n    a = g": {"now": "f", "binds": "a g"},
    "import numpy as np": {"binds": "np", "imports": "np"},
    "import os.path": {"binds": "os", "imports": "os"},
    "from a import b as c": {"binds": "c", "imports": "c"},
    "print(a := b)": {"now": "b print", "binds": "a"},
    "match a:\n    case [b, *c]:\n        d = b": {"now": "a", "may_bind": "b c d"},
    "del a": {"now": "a"},
}


@pytest.mark.parametrize("code", STATEMENTS)
def test_effects_of_a_statement(code: str) -> None:
    assert read(code) == STATEMENTS[code]


def test_seeds_are_noticed() -> None:
    assert effects(ast.parse("training.set_seed(0)").body[0]).seeds
    assert not effects(ast.parse("training.start(0)").body[0]).seeds


def test_stubs_keep_what_is_no_solution(tmp_path: Path) -> None:
    cells = released_code(sample_lab.write(tmp_path))
    scale = next(cell for cell in cells if cell.startswith("def scale"))
    assert scale == (
        "def scale(values):\n"
        '    """Return the values over their largest. values: array (n,) -> array (n,)."""\n'
        '    raise NotImplementedError("Exercise scale: replace this line with your code.")\n\n\n'
        'lab.check("scale", scale)'
    )
    counter = next(cell for cell in cells if cell.startswith("class Counter"))
    assert 'code for Counter.scaled.")\n        return result\n' in counter
    slope = next(cell for cell in cells if cell.startswith("y ="))
    assert slope == (
        "y = 3 * x + 1\n"
        "slope = ...  # Exercise slope: replace the dots with your code.\n"
        "offset = ...  # Exercise slope: replace the dots with your code.\n\n"
        'lab.check("slope", (slope, offset))'
    )
    assert not any("SOLUTION" in cell for cell in cells)


def test_stub_only_for_names_used_after(tmp_path: Path) -> None:
    """A helper that is bound anew before it is read, and one that only the solution reads, have
    no stub; one that a function reads has."""
    solution = "### BEGIN SOLUTION\nb = 1\nk = 2\nh = 3\na = b + k\n### END SOLUTION\n"
    lab = sample_lab.lab_of(
        tmp_path,
        solution + 'lab.check("a", a)',
        "k = 5\nprint(k)",
        "f = lambda: h",
        exercises=("a",),
    )
    cell = next(cell for cell in released_code(lab) if "lab.check" in cell)
    assert [line.split(" = ")[0] for line in cell.splitlines() if "..." in line] == ["h", "a"]


def sliced(lab: LabSource) -> list[str]:
    return [ast.unparse(step.node) for step in needed_steps(lab)]


def test_slice_holds_what_answers_need_and_no_more(tmp_path: Path) -> None:
    lab = sample_lab.lab_of(
        tmp_path,
        "import os\nimport math\nbase = 2\nunused = 1\ndef show():\n    print(base)",
        "box = []\nbox.append(base)\nshow()\nseed(3)",
        sample_lab.function("power", "return helper(box[0])"),
        "def helper(v):\n    return math.exp(v) * rate\n",
        "rate = 3\nprint(rate)\nbox = None",
        sample_lab.value("result", "helper(1)"),
        "rate = os.getcwd()",
        exercises=("power", "result"),
    )
    code = sliced(lab)
    for needed in (
        "import math",
        "base = 2",
        "box = []",
        "box.append(base)",
        "rate = 3",
        "seed(3)",
    ):
        assert needed in code, needed
    for spare in ("import os", "unused = 1", "show()", "print(rate)", "rate = os.getcwd()"):
        assert spare not in code, spare
    assert not any("Lab(" in line for line in code)


def test_references_are_the_solved_answers(tmp_path: Path) -> None:
    lab = sample_lab.write(tmp_path)
    answers = references.load(lab)
    assert list(answers) == ["scale", "slope", "Counter"]
    assert answers["slope"] == pytest.approx((3, 1))
    lines = lab.path.read_text().splitlines()
    first = answers["scale"].__code__.co_firstlineno
    assert answers["scale"].__code__.co_filename == str(lab.path)
    assert lines[first - 1] == "def scale(values):"
    assert list(references.load_exercises(lab)) == ["scale", "slope", "Counter"]


def test_an_answer_does_not_change_with_what_follows(tmp_path: Path) -> None:
    lab = sample_lab.lab_of(
        tmp_path,
        sample_lab.value("a", "[1]"),
        "a.append(2)",
        sample_lab.value("b", "list(a)"),
        exercises=("a", "b"),
    )
    assert references.load(lab) == {"a": [1], "b": [1, 2]}


def test_a_reference_that_raises_names_its_line(tmp_path: Path) -> None:
    lab = sample_lab.write(tmp_path, sample_lab.SCRIPT.replace("np.polyfit(x, y, 1)", "x / None"))
    line = lab.path.read_text().splitlines().index("slope, offset = x / None") + 1
    with pytest.raises(
        CourseError, match=rf"^solutions/01_lines/lines.py:{line}: this raises TypeE"
    ):
        references.load(lab)


def test_an_exercise_file_that_raises_names_its_line(tmp_path: Path) -> None:
    lab = sample_lab.write(
        tmp_path, exercises="from course_utils.exercises import Exercise\nx = 1 / 0\n"
    )
    with pytest.raises(CourseError, match=r"exercises.py:2: this raises ZeroDivisionError"):
        references.load_exercises(lab)


@settings(max_examples=100, deadline=None)
@given(labs(tidy=False))
def test_a_slice_gives_the_answers_of_the_whole_lab(lab: LabSource) -> None:
    def answers(codes: list[str]) -> dict[str, Any]:
        namespace: dict[str, Any] = {"lab": (recorder := Recorder())}
        for code in codes:
            exec(code, namespace)
        return recorder.answers

    assert answers(sliced(lab)) == answers([cell.source for cell in lab.cells])


class Recorder:
    """Keeps what each exercise answers when it is checked, a function by what it returns."""

    def __init__(self) -> None:
        self.answers: dict[str, Any] = {}

    def check(self, name: str, answer: Any) -> None:
        self.answers[name] = answer() if callable(answer) else answer

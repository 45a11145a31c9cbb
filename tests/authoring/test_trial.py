"""Answers from outside, tried on a lab's checks."""

from pathlib import Path

import pytest

from course_utils.authoring import trial
from course_utils.authoring.source import LabSource
from course_utils.commands import cli
from course_utils.common.errors import CourseError
from tests.support import sample_lab

ANSWERS = """\
import numpy as np

RIGHT = {
    "scale": [
        "def scale(values):\\n    return values / np.max(values)",
        "# by the sum\\ndef scale(values):\\n    return values / values.sum()",
    ],
    "slope": [(3.0, 1.0)],
    "Counter": [
        '''
        class Counter:
            def __init__(self):
                self.count = 0

            def scaled(self, values):
                self.count += 1
                return scale(values)
        ''',
    ],
}
WRONG = {
    "scale": [
        "def scale(values):\\n    return values * 1.0",
        "def scale(values):\\n    return values / max(values)",
        "def scale(values):\\n    return values[100]",
        "def scale(values):\\n    raise LookupError('nowhere')",
        "def scale(values):\\n    return np.sin(values) ** 2 + 0.1",
        lambda values: -values / values.max(),
    ],
    "slope": ["slope, offset = 3, 2"],
}
"""


@pytest.fixture
def lab(tmp_path: Path) -> LabSource:
    return sample_lab.write(tmp_path)


def answers(tmp_path: Path, text: str = ANSWERS) -> Path:
    path = tmp_path / "answers.py"
    path.write_text(text, encoding="utf-8")
    return path


def test_each_answer_is_tried_on_its_exercise(lab: LabSource, tmp_path: Path) -> None:
    tried = trial.try_answers(lab, answers(tmp_path))
    assert [one.outcome for one in tried["scale"]] == [
        *("accepted", "refused"),
        *("explained", "passed", "explained", "silent", "silent", "explained"),
    ]
    assert [one.outcome for one in tried["slope"]] == ["accepted", "silent"]
    assert [one.outcome for one in tried["Counter"]] == ["accepted"]
    assert not trial.sound(tried)


def test_the_report_puts_a_reason_beside_the_answers_first_line(
    lab: LabSource, tmp_path: Path
) -> None:
    lines = list(trial.report(trial.try_answers(lab, answers(tmp_path))))
    assert lines[0] == "scale: 2 right, 1 refused; 6 wrong, 1 passed, 3 explained, 2 silent"
    assert lines[1] == "  refused: # by the sum"
    assert lines[2].startswith("    public cases, three numbers: Expected 0.25, got 0.14")
    told = lines.index("  explained: def scale(values): return values[100]")
    assert "Entry 100 was asked for" in lines[told + 1]
    assert "    three numbers: LookupError: nowhere" in lines
    assert "  passed: def scale(values): return values / max(values)" in lines
    assert lines[-1] == "All together: 4 right, 1 refused; 7 wrong, 1 passed, 3 explained, 3 silent"


def test_a_right_answer_meets_hidden_cases(lab: LabSource, tmp_path: Path) -> None:
    text = """
RIGHT = {"scale": ['''
def scale(values):
    return values / values.max() if list(values) == list(x) or values.max() in SEEN else values
''']}
"""
    check = trial.make_check("scale", *trial.references.solved(lab)["scale"], trial.PUBLIC_SEED)
    seen = [float(case.args[0].max()) for case in check.cases]
    tried = trial.try_answers(lab, answers(tmp_path, text.replace("SEEN", repr(seen))))
    (one,) = tried["scale"]
    assert one.outcome == "refused" and one.told[0].startswith("hidden cases of seed 1")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("RIGHT = {", "raises SyntaxError"),
        ("RIGHT = {}", "has to define RIGHT, WRONG or both"),
        ("WRONG = {'scale': 'text'}", "has to define RIGHT, WRONG or both"),
        ("WRONG = {'scales': ['x']}", "has no exercise scales; it has scale, slope, Counter"),
        ("WRONG = {'scale': ['scale = nothing']}", "number 1: its code raises NameError"),
    ],
)
def test_a_file_that_is_none_is_one_sentence(
    lab: LabSource, tmp_path: Path, text: str, problem: str
) -> None:
    with pytest.raises(CourseError, match=problem):
        trial.try_answers(lab, answers(tmp_path, text))


def test_the_command_prints_the_report_and_fails_where_a_check_does(
    lab: LabSource,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(cli, "SOLUTIONS", tmp_path / "solutions")
    assert cli.main(["prove", "1", "--answers", str(answers(tmp_path))]) == 1
    assert capsys.readouterr().out.splitlines()[-1].startswith("All together: 4 right")
    sound = answers(tmp_path, "RIGHT = {'slope': [(3.0, 1.0)]}")
    assert cli.main(["prove", "1", "--answers", str(sound)]) == 0
    assert cli.main(["prove", "1", "--answers", str(tmp_path / "none.py")]) == 2

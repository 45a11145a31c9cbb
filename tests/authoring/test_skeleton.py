"""A new lab builds, passes and is taken by nobody; what the guide quotes is what it holds."""

import re
from pathlib import Path

import pytest

from course_utils.authoring import references, source
from course_utils.authoring.build import build_labs, check_labs
from course_utils.authoring.prove import prove
from course_utils.authoring.skeleton import TEMPLATES, new_lab
from course_utils.common.errors import CourseError
from course_utils.common.paths import ROOT


@pytest.mark.slow
def test_a_new_lab_builds_and_its_check_is_proved(tmp_path: Path) -> None:
    path = new_lab("16_graph_networks", tmp_path)
    assert path == tmp_path / "solutions" / "16_graph_networks" / "graph_networks.py"
    assert path.read_text().startswith("# %% [markdown]\n# # Lab 16: Graph networks\n")
    build_labs(root=tmp_path, report=lambda _: None)
    assert check_labs(tmp_path) == []
    solved = references.solved(source.read(path, tmp_path))
    assert prove("unit_rows", *solved["unit_rows"]) == []
    exercise = solved["unit_rows"].exercise
    assert (len(exercise.mistakes), len(exercise.hints), len(exercise.alternatives)) >= (4, 2, 1)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("graphs", "no name of a lab"),
        ("7_graphs", "no name of a lab"),
        ("17_Graphs", "no name of a lab"),
        ("17_../x", "no name of a lab"),
        ("16_trees", "There is a lab 16_graphs already"),
        ("17_graphs", "There is a lab 16_graphs already"),
    ],
)
def test_a_name_that_cannot_be_is_refused(tmp_path: Path, name: str, words: str) -> None:
    new_lab("16_graphs", tmp_path)
    with pytest.raises(CourseError, match=words):
        new_lab(name, tmp_path)
    assert [path.name for path in (tmp_path / "solutions").iterdir()] == ["16_graphs"]


def test_the_guide_quotes_the_skeleton() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```python\n(.*?)```", text, flags=re.DOTALL)
    held = "".join((TEMPLATES / name).read_text() for name in ("topic.py", "unit_rows.py"))
    of_the_skeleton = [
        block for block in blocks if "unit_rows = Exercise" in block or "SOLUTION" in block
    ]
    assert len(of_the_skeleton) == 2
    for block in of_the_skeleton:
        assert block.strip() in held

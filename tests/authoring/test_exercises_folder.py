"""The exercises of a long lab may stand in a folder, a module or several for each."""

from pathlib import Path

import pytest

from course_utils.authoring import notebook, references, source
from course_utils.authoring.source import LabSource
from course_utils.authoring.verify import problems
from tests.support import sample_lab

HEAD, SEP, TAIL = sample_lab.EXERCISES.partition("scale = ")
SHARED = "from ._shared import Exercise, scripts, vectors\n\n"


@pytest.fixture
def lab(tmp_path: Path) -> LabSource:
    written = sample_lab.write(tmp_path, exercises=None)
    folder = written.path.with_name("exercises")
    folder.mkdir()
    first, *rest = (SEP + TAIL).splitlines(keepends=True)
    (folder / "_shared.py").write_text(HEAD)
    (folder / "scaling.py").write_text(SHARED + first)
    (folder / "lines.py").write_text(SHARED + "".join(rest))
    return source.read(written.path, tmp_path)


def test_its_modules_may_import_each_other_and_keep_the_labs_order(lab: LabSource) -> None:
    assert problems(lab) == []
    assert list(references.load_exercises(lab)) == ["scale", "slope", "Counter"]


def test_every_module_counts_in_the_digest(lab: LabSource) -> None:
    before = notebook.source_digest(lab)
    shared = lab.path.parent / "exercises" / "_shared.py"
    shared.write_text(shared.read_text() + "\n# more\n")
    assert notebook.source_digest(lab) != before


def test_an_exercise_in_two_modules_and_a_file_beside_the_folder(lab: LabSource) -> None:
    folder = lab.path.parent / "exercises"
    (folder / "zoo.py").write_text(SHARED + "scale = Exercise(points=1)\n")
    lab.exercises_path.write_text("")
    found = " ".join(problems(lab))
    assert "exercises/zoo.py:3: exercise scale is defined at" in found
    assert "exercises/scaling.py:3 already" in found
    assert "there is a folder exercises/ too" in found

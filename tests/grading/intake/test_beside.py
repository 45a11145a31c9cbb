"""Small files that lie beside a notebook go with it, by the names that the student gave them."""

from pathlib import Path

import pytest

from course_utils.grading.intake import candidates
from course_utils.grading.intake.submissions import Submission, find
from tests.support.submitted import LAB, notebook, write, zipped

FILES: dict[str, str | bytes] = {
    "lab.ipynb": notebook("import helper"),
    "helper.py": "x = 1",
    "points.csv": "1,2",
    "essay.docx": "text",
    "deeper/other.py": "x = 2",
}


def only(place: Path, folder: Path) -> Submission:
    (one,) = find(place, LAB, folder / "work").submissions
    return one


def test_a_module_and_data_go_with_the_notebook(tmp_path: Path) -> None:
    write(tmp_path / "class" / "ada", FILES)
    write(tmp_path / "zips", {"ada.zip": zipped(FILES)})
    for place in ("class", "zips"):
        one = only(tmp_path / place, tmp_path)
        found = {name: path.read_text() for name, path in one.files}
        assert found == {"helper.py": "x = 1", "points.csv": "1,2"}


def test_platforms_prefixes_are_taken_off(tmp_path: Path) -> None:
    names = ("lab.ipynb", "helper.py")
    files = {f"ada_123_{n}_{name}": FILES[name] for n, name in enumerate(names)}
    write(tmp_path / "class", {**files, "bob_124_9_lab.ipynb": notebook("y = 2")})
    ada, bob = find(tmp_path / "class", LAB, tmp_path / "work").submissions
    assert [name for name, _ in ada.files] == ["helper.py"]
    assert bob.files == ()


def test_a_changed_module_is_a_changed_submission(tmp_path: Path) -> None:
    write(tmp_path / "class" / "ada", FILES)
    before = only(tmp_path / "class", tmp_path).digest
    write(tmp_path / "class" / "ada", {"helper.py": "x = 3"})
    assert only(tmp_path / "class", tmp_path).digest != before


def test_large_files_and_very_many_are_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(candidates, "MOST_BESIDE", 3)
    many = {f"m{n}.py": "" for n in range(9)} | {"a.csv": b"1" * 300_000}
    write(tmp_path / "class" / "ada", {"lab.ipynb": notebook(), **many})
    assert [name for name, _ in only(tmp_path / "class", tmp_path).files] == ["m0.py", "m1.py"]

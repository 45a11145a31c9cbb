"""Students' files are opened in processes of their own: what ends one costs one student."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from course_utils.common.errors import CourseError
from course_utils.grading.apart.apart import Apart
from course_utils.grading.intake import submissions
from course_utils.grading.intake.candidates import Choice
from course_utils.grading.intake.layouts import Handed
from course_utils.grading.intake.submissions import find
from tests.support.submitted import LAB, notebook, write, zipped


@pytest.fixture(scope="module")
def apart() -> Iterator[Apart]:
    with Apart() as running:
        yield running


FILES: dict[str, str | bytes] = {
    "ada/lab.ipynb": notebook("a = 1"),
    "ada/helper.py": "x = 1",
    "bob/lab.zip": zipped({"deep/lab.ipynb": notebook("b = 1"), "deep/data.csv": "1"}),
    "cy/lab.zip": b"no zip",
    "dan/lab.ipynb": notebook("d = 1"),
}


@pytest.mark.parametrize("packed", [False, True])
def test_it_finds_what_it_finds_in_one_process(tmp_path: Path, apart: Apart, packed: bool) -> None:
    place = write(tmp_path / "class", FILES)
    if packed:
        place = tmp_path / "class.zip"
        place.write_bytes(zipped(FILES))
    here = find(place, LAB, tmp_path / "here")
    there = find(place, LAB, tmp_path / "there", apart)
    assert there.notes == here.notes
    assert there.entries == here.entries
    for one, other in zip(here.submissions, there.submissions, strict=True):
        assert (one.student, one.digest, one.problem) == (
            other.student,
            other.digest,
            other.problem,
        )
        assert [name for name, _ in one.files] == [name for name, _ in other.files]
        if not one.problem:
            assert one.path.read_bytes() == other.path.read_bytes()


def ends_with_dan(handed: Handed, *rest: object) -> Choice:
    if handed.student == "dan":
        os.kill(os.getpid(), signal.SIGSEGV)
    return submissions._choose(handed, *rest)  # type: ignore[arg-type]


def test_a_file_that_ends_its_process_costs_one_student(
    tmp_path: Path, apart: Apart, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(submissions, "_choose", ends_with_dan)
    found = find(write(tmp_path / "class", FILES), LAB, tmp_path / "work", apart)
    refused = {one.student: one.problem for one in found.submissions if one.problem}
    assert refused.keys() == {"cy", "dan"}
    assert refused["dan"].startswith("class/dan cannot be read: its process was ended")
    assert found.entries["dan"].startswith("refused: class/dan cannot be read")


def test_a_full_disk_is_no_students_fault(
    tmp_path: Path, apart: Apart, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(submissions, "_choose", no_space)
    with pytest.raises(CourseError, match="no space left"):
        find(write(tmp_path / "class", FILES), LAB, tmp_path / "work", apart)


def no_space(*_: object) -> Choice:
    raise submissions.NoSpace("There is no space left in work to unpack zips in.")

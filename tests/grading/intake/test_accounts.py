"""Everything at the top of a class's folder is accounted for, and the numbers add up."""

import random
import re
import unicodedata
from pathlib import Path

import pytest

from course_utils.grading.intake.submissions import Found, find
from tests.support.submitted import LAB, notebook, write, zipped

ACCENTED = "José"


def found_in(folder: Path, files: dict[str, str | bytes]) -> Found:
    write(folder / "class", files)
    return find(folder / "class", LAB, folder / "work")


def test_a_folder_of_a_student_called_submissions_hides_nobody(tmp_path: Path) -> None:
    names = ("ada", "bob", "dan", "submissions")
    found = found_in(tmp_path, {f"{name}/lab.ipynb": notebook(f"x = '{name}'") for name in names})
    assert [one.student for one in found.submissions] == sorted(names)
    assert set(found.entries.values()) == {"graded"}


def test_the_folder_of_a_course_of_nbgrader_is_still_found(tmp_path: Path) -> None:
    files = {f"submitted/{name}/{LAB}/lab.ipynb": notebook(f"x = '{name}'") for name in "ab"}
    found = found_in(tmp_path, {**files, f"source/{LAB}/lab.ipynb": notebook("solved = 1")})
    assert [one.student for one in found.submissions] == ["a", "b"]
    assert found.entries["source"] == "ignored: it lies beside the folder of the class"


def test_two_spellings_of_one_look_are_two_students(tmp_path: Path) -> None:
    spellings = [unicodedata.normalize(form, ACCENTED) for form in ("NFC", "NFD")]
    found = found_in(
        tmp_path, {f"{one}/lab.ipynb": notebook(f"x = {n}") for n, one in enumerate(spellings)}
    )
    assert len(found.submissions) == 2
    assert len({one.student for one in found.submissions}) == 2
    assert len({one.slug for one in found.submissions}) == 2
    assert list(found.entries) == sorted(spellings)


def test_what_is_ignored_or_refused_is_named_with_its_reason(tmp_path: Path) -> None:
    found = found_in(
        tmp_path,
        {
            "ada.ipynb": notebook(),
            "..ipynb": notebook("hidden = 1"),
            ".DS_Store": b"",
            "list.txt": "",
            "bob.zip": "no zip",
            "cy.zip": zipped({"__MACOSX/x": "", "lab.ipynb": notebook("y = 1")}),
        },
    )
    assert found.entries["ada.ipynb"] == found.entries["cy.zip"] == "graded"
    assert found.entries["bob.zip"].startswith("refused: class/bob.zip is no zip")
    assert found.entries["..ipynb"].startswith("ignored: a hidden file")
    assert found.entries["list.txt"] == "ignored: no notebook, no zip, and no student's folder"
    assert found.notes[-1].startswith("Found 6 at the top: 2 graded, 1 refused, 3 ignored. Ignored")
    assert "..ipynb (a hidden file" in found.notes[-1]


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("packed", [False, True])
def test_the_numbers_add_up(tmp_path: Path, seed: int, packed: bool) -> None:
    """A property, for whatever lies there."""
    rng = random.Random(seed)
    tops = ["ada", "bob.ipynb", "cy.zip", ".hidden", "..ipynb", "readme.md", "submissions", "e.pdf"]
    tops += ["__MACOSX", "Dan_12_assignsubmission_file_", "eve_123_456_lab.ipynb", "fay.ipynb.txt"]
    files: dict[str, str | bytes] = {"zoe.ipynb": notebook("z = 1")}
    for top in rng.sample(tops, rng.randrange(1, len(tops))):
        content = zipped({"lab.ipynb": notebook(top)}) if top.endswith("zip") else notebook(top)
        files[top if "." in top.lstrip(".") else f"{top}/lab.ipynb"] = content
    write(tmp_path / "class", files)
    there = {path.name for path in (tmp_path / "class").iterdir()}
    place = tmp_path / "class"
    if packed:
        place = tmp_path / "class.zip"
        place.write_bytes(zipped(files))
    found = find(place, LAB, tmp_path / "work")
    assert set(found.entries) == there
    said = re.match(r"Found (\d+) at the top: (.+?)\.", found.notes[-1])
    assert said
    assert int(said[1]) == len(there)
    assert sum(map(int, re.findall(r"\d+", said[2]))) == len(there)
    graded = sum(fate == "graded" for fate in found.entries.values())
    assert graded == sum(not one.problem for one in found.submissions)

"""Whose notebook is which: the layouts in which a class hands in."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from course_utils.common.errors import CourseError
from course_utils.common.paths import ROOT
from course_utils.grading.intake.layouts import names_lab
from course_utils.grading.intake.submissions import Found, find
from tests.support.submitted import LAB, notebook, snapshot, write, zipped

ONE, TWO = notebook("one = 1"), notebook("two = 2")
OTHER = notebook("three = 3", lab="02_backpropagation")


def found_in(tmp_path: Path, files: dict[str, str | bytes]) -> Found:
    """Find the submissions among these files, and see that none of them was touched."""
    folder = write(tmp_path / "class", files)
    before = snapshot(folder)
    found = find(folder, LAB, tmp_path / "work")
    assert snapshot(folder) == before
    return found


def sources(found: Found) -> dict[str, str]:
    """What was taken as each student's notebook: its text, or the problem."""
    return {one.student: one.problem or one.path.read_text() for one in found.submissions}


def test_one_notebook_a_student(tmp_path: Path) -> None:
    found = found_in(tmp_path, {"ada.ipynb": ONE, "bob.IPYNB": TWO, "eve.ipynb.txt": TWO})
    assert sources(found) == {"ada": ONE, "bob": TWO, "eve": TWO}
    assert found.notes[0] == "class: 3 notebooks of 3 students, one notebook a student."
    assert [one.origin for one in found.submissions][0] == "class/ada.ipynb"
    assert found.submissions[0].path == tmp_path / "class" / "ada.ipynb"


def test_one_folder_a_student_with_things_beside_it(tmp_path: Path) -> None:
    files = {"ada/x.ipynb": ONE, "ada/data.csv": "1", "bob/deep/er/y.ipynb": TWO, "list.txt": ""}
    files |= {"ada/.ipynb_checkpoints/x-checkpoint.ipynb": TWO, "__MACOSX/ada/._x.ipynb": "junk"}
    found = found_in(tmp_path, files)
    assert sources(found) == {"ada": ONE, "bob": TWO}
    assert found.notes[-1].startswith("Found 4 at the top: 2 graded, 2 ignored. Ignored: __MACOSX")
    assert "list.txt (no notebook, no zip, and no student's folder)" in found.notes[-1]


def test_a_folder_without_a_notebook_is_a_student_with_a_problem(tmp_path: Path) -> None:
    found = found_in(tmp_path, {"ada/x.ipynb": ONE, "bob/x.py": "x", "eve/": ""})
    got = sources(found)
    assert got["bob"] == "class/bob holds no notebook (.ipynb). It holds x.py."
    assert got["eve"] == "class/eve holds no notebook (.ipynb). It is empty."
    assert found.notes[0] == "class: 1 notebook of 3 students, one folder a student."
    assert found.notes[1] == "2 submissions without a notebook to grade: bob and eve."


def test_a_folder_of_pictures_beside_notebooks_is_nobodys(tmp_path: Path) -> None:
    found = found_in(tmp_path, {"ada.ipynb": ONE, "bob.ipynb": TWO, "images/a.png": "x"})
    assert list(sources(found)) == ["ada", "bob"]


def test_submitted_of_nbgrader_with_labs_side_by_side(tmp_path: Path) -> None:
    files = {f"submitted/{who}/{LAB}/perceptron.ipynb": ONE for who in ("ada", "bob")}
    files |= {f"submitted/{who}/02_backpropagation/b.ipynb": OTHER for who in ("ada", "eve")}
    files |= {
        f"submitted/ada/{LAB}/timestamp.txt": "2026",
        "gradebook.db": "",
        "source/s.ipynb": "",
    }
    for place in (".", "submitted"):
        write(tmp_path / "class", files)
        found = find(tmp_path / "class" / place, LAB, tmp_path / "work")
        assert sources(found) == {"ada": ONE, "bob": ONE, "eve": OTHER}


def test_the_lab_is_recognised_by_names_where_metadata_say_nothing(tmp_path: Path) -> None:
    plain, second = notebook("a", lab=""), notebook("b", lab="")
    files: dict[str, str | bytes] = {}
    for student, folder in (("ada", "lab 1"), ("bob", "01_perceptron"), ("eve", "Perceptron")):
        files |= {f"{student}/{folder}/x.ipynb": plain, f"{student}/other/x.ipynb": second}
    files |= {"zoe/perceptron.ipynb": plain, "zoe/x.ipynb": second}
    found = found_in(tmp_path, files)
    assert set(sources(found).values()) == {plain}
    assert found.notes[1] == (
        "ada: class/ada/lab 1/x.ipynb was taken, not class/ada/other/x.ipynb."
    )


@pytest.mark.parametrize(
    "word", ["01_perceptron", "1", "01", "Lab 1", "lab01_Perceptron", "LAB-01"]
)
def test_a_name_that_means_the_lab(word: str) -> None:
    assert names_lab(word, LAB)
    assert not names_lab(word.replace("1", "2").replace("erceptron", "lay"), LAB)


def test_two_notebooks_of_a_student(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {"ada/a.ipynb": ONE, "ada/b.ipynb": TWO}
    files |= {"bob/a.ipynb": ONE, "bob/scratch.ipynb": notebook("x", lab="")}
    files |= {"eve/a.ipynb": ONE, "eve/copy.ipynb": ONE, "zoe/a.ipynb": OTHER, "zoe/b.ipynb": "{}"}
    got = sources(found_in(tmp_path, files))
    assert got["ada"] == (
        f"There are 2 notebooks of lab {LAB}: class/ada/a.ipynb and class/ada/b.ipynb; keep one, "
        "or take the newest with --newest."
    )
    assert got["bob"] == got["eve"] == ONE
    assert got["zoe"].startswith(f"None of 2 notebooks is of lab {LAB}: class/zoe/a.ipynb")


def test_a_download_from_canvas(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "lovelaceada_12345_67890_perceptron.ipynb": ONE,
        "lovelaceada_12345_67999_perceptron-1.ipynb": TWO,
        "smithbob_LATE_222_68000_lab_01_final.ipynb": ONE,
        "smithbob_333_68001_perceptron-2.ipynb": TWO,
        "smithbob_333_67001_perceptron-10.ipynb": ONE,
        "zed_444_68002_work.zip": zipped({"work/p.ipynb": ONE, "work/data.csv": "1"}),
    }
    found = found_in(tmp_path, files)
    assert sources(found) == {
        "lovelaceada": TWO,
        "smithbob 222": ONE,
        "smithbob 333": TWO,
        "zed": ONE,
    }
    assert [one.lms_id for one in found.submissions] == ["12345", "222", "333", "444"]
    assert found.layout == "a download with a number in each name, as from Canvas"


def test_names_with_one_number_as_in_surname_123_file(tmp_path: Path) -> None:
    files = {"Lovelace_123_p.ipynb": ONE, "Smith_124_p.ipynb": TWO, "Smith_125_p.ipynb": ONE}
    found = found_in(tmp_path, {**files})
    assert list(sources(found)) == ["Lovelace", "Smith 124", "Smith 125"]
    assert [one.lms_id for one in found.submissions] == ["123", "124", "125"]


def test_the_labs_or_the_years_number_in_each_name_is_no_students(tmp_path: Path) -> None:
    names = ["lab_001_ada", "lab_001_bob", "lab_001_eve", "lab_001_zoe"]
    found = found_in(tmp_path, {f"{name}.ipynb": ONE for name in names})
    assert list(sources(found)) == names


@pytest.mark.parametrize(
    "form", ["{}_assignsubmission_file_/p.ipynb", "{}_assignsubmission_file_p.ipynb"]
)
def test_a_download_from_moodle(tmp_path: Path, form: str) -> None:
    people = {"Ada Lovelace_101": ONE, "Bob_the_3rd_102": TWO, "Bob_the_3rd_103": ONE}
    found = found_in(
        tmp_path,
        {form.format(who): text for who, text in people.items()}
        | {"Eve_104_assignsubmission_onlinetext_/onlinetext.html": "<p>"},
    )
    got = sources(found)
    assert list(got) == ["Ada Lovelace", "Bob_the_3rd 102", "Bob_the_3rd 103", "Eve"]
    assert "onlinetext.html" in got["Eve"]
    assert [one.lms_id for one in found.submissions] == ["101", "102", "103", "104"]


@pytest.mark.parametrize("wrapped", ["", "Lab 1 hand-in/", "submitted/"])
def test_a_zip_of_the_class_and_a_folder_around_it(tmp_path: Path, wrapped: str) -> None:
    path = tmp_path / "hw1.zip"
    names = {f"{wrapped}ada/p.ipynb": ONE, f"{wrapped}bob/p.ipynb": TWO, "__MACOSX/._ada": "x"}
    path.write_bytes(zipped({**names}))
    found = find(path, LAB, tmp_path / "work")
    assert sources(found) == {"ada": ONE, "bob": TWO}
    assert found.submissions[0].origin == f"hw1.zip/{wrapped}ada/p.ipynb"
    assert all(one.path.is_relative_to(tmp_path / "work") for one in found.submissions)


def test_the_class_in_a_zip_in_a_folder_with_a_zip_of_each_student(tmp_path: Path) -> None:
    each = {f"{who}.zip": zipped({"p.ipynb": text}) for who, text in (("ada", ONE), ("bob", TWO))}
    found = found_in(tmp_path, {"download.zip": zipped({**each})})
    assert sources(found) == {"ada": ONE, "bob": TWO}
    assert found.submissions[0].origin == "class/download.zip/ada.zip/p.ipynb"
    assert found.layout == "one zip a student"


def test_a_class_of_one(tmp_path: Path) -> None:
    for number, name in enumerate(["ada.ipynb", "ada/p.ipynb", f"ada/{LAB}/p.ipynb"]):
        folder = write(tmp_path / f"class{number}", {name: ONE})
        assert sources(find(folder, LAB, tmp_path / "work")) == {"ada": ONE}
    (tmp_path / "one.zip").write_bytes(zipped({"ada.zip": zipped({"p.ipynb": ONE})}))
    assert sources(find(tmp_path / "one.zip", LAB, tmp_path / "work")) == {"ada": ONE}
    alone = find(tmp_path / "class0" / "ada.ipynb", LAB, tmp_path / "work")
    assert sources(alone) == {"ada": ONE} and alone.submissions[0].origin == "class0/ada.ipynb"


def test_links_are_reported_and_not_followed(tmp_path: Path) -> None:
    secret = write(tmp_path / "secret", {"s.ipynb": TWO})
    folder = write(tmp_path / "class", {"ada/p.ipynb": ONE, "bob/": ""})
    (folder / "bob" / "p.ipynb").symlink_to(secret / "s.ipynb")
    (folder / "eve").symlink_to(secret, target_is_directory=True)
    (folder / "zed.ipynb").symlink_to("nowhere")
    (folder / "ada" / "q.ipynb").symlink_to(secret / "s.ipynb")
    found = find(folder, LAB, tmp_path / "work")
    got = sources(found)
    assert got["ada"] == ONE
    for student, name in (("bob", "bob/p.ipynb"), ("eve", "eve"), ("zed", "zed.ipynb")):
        assert got[student].startswith(f"class/{name} is a link, which is not followed")
    assert found.submissions[0].notes[0].startswith("class/ada/q.ipynb is a link")


def test_what_is_no_regular_file_and_what_cannot_be_listed(tmp_path: Path) -> None:
    folder = write(tmp_path / "class", {"ada/": "", "bob.ipynb/": "", "eve.ipynb": ONE})
    os.mkfifo(folder / "ada" / "p.ipynb")
    got = sources(find(folder, LAB, tmp_path / "work"))
    assert got["ada"].startswith("class/ada/p.ipynb is a pipe")
    assert got["eve"] == ONE
    assert "bob" not in got  # an empty folder beside notebooks is nobody's


def test_an_unreadable_notebook_is_still_a_submission(tmp_path: Path) -> None:
    found = found_in(tmp_path, {"ada.ipynb": "no JSON", "bob.ipynb": ""})
    assert [one.problem for one in found.submissions] == ["", ""]
    assert len({one.digest for one in found.submissions}) == 2


def test_a_notebook_that_is_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from course_utils.grading.intake import entries

    monkeypatch.setattr(entries.read_file, "__defaults__", (2**20,))
    found = found_in(tmp_path, {"ada.ipynb": b" " * 2**20 + b"{}", "bob.ipynb": ONE})
    assert sources(found) == {
        "ada": "class/ada.ipynb is larger than 1 MB: clear its outputs and hand it in again.",
        "bob": ONE,
    }


def test_nothing_to_grade(tmp_path: Path) -> None:
    write(tmp_path / "class", {"readme.txt": "hello"})
    with pytest.raises(CourseError, match=r"There is no notebook \(.ipynb\) in .*class"):
        find(tmp_path / "class", LAB, tmp_path / "work")
    with pytest.raises(CourseError, match="does not exist"):
        find(tmp_path / "none", LAB, tmp_path / "work")


def test_names_of_all_kinds(tmp_path: Path) -> None:
    names = ["Ada", "ada", "José", "Иван", "李明", "a b", "CON", "x" * 240, "=cmd()", "c\u202ed"]
    found = found_in(tmp_path, {f"{name}.ipynb": notebook(name) for name in names})
    assert len(found.submissions) == len(names)
    stems = [one.slug for one in found.submissions]
    assert len({stem.casefold() for stem in stems}) == len(names)
    assert {"José", "Иван", "李明", "a-b", "student-CON", "cmd"} <= set(stems)
    assert all(len(stem.encode()) < 200 for stem in stems)
    assert all("\u202e" not in one.student and len(one.student) <= 120 for one in found.submissions)


def test_names_that_differ_in_nothing_that_shows(tmp_path: Path) -> None:
    found = found_in(tmp_path, {"ada\u202e.ipynb": ONE, "ada\u202d.ipynb": TWO, "ada.ipynb": TWO})
    assert len({one.student for one in found.submissions}) == 3
    assert all(not one.problem for one in found.submissions)


def test_finding_and_rebuilding_import_no_tensorflow() -> None:
    code = (
        "import sys\n"
        "import course_utils.grading.intake.submissions, course_utils.grading.rebuild.rebuild\n"
        "print({'tensorflow', 'keras', 'matplotlib'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout == "set()\n", done.stderr

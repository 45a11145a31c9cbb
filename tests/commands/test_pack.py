"""What students get: a copy that works, the same bytes every time, and no answer in it."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from course_utils.commands import pack
from course_utils.common.errors import CourseError
from course_utils.common.paths import RELEASE, ROOT
from tests.support.answers import leaked

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path, _ = pack.pack(ROOT, tmp_path_factory.mktemp("build"))
    return path


@pytest.fixture(scope="module")
def unpacked(packed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("student")
    with zipfile.ZipFile(packed) as archive:
        archive.extractall(folder)
    return folder / RELEASE


def course(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    command = [sys.executable, "-m", "course_utils", "--here", *arguments]
    return subprocess.run(
        command,
        cwd=folder,
        env={**environment, "PIP_NO_INDEX": "1"},
        text=True,
        capture_output=True,
    )


def test_only_what_students_need_is_packed(unpacked: Path) -> None:
    assert sorted(path.name for path in unpacked.iterdir() if path.name != "data") == [
        ".github",
        "LICENSE",
        "README.md",
        "course_utils",
        "labs",
        "pyproject.toml",
        "requirements-cuda.txt",
        "requirements.txt",
        "setup.py",
    ]
    for room in ("authoring", "grading", "commands/suite.py", "commands/pack.py"):
        assert not (unpacked / "course_utils" / room).exists()
    names = [path.name for path in unpacked.rglob("*")]
    assert not [name for name in names if name == "__pycache__" or ".kept-" in name]


def test_packing_twice_gives_the_same_bytes(packed: Path, tmp_path: Path) -> None:
    again, count = pack.pack(ROOT, tmp_path)
    assert again.read_bytes() == packed.read_bytes()
    with zipfile.ZipFile(again) as archive:
        assert len(archive.namelist()) == count


def test_no_line_of_a_solution_is_in_a_packed_file(unpacked: Path) -> None:
    assert not leaked(unpacked)


def test_the_students_copy_works(unpacked: Path) -> None:
    done = course(unpacked, "--version")
    assert done.returncode == 0, done.stderr
    done = course(unpacked, "doctor")
    assert "01_perceptron" in done.stdout, done.stderr
    assert "PROBLEM" not in done.stdout, done.stdout
    for command in ("build", "run", "test", "pack"):
        done = course(unpacked, command)
        assert done.returncode == 2
        assert "students' copy" in done.stderr
        assert len(done.stderr.strip().splitlines()) == 1


def test_its_checks_can_be_loaded_without_the_authors_rooms(unpacked: Path) -> None:
    code = (
        "import course_utils, pathlib, sys\n"
        f"assert pathlib.Path(course_utils.__file__).is_relative_to({str(unpacked)!r})\n"
        "from course_utils.lab import Lab\n"
        "lab = Lab('01_perceptron'); lab.progress()\n"
        "rooms = [n for n in sys.modules if n.startswith('course_utils.')]\n"
        "assert not [n for n in rooms if 'authoring' in n or 'grading' in n]\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=unpacked, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


def test_it_refuses_to_pack_what_is_stale(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from course_utils.authoring import build

    monkeypatch.setattr(build, "check_labs", lambda: ["labs/01_x/x.ipynb is stale."])
    with pytest.raises(CourseError, match=r"Nothing is packed.*: labs/01_x/x\.ipynb is stale"):
        pack.pack(ROOT, tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        ("labs/01_perceptron/perceptron.ipynb", True),
        ("labs/01_perceptron/checks.npz", True),
        ("labs/01_perceptron/perceptron-solved.ipynb", False),
        ("labs/01_perceptron/perceptron.kept-1.ipynb", False),
        ("labs/01_perceptron/.ipynb_checkpoints/perceptron-checkpoint.ipynb", False),
        ("course_utils/lab.py", True),
        ("course_utils/exercises/__pycache__/case.cpython-311.pyc", False),
        ("course_utils/grading/reports/class.py", False),
        ("data/faces/card.md", True),
    ],
)
def test_what_is_for_students(path: str, wanted: bool) -> None:
    assert pack.is_for_students(ROOT / path, ROOT) is wanted

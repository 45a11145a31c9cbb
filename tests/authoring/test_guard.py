"""A notebook alone: what it says without the course, and that its release brings what it needs."""

import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import nbformat
import pytest

from course_utils.authoring import notebook, source
from course_utils.authoring.guard import guard, release_address
from course_utils.commands import pack
from course_utils.common.paths import RELEASE, ROOT
from tests.support import sample_lab

PYPROJECT = '[project]\nname = "labs"\nversion = "1"\n'
SENTENCE = f"The course is not installed here: .*`%pip install .*{RELEASE}.zip`.*"

#: Runs a cell as a notebook's kernel does, where no course can be imported.
_IN_IPYTHON = """
import sys
from IPython.core.interactiveshell import InteractiveShell
sys.modules["course_utils"] = None
shell = InteractiveShell.instance(colors="nocolor")
shell.run_cell(sys.stdin.read())
"""


def first_cells() -> list[object]:
    labs = [source.read(path) for path in source.find_labs()]
    cells = [next(c for c in notebook.released(lab).cells if c.cell_type == "code") for lab in labs]
    return [pytest.param(c.source, id=lab.name) for lab, c in zip(labs, cells, strict=True)]


@pytest.mark.parametrize("cell", first_cells())
def test_without_the_course_the_first_cell_says_in_one_sentence_what_to_do(
    cell: str, tmp_path: Path
) -> None:
    bare = [sys.executable, "-S", "-E", "-c", cell]
    done = subprocess.run(bare, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 1 and not done.stdout
    assert re.fullmatch(f"ModuleNotFoundError: {SENTENCE}", done.stderr.splitlines()[-1])
    assert "During handling" not in done.stderr


def test_a_notebook_shows_the_sentence_and_nothing_around_it(tmp_path: Path) -> None:
    kernel = [sys.executable, "-c", _IN_IPYTHON]
    environment = os.environ | {"IPYTHONDIR": str(tmp_path)}
    done = subprocess.run(
        kernel, input=guard(ROOT), env=environment, capture_output=True, text=True, cwd=tmp_path
    )
    assert re.fullmatch(SENTENCE, done.stdout.strip()), done.stdout + done.stderr


def test_the_address_is_that_of_pyproject(tmp_path: Path) -> None:
    assert release_address(tmp_path) == f"{RELEASE}.zip"
    (tmp_path / "pyproject.toml").write_text(PYPROJECT)
    assert release_address(tmp_path) == f"{RELEASE}.zip"
    assert f"lay {RELEASE}.zip beside" in guard(tmp_path)
    home = '[project.urls]\nReleases = "https://labs.example/releases/"\n'
    (tmp_path / "pyproject.toml").write_text(PYPROJECT + home)
    assert release_address(tmp_path) == f"https://labs.example/releases/{RELEASE}.zip"
    assert (
        f"not installed here: run `%pip install https://labs.example/releases/{RELEASE}.zip`"
        in (re.sub(r'"\s+"', "", guard(tmp_path)))
    )


def test_the_guard_stands_before_the_first_code_and_in_students_notebooks_alone(
    tmp_path: Path,
) -> None:
    lab = sample_lab.lab_of(tmp_path, sample_lab.function("f"), exercises=("f",))
    released, solved = notebook.released(lab), notebook.solved(lab)
    nbformat.validate(released)
    guarded = [cell.id for cell in released.cells if "import course_utils\n" in cell.source]
    assert guarded == [next(c.id for c in released.cells if c.cell_type == "code")]
    assert not any("missing._render" in cell.source for cell in solved.cells)


@pytest.mark.slow
def test_what_pip_installs_from_the_release_has_the_labs_checks_and_data(tmp_path: Path) -> None:
    unpacked, wheels, site = tmp_path / RELEASE, tmp_path / "wheels", tmp_path / "site"
    for path in pack.contents(ROOT):
        target = unpacked / path.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)
    pip = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "--no-index"]
    built = subprocess.run(
        [*pip, "--wheel-dir", str(wheels), str(unpacked)], capture_output=True, text=True
    )
    assert built.returncode == 0, built.stdout + built.stderr
    (wheel,) = wheels.iterdir()
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    program = (
        "from course_utils import datasets, lab\n"
        "from course_utils.common import paths\n"
        "print(paths.ROOT)\n"
        "print(len(datasets.chairs()[0]))\n"
        "lab.Lab('01_perceptron').hint('heaviside')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(site)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    shipped, chairs, *hint = done.stdout.splitlines()
    assert Path(shipped) == site / "course_utils" / "shipped" and int(chairs) > 0
    assert "heaviside" in " ".join(hint)

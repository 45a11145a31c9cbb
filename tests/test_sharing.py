"""Which tests share a process: those that need each other, and no more."""

import importlib.util
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

ROOT = Path(__file__).parents[1]
NO_TEMPLATE = """
class Template:
    def __init__(self, folder): pass
    def close(self): pass
"""


@pytest.fixture(scope="module")
def conftest():
    spec = importlib.util.spec_from_file_location("course_conftest", ROOT / "conftest.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_cells_of_a_notebook_and_the_tests_of_a_file_stay_together(conftest) -> None:
    for path in ("solutions/01_x/x.ipynb", "tests/common/test_files.py"):
        assert conftest.scope(f"{path}::Cell 0") == conftest.scope(f"{path}::Cell 1") == path


def test_proofs_go_by_lab_and_shallow_runs_one_by_one(conftest) -> None:
    proof = "tests/labs/test_exercises.py::test_the_check_is_proved"
    one, other, third = (f"{proof}[{name}]" for name in ("01_x-a", "01_x-b", "02_y-a"))
    assert conftest.scope(one) == conftest.scope(other) != conftest.scope(third)
    run = "tests/labs/test_notebooks.py::test_cells_stop"
    assert conftest.scope(f"{run}[01_x-none]") != conftest.scope(f"{run}[01_x-every other]")


@pytest.mark.slow
def test_a_notebook_runs_on_two_processes(tmp_path: Path) -> None:
    """Its second cell needs the first: split over two processes, it would fail."""
    cells = [new_code_cell("x = 1"), *(new_code_cell(f"x + {n}") for n in range(6))]
    for name in ("one", "two"):
        nbformat.write(new_notebook(cells=cells), tmp_path / f"{name}.ipynb")
    (tmp_path / "conftest.py").write_text((ROOT / "conftest.py").read_text())
    kernels = tmp_path / "tests" / "support" / "kernels.py"
    kernels.parent.mkdir(parents=True)
    kernels.write_text(NO_TEMPLATE)  # these cells need no Keras
    command = [sys.executable, "-m", "pytest", "--nbval-lax", "-n", "2", "-q", "."]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert "14 passed" in done.stdout, done.stdout

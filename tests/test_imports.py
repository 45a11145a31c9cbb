"""The rooms of `course_utils`: imports run one way, and each room says what it is."""

import ast
import subprocess
import sys
import tomllib
from itertools import chain

import pytest

from course_utils.common.paths import ROOT

PACKAGE = ROOT / "course_utils"
CONFIG = ROOT / "pyproject.toml"
# Templates are copied, not imported.
FOLDERS = sorted({path.parent for path in PACKAGE.rglob("*.py") if "templates" not in path.parts})


def test_the_contracts_on_imports_are_kept() -> None:
    """In a process of its own: where TensorFlow is loaded, it ended pytest with its output lost."""
    code = "from importlinter.cli import lint_imports_command as command; command()"
    done = subprocess.run(
        [sys.executable, "-c", code, "--config", str(CONFIG), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_room_has_its_place_in_the_layers() -> None:
    contracts = tomllib.loads(CONFIG.read_text(encoding="utf-8"))["tool"]["importlinter"]
    named = {
        room.strip()
        for contract in contracts["contracts"]
        for value in chain(contract.get("layers", []), contract.get("source_modules", []))
        for room in value.split("|")
    }
    rooms = {path.stem for path in PACKAGE.iterdir() if path.is_dir() or path.suffix == ".py"}
    rooms -= {"__init__", "__pycache__"}
    assert rooms <= {name.removeprefix("course_utils.") for name in named}


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_folder_says_what_it_is(folder) -> None:
    assert ast.get_docstring(ast.parse((folder / "__init__.py").read_text(encoding="utf-8")))


@pytest.mark.parametrize("path", sorted((PACKAGE / "common").glob("*.py")), ids=lambda p: p.stem)
def test_common_needs_nothing_installed(path) -> None:
    """The set-up imports it before anything is installed."""
    needed = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            needed |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            needed.add(node.module or "")
    outside = {name for name in needed if name.split(".")[0] not in sys.stdlib_module_names}
    outside -= {"course_utils"}  # its __init__ imports nothing
    assert all(f"{name}.".startswith("course_utils.common.") for name in outside)

"""The rooms of `course_utils`: imports run one way, and each room says what it is."""

import ast
import sys
import tomllib
from itertools import chain

import pytest
from importlinter import cli

from course_utils.common.paths import ROOT

PACKAGE = ROOT / "course_utils"
CONFIG = ROOT / "pyproject.toml"
FOLDERS = sorted({path.parent for path in PACKAGE.rglob("*.py")})


def test_the_contracts_on_imports_are_kept(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    status = cli.lint_imports(config_filename=str(CONFIG), no_cache=True)
    assert status == cli.EXIT_STATUS_SUCCESS, capsys.readouterr().out


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
    assert all(f"{name}.".startswith("course_utils.common.") for name in outside)

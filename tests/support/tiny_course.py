"""A course of two packages and no network, on which the set-up is really run in a second or two."""

import json
import os
import shutil
import subprocess
import sys
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]
SET_UP = ("__init__.py", "__main__.py", "common", "setup")

# Stands for the real commands: says where it runs and with what.
CLI = """
import json, os, sys
def main(arguments):
    print(json.dumps([sys.prefix, arguments, os.environ.get("PYTHONPATH", "")]))
    return 7 if arguments == ["fail"] else 0
"""

# A build backend without setuptools: an editable wheel that holds one path.
BACKEND = """
import os, sys
sys.path.insert(0, os.path.dirname(__file__))
from wheels import write_wheel
def build_editable(folder, settings=None, metadata=None):
    return write_wheel(folder, "tiny-course", "1.0", {"tiny_course.pth": os.path.dirname(__file__)})
build_wheel = build_editable
"""
PROJECT = """
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]
[project]
name = "tiny-course"
version = "1.0"
"""


@dataclass
class TinyCourse:
    """A folder with the real set-up, and the environment variables that it is started with."""

    root: Path
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def venv(self) -> Path:
        """Where its environment lies."""
        return self.root / ".venv"

    @property
    def python(self) -> str:
        """The Python of its environment."""
        return str(self.venv / "bin" / "python")

    def command(self, *arguments: str, python: str = sys.executable) -> list[str]:
        """Return the command line of a start."""
        return [python, "-m", "course_utils", *arguments]

    def start(
        self, *arguments: str, python: str = sys.executable, prefix: list[str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Start a command and return what came of it."""
        command = [*(prefix or []), *self.command(*arguments, python=python)]
        return subprocess.run(
            command,
            cwd=self.root,
            env=self.environment,
            text=True,
            capture_output=True,
            timeout=120,
        )

    def marker(self) -> dict[str, object]:
        """Return what the marker says."""
        found: dict[str, object] = json.loads((self.venv / "course.json").read_text())
        return found

    def require(self, *pins: str) -> None:
        """Set the pins."""
        (self.root / "requirements.txt").write_text("".join(pin + "\n" for pin in pins))

    def patch(self, code: str) -> None:
        """Run `code` in every Python that is started from now on, before anything else."""
        folder = self.root.parent / "patches"
        folder.mkdir(exist_ok=True)
        (folder / "sitecustomize.py").write_text(code)
        self.environment["PYTHONPATH"] = str(folder)

    def provide_uv(self) -> None:
        """Let pip find a package uv: the real one behind a name of its own."""
        real = shutil.which("uv", path=os.path.dirname(sys.executable)) or shutil.which("uv")
        script = f'#!/bin/sh\nexec "{real}" "$@"\n'
        wheels = self.environment["PIP_FIND_LINKS"]
        write_wheel(wheels, "uv", "1.0", {"uv-1.0.data/scripts/uv": script})

    def fake_pip(self, output: str, seconds: float = 0.0) -> None:
        """Put a pip in place that takes its time, prints `output` and fails."""
        package = self.root.parent / "patches" / "pip"
        package.mkdir(parents=True, exist_ok=True)
        (package / "__init__.py").touch()
        (package / "__main__.py").write_text(
            f"import time; time.sleep({seconds}); print({output!r}); raise SystemExit(1)\n"
        )
        self.environment["PYTHONPATH"] = str(package.parent)


def make(folder: Path) -> TinyCourse:
    """Make a course in `folder` that needs the package `alpha`; `beta` can be had as well."""
    root, wheels = folder / "course", folder / "wheels"
    (root / "course_utils").mkdir(parents=True)
    wheels.mkdir()
    for name in SET_UP:
        source = ROOT / "course_utils" / name
        copy = shutil.copytree if source.is_dir() else shutil.copy
        copy(source, root / "course_utils" / name)
    (root / "course_utils" / "commands").mkdir()
    (root / "course_utils" / "commands" / "cli.py").write_text(CLI)
    (root / "pyproject.toml").write_text(PROJECT)
    (root / "backend.py").write_text(BACKEND)
    shutil.copy(__file__, root / "wheels.py")
    for name in ("alpha", "beta"):
        write_wheel(str(wheels), name, "1.0", {f"{name}.py": f"name = {name!r}\n"})
    course = TinyCourse(root, _environment(wheels))
    course.require("alpha==1.0", "nowhere==1.0 ; python_version < '3'")
    return course


def _environment(wheels: Path) -> dict[str, str]:
    """Return a plain environment in which pip finds `wheels` and nothing else, and no uv is."""
    kept = {key: os.environ[key] for key in ("PATH", "HOME", "SYSTEMROOT") if key in os.environ}
    folders = kept["PATH"].split(os.pathsep)
    kept["PATH"] = os.pathsep.join(f for f in folders if not shutil.which("uv", path=f))
    offline = {
        "UV_NO_CONFIG": "1",
        "UV_OFFLINE": "1",
        "UV_FIND_LINKS": str(wheels),
        "UV_NO_CACHE": "1",
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": str(wheels),
        "PIP_NO_CACHE_DIR": "1",
    }
    return {**kept, **offline}


def write_wheel(folder: str, name: str, version: str, files: dict[str, str]) -> str:
    """Write a wheel of pure Python into `folder` and return its file name."""
    stem = f"{name.replace('-', '_')}-{version}"
    folder_of_facts = f"{stem}.dist-info"
    facts = {
        "METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        "WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    everything = files | {f"{folder_of_facts}/{key}": text for key, text in facts.items()}
    everything[f"{folder_of_facts}/RECORD"] = "".join(
        f"{path},,\n" for path in [*everything, f"{folder_of_facts}/RECORD"]
    )
    filename = f"{stem}-py3-none-any.whl"
    with zipfile.ZipFile(os.path.join(folder, filename), "w") as wheel:
        for path, content in everything.items():
            info = zipfile.ZipInfo(path)
            info.external_attr = (0o100755 if "/scripts/" in path else 0o100644) << 16
            wheel.writestr(info, content)
    return filename

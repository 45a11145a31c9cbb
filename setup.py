"""What pyproject.toml cannot say: a release carries labs/ and data/ inside its package.

So a course that pip installs without its folder has them, too.
"""

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py


class WithLabsAndData(build_py):
    """Copies labs/ and data/ into the package that is built."""

    def run(self) -> None:
        """Build as ever; then copy, unless the package is used where it lies."""
        super().run()
        if self.editable_mode:
            return
        shipped = Path(self.build_lib, "course_utils", "shipped")
        for room in ("labs", "data"):
            shutil.copytree(room, shipped / room, dirs_exist_ok=True)
        for pins in ("requirements.txt", "requirements-cuda.txt"):
            shutil.copy(pins, shipped)


setup(cmdclass={"build_py": WithLabsAndData})

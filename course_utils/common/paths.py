"""Where the rooms of the course lie. Standard library only: the set-up reads this too."""

from pathlib import Path

from course_utils import __version__

_PACKAGE = Path(__file__).resolve().parents[1]
#: What setup.py lays into the package of a course that is installed without its folder.
_SHIPPED = _PACKAGE / "shipped"
ROOT = _SHIPPED if _SHIPPED.is_dir() else _PACKAGE.parent
LABS = ROOT / "labs"
SOLUTIONS = ROOT / "solutions"
DATA = ROOT / "data"
TESTS = ROOT / "tests"
BUILD = ROOT / "build"
VENV = ROOT / ".venv"

#: The name of the zip that `pack` makes; pip installs the course from it.
RELEASE = f"deep-learning-labs-{__version__}"

"""Where the rooms of the course lie. Standard library only: the set-up reads this too."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LABS = ROOT / "labs"
SOLUTIONS = ROOT / "solutions"
DATA = ROOT / "data"
TESTS = ROOT / "tests"
BUILD = ROOT / "build"
VENV = ROOT / ".venv"

"""The first lines of a released notebook: what to do where it lies alone, without the course."""

import textwrap
import tomllib
from pathlib import Path

from course_utils.common.paths import RELEASE

# The sentence stands for itself: a notebook shows no traceback around it.
_LINES = """\
try:
    import course_utils
except ModuleNotFoundError:
    missing = ModuleNotFoundError(
{sentence}
    )
    missing._render_traceback_ = lambda: [str(missing)]
    raise missing from None"""


def guard(root: Path) -> str:
    """Return lines of Python that say how to install the course in `root`, unless it is there."""
    address = release_address(root)
    before = "" if "://" in address else f"lay {address} beside this notebook, "
    sentence = (
        f"The course is not installed here: {before}run `%pip install {address}` in a cell of its "
        "own, restart the kernel and run this cell again."
    )
    rows = textwrap.wrap(sentence, 80, drop_whitespace=False, break_long_words=False)
    return _LINES.format(sentence="\n".join(f'        "{row}"' for row in rows))


def release_address(root: Path) -> str:
    """Return what `pip install` takes for the release of the course in `root`.

    That is its file below the address `Releases` among the project's URLs in pyproject.toml; the
    file's name where there is no such address, or no pyproject.toml.
    """
    file = f"{RELEASE}.zip"
    try:
        project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    except FileNotFoundError:
        return file
    releases = project.get("urls", {}).get("Releases")
    return f"{releases.rstrip('/')}/{file}" if releases else file

"""A solved lab, executed afresh and written as one HTML page."""

from collections.abc import Callable
from pathlib import Path

from course_utils.authoring import notebook, page, source
from course_utils.authoring.execute import execute
from course_utils.common import catalog, files
from course_utils.common.paths import BUILD, SOLUTIONS


def run(name: str, on_cell: Callable[[int, int], None]) -> Path:
    """Execute the solved lab `name` and return the page written for it in build/.

    on_cell: is told after each cell how many of how many have run.
    Raises CourseError, naming file and line, where the lab does not read or a cell fails.
    """
    path = catalog.notebook(SOLUTIONS, name).with_suffix(".py")
    lab = source.read(path)
    executed = execute(notebook.solved(lab), path.parent, on_cell, strict=True)
    BUILD.mkdir(exist_ok=True)
    written = BUILD / f"{name}.html"
    files.write(written, page.render(executed, path.parent))
    return written

"""JupyterLab on the labs."""

import os
import subprocess
import sys
from pathlib import Path

from course_utils.common import catalog
from course_utils.common.errors import CourseError
from course_utils.common.paths import LABS

_CONFIG = Path(__file__).with_name("jupyter_config")


def command(name: str | None, extra: tuple[str, ...]) -> list[str]:
    """Return the command line that opens JupyterLab on labs/, on the notebook of `name` if given.

    extra: further arguments for JupyterLab, such as --no-browser.
    Raises CourseError where the lab has no notebook.
    """
    if not catalog.names(LABS):
        raise CourseError(f"There are no labs in {LABS}: get a whole copy of the course.")
    arguments = [sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={LABS}"]
    if name is not None:
        path = catalog.notebook(LABS, name)
        if not path.is_file():
            raise CourseError(f"{path} is missing: get a whole copy of the course, or `build` it.")
        arguments.append(f"--LabApp.default_url=/lab/tree/{path.relative_to(LABS).as_posix()}")
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        arguments.append("--allow-root")  # in a container; JupyterLab refuses root otherwise
    return [*arguments, *extra]


def environment() -> dict[str, str]:
    """Return the environment for JupyterLab.

    It is this one, and the course's defaults for the settings that the user has not chosen. Without
    them the first start asks whether to fetch news.
    """
    paths = [str(_CONFIG), *filter(None, [os.environ.get("JUPYTER_CONFIG_PATH")])]
    return {**os.environ, "JUPYTER_CONFIG_PATH": os.pathsep.join(paths)}


def launch(name: str | None, extra: tuple[str, ...]) -> int:
    """Run JupyterLab until the user ends it; return its exit status."""
    arguments = command(name, extra)
    try:
        return subprocess.call(arguments, cwd=LABS, env=environment())
    except KeyboardInterrupt:
        return 0  # JupyterLab has asked its own question and ended

"""What happens between `python3 -m course_utils lab` and the command itself."""

import os
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

from course_utils.common.errors import CourseError
from course_utils.common.paths import ROOT, VENV
from course_utils.setup import environment, here


def start(arguments: list[str], usage: str) -> int:
    """Make sure that the environment is complete, run the command in it, return its exit status."""
    try:
        if arguments[:1] == ["--here"]:
            arguments = arguments[1:]
            here.prepare(ROOT)
        elif not running_inside(VENV):
            if arguments in ([], ["--help"], ["-h"]) and not environment.is_made(ROOT):
                print(usage.strip())  # reading the help should not cost 3 GB
                return 0
            python = environment.ensure(ROOT)
            hand_over(python, arguments)
    except CourseError as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("The set-up was stopped; the same command finishes it.", file=sys.stderr)
        return 130
    return run_command(arguments)


def running_inside(venv: Path) -> bool:
    """Return whether the running Python is that of `venv`."""
    return os.path.exists(venv) and os.path.samefile(sys.prefix, venv)


def hand_over(python: str, arguments: list[str]) -> NoReturn:
    """Become the environment's own Python with the same command."""
    command = [python, "-m", "course_utils", *arguments]
    if os.name == "posix":
        sys.stdout.flush()
        sys.stderr.flush()
        os.execv(python, command)
    # Windows has no exec that keeps the console; wait, and leave Ctrl-C to the command.
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.exit(subprocess.call(command))


def run_command(arguments: list[str]) -> int:
    """Run the command in this very interpreter."""
    try:
        from course_utils.commands import cli
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] == "course_utils":
            raise
        print(
            f"The package {error.name} is missing from {sys.prefix}: run"
            f" `{sys.executable} -m course_utils --here {' '.join(arguments)}` to add it.",
            file=sys.stderr,
        )
        return 2
    return cli.main(arguments)

"""What happens between `python3 -m course_utils lab` and the command itself."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

from course_utils.common.errors import CourseError
from course_utils.common.paths import ROOT, VENV
from course_utils.setup import environment, here


def set_up(arguments: list[str], usage: str) -> list[str]:
    """Make sure that the environment is complete and runs; return what the command is to be told.

    Ends the process where nothing is left to do: the help is shown (status 0), the set-up failed
    (2) or was stopped (130), or another Python has taken over and run the command.
    """
    try:
        if arguments[:1] == ["--here"]:
            if not _asks_for_help(arguments[1:]):
                here.prepare(ROOT)
            elif importlib.util.find_spec("click") is None:  # the command cannot say its own help
                print(usage.strip())
                sys.exit(0)
            return arguments[1:]
        if not running_inside(VENV):
            if _asks_for_help(arguments) and not environment.is_made(ROOT):
                print(usage.strip())  # reading the help should not cost 3 GB
                sys.exit(0)
            hand_over(environment.ensure(ROOT), arguments)
    except CourseError as error:
        print(error, file=sys.stderr)
        sys.exit(2)
    except KeyboardInterrupt:
        print("The set-up was stopped; the same command finishes it.", file=sys.stderr)
        sys.exit(130)
    return arguments


def _asks_for_help(arguments: list[str]) -> bool:
    """Return whether nothing but help is asked for, of a command too: `grade --help`."""
    own = arguments[: arguments.index("--")] if "--" in arguments else arguments
    return not own or "--help" in own or "-h" in own


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

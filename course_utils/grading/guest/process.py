"""The student's process: from the fork to the driver's first request."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any, NoReturn

from course_utils.grading.guest.answers import reset_seeds
from course_utils.grading.guest.driver import Channel, Driver
from course_utils.grading.guest.shell import Shell
from course_utils.grading.sandbox import isolation
from course_utils.grading.sandbox.setup import ENVIRONMENT, NONE, Descriptors, Setup, SpawnRequest

_exit = os._exit
#: What the channel's descriptor is moved above, out of the way of a student's own files.
_HIGH = 100
_MOST_DESCRIPTORS = 2**16


def run(
    setup: Setup,
    request: SpawnRequest,
    descriptors: Descriptors,
    shell: Shell,
    notes: dict[str, Any],
) -> NoReturn:
    """Arrange this forked process as a fresh kernel and answer requests until the end."""
    isolation.become_ordinary(setup)
    channel = _arrange_descriptors(descriptors)
    home = isolation.home(setup, request)
    _arrange_environment(home, setup)
    shell.ipython_dir = str(Path(home, ".ipython"))
    sys.path.insert(0, "")  # as in Jupyter: the notebook's own folder
    reset_seeds()
    try:
        Driver(Channel(channel), shell, setup.limits).serve(notes)
    finally:
        _exit(1)  # Whatever a notebook has left to be done at exit is not waited for.


def _arrange_descriptors(descriptors: Descriptors) -> int:
    """0 is empty, 1 and 2 are the pipes, the channel lies high; all others are closed."""
    import fcntl

    channel = fcntl.fcntl(descriptors.channel, fcntl.F_DUPFD_CLOEXEC, _HIGH)
    pipes = (descriptors.out, descriptors.err)
    out, err = (fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, _HIGH) for end in pipes)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(out, 1)
    os.dup2(err, 2)
    os.closerange(3, channel)
    os.closerange(channel + 1, _MOST_DESCRIPTORS)
    sys.stdin = open(0, closefd=False)  # noqa: SIM115 - for the life of the process
    return channel


def _arrange_environment(home: str, setup: Setup) -> None:
    os.chdir(home)
    os.environ.clear()
    os.environ.update(ENVIRONMENT)
    os.environ.update(
        HOME=home,
        IPYTHONDIR=str(Path(home, ".ipython")),
        KERAS_HOME=str(Path(home, ".keras")),
        MPLCONFIGDIR=str(Path(home, ".matplotlib")),
        PATH=setup.path,
        TMPDIR=home if setup.isolation == NONE else "/tmp",
    )

"""The helper process that makes kernels, one for each request.

The template has imported the libraries and holds nothing else: no answer, no hidden case, no
submission. It has one thread, so a fork of it is a whole process, and a ready kernel. Where nothing
can be forked into a sandbox (bubblewrap), the launcher takes its place and starts each kernel
afresh. Both end when the grading process hangs up, which a killed process does too.
"""

from __future__ import annotations

import gc
import importlib
import io
import json
import os
import shutil
import signal
import socket
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import NoReturn

from course_utils.common import settings
from course_utils.grading.guest import originals
from course_utils.grading.guest.shell import Lab, Shell, make
from course_utils.grading.kernels import init_process
from course_utils.grading.sandbox import bubblewrap, isolation, processes
from course_utils.grading.sandbox.choose import python_command
from course_utils.grading.sandbox.namespaces import OWN_FILES
from course_utils.grading.sandbox.setup import (
    BUBBLEWRAP,
    ENVIRONMENT,
    Descriptors,
    Setup,
    SpawnRequest,
    receive_request,
    send_init_pid,
)


def fork_kernels() -> NoReturn:
    """Be the template.

    Arguments: the control socket's descriptor, a folder with the set-up and for caches.
    """
    control, setup, folder = _begin()
    processes.adopt_orphans()
    shell = preload(str(folder), setup.packages)

    def fork(request: SpawnRequest, descriptors: Descriptors) -> None:
        if os.fork() == 0:
            control.close()
            init_process.start(setup, request, descriptors, shell)

    _serve(control, folder, fork)


def launch_kernels() -> NoReturn:
    """Be the launcher.

    Arguments as for the template. The kernels are its children, so bubblewrap ends them with it.
    """
    control, setup, folder = _begin()
    own_files = _write_own_files(folder)

    def launch(request: SpawnRequest, descriptors: Descriptors) -> None:
        pid = _start_process(setup, request, descriptors, own_files)
        send_init_pid(descriptors.control, pid)

    _serve(control, folder, launch)


def launched_kernel() -> NoReturn:
    """Be a kernel that was not forked: import everything, then go the way of the others.

    Arguments: the request with its descriptors, the set-up; both as JSON.
    """
    order = json.loads(sys.argv[1])
    setup, request = Setup.from_json(sys.argv[2]), SpawnRequest(**order["request"])
    folder = Path(isolation.home(setup, request), ".preload")
    folder.mkdir()
    shell = preload(str(folder), setup.packages)
    isolation.separate(setup, request)
    init_process.run(setup, request, Descriptors(*order["descriptors"]), shell)


def preload(folder: str, packages: Sequence[str]) -> Shell:
    """Import `packages` and all that a kernel needs; return the shell that will run the cells.

    This takes seconds, once and not for each student. Nothing here may start a thread or create
    TensorFlow's context: neither survives a fork.
    folder: where IPython and matplotlib may keep files meanwhile.
    """
    os.environ["MPLCONFIGDIR"] = os.environ["KERAS_HOME"] = os.environ["HOME"] = folder
    shell = make(folder)
    settings.state()
    for name in packages:
        importlib.import_module(name)
    import course_utils.lab

    course_utils.lab.Lab = Lab  # type: ignore[misc, assignment]
    _try_out(shell)
    if "ipywidgets" in sys.modules:
        # A widget clears an area of its own, which without a browser is the whole cell's.
        sys.modules["ipywidgets.widgets.interaction"].clear_output = _leave_output  # type: ignore[attr-defined]
    # For good: a driver that is imported late would be the student's to replace.
    importlib.import_module("course_utils.grading.guest.driver")
    for one in (originals.ORIGINALS, originals.COMMON):
        one.note()
    gc.collect()
    gc.freeze()
    return shell


def _begin() -> tuple[socket.socket, Setup, Path]:
    control, folder = socket.socket(fileno=int(sys.argv[1])), Path(sys.argv[2])
    # The kernel collects what ends, orphans of the sandboxes too: nobody here waits for a child.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    return control, Setup.load(folder), folder


def _serve(
    control: socket.socket, folder: Path, make_kernel: Callable[[SpawnRequest, Descriptors], None]
) -> NoReturn:
    """Say ready, make a kernel for each request, and end."""
    control.sendall(json.dumps({"threads": _threads()}).encode() + b"\n")
    while (order := receive_request(control)) is not None:
        request, descriptors = order
        make_kernel(request, descriptors)
        for descriptor in descriptors.all():
            os.close(descriptor)
    # A grading process that was killed has left the folder behind.
    shutil.rmtree(folder, ignore_errors=True)
    os._exit(0)


def _try_out(shell: Shell) -> None:
    """Format a traceback and draw a figure: the first of each takes most of a second."""
    try:
        raise ValueError
    except ValueError:
        shell.InteractiveTB.structured_traceback(*sys.exc_info())
    if "matplotlib" in sys.modules:
        from matplotlib.figure import Figure

        figure = Figure()
        figure.add_subplot().plot([0, 1], label="line")
        figure.savefig(io.BytesIO())


def _leave_output(wait: bool = False) -> None:
    """In place of IPython's clear_output."""


def _threads() -> int:
    """How many threads this process has; 1 where that cannot be told."""
    tasks = Path("/proc/self/task")
    return len(list(tasks.iterdir())) if tasks.is_dir() else 1


def _start_process(
    setup: Setup, request: SpawnRequest, descriptors: Descriptors, own_files: dict[str, str]
) -> int:
    for descriptor in descriptors.all():
        os.set_inheritable(descriptor, True)
    order = json.dumps({"request": asdict(request), "descriptors": descriptors.all()})
    command = python_command(
        f"{__name__}:launched_kernel", order, replace(setup, hidden=()).to_json()
    )
    if setup.isolation == BUBBLEWRAP:
        command = bubblewrap.command(setup, own_files) + command
    environment = {**ENVIRONMENT, "PATH": setup.path}
    return os.posix_spawn(command[0], command, environment, setsigdef=[signal.SIGCHLD])


def _write_own_files(folder: Path) -> dict[str, str]:
    """The files that /etc is to have in the sandbox, by their place there."""
    found: dict[str, str] = {}
    for target, text in OWN_FILES.items():
        path = folder / Path(target).name
        path.write_text(text)
        path.chmod(0o644)
        found[target] = str(path)
    return found

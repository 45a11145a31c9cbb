"""The helper process where nothing can be forked into a sandbox: it starts each kernel afresh.

Like the template it has one thread, takes requests, and ends when the grading process hangs up. The
kernels are its children, so bubblewrap ends them with it.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import sys
from dataclasses import asdict, replace
from pathlib import Path
from typing import NoReturn

from course_utils.grading.kernels.send_init_pid import send_init_pid
from course_utils.grading.sandbox import bubblewrap
from course_utils.grading.sandbox.choose import python_command
from course_utils.grading.sandbox.namespaces import OWN_FILES
from course_utils.grading.sandbox.setup import (
    BUBBLEWRAP,
    Descriptors,
    Setup,
    SpawnRequest,
    receive_request,
)
from course_utils.grading.sandbox.surroundings import ENVIRONMENT


def main() -> NoReturn:
    """Arguments: the control socket's descriptor, a folder with the set-up and for files."""
    control = socket.socket(fileno=int(sys.argv[1]))
    setup = Setup.load(Path(sys.argv[2]))
    # The kernel collects what ends: nobody here waits for a child.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    own_files = _write_own_files(Path(sys.argv[2]))
    control.sendall(json.dumps({"threads": 1}).encode() + b"\n")
    while (order := receive_request(control)) is not None:
        request, descriptors = order
        send_init_pid(descriptors.control, _start(setup, request, descriptors, own_files))
        for descriptor in descriptors.all():
            os.close(descriptor)
    # A grading process that was killed has left the folder behind.
    shutil.rmtree(sys.argv[2], ignore_errors=True)
    os._exit(0)


def _start(
    setup: Setup, request: SpawnRequest, descriptors: Descriptors, own_files: dict[str, str]
) -> int:
    for descriptor in descriptors.all():
        os.set_inheritable(descriptor, True)
    order = json.dumps({"request": asdict(request), "descriptors": descriptors.all()})
    command = python_command(
        "course_utils.grading.kernels.fresh", order, replace(setup, hidden=()).to_json()
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

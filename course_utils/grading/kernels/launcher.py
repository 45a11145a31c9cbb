"""The helper process where nothing can be forked into a sandbox: it starts each kernel afresh.

Like the template it has one thread, takes tickets, and ends when the grading process hangs up. The
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

from course_utils.grading.kernels.introduce import introduce
from course_utils.grading.sandbox import bubblewrap
from course_utils.grading.sandbox.choose import launch_words
from course_utils.grading.sandbox.namespaces import OWN_FILES
from course_utils.grading.sandbox.setup import BUBBLEWRAP, Setup, Ticket, Wires, receive_ticket
from course_utils.grading.sandbox.surroundings import ENVIRONMENT


def main() -> NoReturn:
    """Arguments: the control socket's descriptor, a folder with the set-up and for files."""
    control = socket.socket(fileno=int(sys.argv[1]))
    setup = Setup.load(Path(sys.argv[2]))
    # The kernel collects what ends: nobody here waits for a child.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    own_files = _write_own_files(Path(sys.argv[2]))
    control.sendall(json.dumps({"threads": 1}).encode() + b"\n")
    while (order := receive_ticket(control)) is not None:
        ticket, wires = order
        introduce(wires.keeper, _start(setup, ticket, wires, own_files))
        for descriptor in wires.all():
            os.close(descriptor)
    # A grading process that was killed has left the folder behind.
    shutil.rmtree(sys.argv[2], ignore_errors=True)
    os._exit(0)


def _start(setup: Setup, ticket: Ticket, wires: Wires, own_files: dict[str, str]) -> int:
    for descriptor in wires.all():
        os.set_inheritable(descriptor, True)
    order = json.dumps({"ticket": asdict(ticket), "wires": wires.all()})
    words = launch_words(
        "course_utils.grading.kernels.fresh", order, replace(setup, hidden=()).to_json()
    )
    if setup.walls == BUBBLEWRAP:
        words = bubblewrap.command(setup, own_files) + words
    environment = {**ENVIRONMENT, "PATH": setup.path}
    return os.posix_spawn(words[0], words, environment, setsigdef=[signal.SIGCHLD])


def _write_own_files(folder: Path) -> dict[str, str]:
    """The files that /etc is to have inside, by their place there."""
    found: dict[str, str] = {}
    for inside, text in OWN_FILES.items():
        path = folder / Path(inside).name
        path.write_text(text)
        path.chmod(0o644)
        found[inside] = str(path)
    return found

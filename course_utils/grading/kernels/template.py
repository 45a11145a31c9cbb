"""The template: a process that has imported the libraries and forks a ready kernel per request.

It is started once, with an environment of its own, and holds the libraries and nothing else: no
answer, no hidden case, no submission. It has one thread, so a fork is a whole process. It ends when
the grading process hangs up, which a killed process does too.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import sys
from pathlib import Path
from typing import NoReturn

from course_utils.grading.kernels import init_process
from course_utils.grading.kernels.preload import preload, threads
from course_utils.grading.sandbox import processes
from course_utils.grading.sandbox.setup import Setup, receive_request


def main() -> NoReturn:
    """Arguments: the control socket's descriptor, a folder with the set-up and for caches."""
    control = socket.socket(fileno=int(sys.argv[1]))
    setup = Setup.load(Path(sys.argv[2]))
    # The kernel collects what ends, orphans of the sandboxes too: nobody here waits for a child.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    processes.adopt_orphans()
    shell = preload(sys.argv[2], setup.packages)
    control.sendall(json.dumps({"threads": threads()}).encode() + b"\n")
    while (order := receive_request(control)) is not None:
        request, descriptors = order
        if os.fork() == 0:
            control.close()
            init_process.start(setup, request, descriptors, shell)
        for descriptor in descriptors.all():
            os.close(descriptor)
    # A grading process that was killed has left the folder behind.
    shutil.rmtree(sys.argv[2], ignore_errors=True)
    os._exit(0)


if __name__ == "__main__":
    main()

"""The first message of a sandbox: which process to end if it is to end."""

from __future__ import annotations

import json
import os
import socket


def send_init_pid(control: int, pid: int) -> None:
    """Tell the grading process the sandbox's outermost process, with a descriptor of it."""
    message = json.dumps({"pid": pid}).encode() + b"\n"
    with socket.socket(fileno=os.dup(control)) as line:
        if hasattr(os, "pidfd_open"):
            socket.send_fds(line, [message], [os.pidfd_open(pid)])
        else:
            line.sendall(message)

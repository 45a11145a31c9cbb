"""The first word of a sandbox: which process to end if it is to end."""

from __future__ import annotations

import json
import os
import socket


def introduce(keeper: int, pid: int) -> None:
    """Tell the grading process the sandbox's outermost process, with a descriptor of it."""
    message = json.dumps({"hello": pid}).encode() + b"\n"
    with socket.socket(fileno=os.dup(keeper)) as line:
        if hasattr(os, "pidfd_open"):
            socket.send_fds(line, [message], [os.pidfd_open(pid)])
        else:
            line.sendall(message)

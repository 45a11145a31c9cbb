"""A process that isolates itself, says "ok" and ends. See `choose.attempt`."""

from __future__ import annotations

import os
import sys

from course_utils.grading.sandbox import isolation, privileges
from course_utils.grading.sandbox.setup import BUBBLEWRAP, Setup, SpawnRequest


def main() -> None:
    """Argument: the set-up as JSON. Prints "ok" or the first problem."""
    setup = Setup.from_json(sys.argv[1])
    request = SpawnRequest(privileges.user_of(0), -1, "")
    try:
        isolation.separate(setup, request)
        # Under bubblewrap this process is already the init.
        if setup.isolation == BUBBLEWRAP or os.fork() == 0:
            isolation.enclose(setup, request)
            print("ok", flush=True)
            os._exit(0)
        os.wait()
    except OSError as error:
        print(error.strerror or error, flush=True)
        os._exit(1)

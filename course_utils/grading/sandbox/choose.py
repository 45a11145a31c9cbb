"""Which sandbox works on this computer: each is tried, in a process that does nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace

from course_utils.common.errors import CourseError
from course_utils.common.paths import ROOT
from course_utils.grading.sandbox import bubblewrap, isolation, privileges
from course_utils.grading.sandbox.setup import BUBBLEWRAP, NAMESPACES, NONE, Setup, SpawnRequest

_SECONDS = 60
_ADVICE = (
    "On Debian and Ubuntu, `sudo apt install bubblewrap` helps; in a container, start it with "
    "rights to make namespaces. If you trust every student in the class, add --trust-students: "
    "their code then runs with your rights."
)


def choose(setup: Setup, trust_students: bool) -> Setup:
    """Return the set-up with the best isolation that can be had here.

    Raises CourseError where there are none, unless `trust_students`.
    """
    if os.name != "posix":
        raise CourseError(
            "Grading needs Linux: on Windows, run it in the Windows Subsystem for Linux (WSL)."
        )
    reasons: list[str] = []
    if sys.platform == "linux":
        for isolation in (NAMESPACES, BUBBLEWRAP):
            wanted = replace(setup, isolation=isolation)
            problem = attempt(wanted)
            if not problem:
                return wanted
            reasons.append(f"{isolation}: {problem}")
    else:
        reasons.append("it exists on Linux only")
    if trust_students:
        return replace(setup, isolation=NONE)
    raise CourseError(f"No sandbox works here ({'; '.join(reasons)}). {_ADVICE}")


def attempt(setup: Setup) -> str:
    """Isolate a process that then ends; return what went wrong, or ""."""
    command = python_command(f"{__name__}:isolate_this_process", setup.to_json())
    if setup.isolation == BUBBLEWRAP:
        if bubblewrap.program() is None:
            return "bubblewrap is not installed"
        command = bubblewrap.command(setup, {}) + command
    try:
        done = subprocess.run(
            command, env={}, cwd="/", capture_output=True, text=True, timeout=_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    if done.stdout.strip() == "ok":
        return ""
    said = (done.stdout + done.stderr).strip().splitlines()
    return said[-1] if said else f"exit code {done.returncode}"


def isolate_this_process() -> None:
    """What `attempt` starts. Argument: the set-up as JSON. Prints "ok" or the first problem."""
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


def python_command(entry: str, *arguments: str) -> list[str]:
    """Return the command that calls `entry`, "module:function", in a Python of its own."""
    module, _, function = entry.partition(":")
    boot = "import sys; sys.path.append(sys.argv.pop(1)); "
    boot += f"from {module} import {function}; {function}()"
    return [sys.executable, "-P", "-c", boot, str(ROOT), *arguments]

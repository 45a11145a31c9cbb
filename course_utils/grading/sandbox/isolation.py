"""How a sandbox is isolated: each layer, in the order in which it is put in place.

`separate` and `enclose` run in the processes that become the sandbox; after `enclose` a process can
run anybody's code.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import Any

from course_utils.grading.sandbox import (
    landlock,
    limits,
    namespaces,
    places,
    privileges,
    processes,
    seccomp,
    system,
)
from course_utils.grading.sandbox.setup import BUBBLEWRAP, NAMESPACES, NONE, Setup, SpawnRequest


def separate(setup: Setup, request: SpawnRequest) -> None:
    """Leave the namespaces of the grading process; the next fork is the sandbox's init."""
    if request.core >= 0:
        os.sched_setaffinity(0, {request.core})
    if setup.isolation != NONE:
        # Where memory runs out, the kernel is to end this process before any other.
        with contextlib.suppress(OSError):
            Path("/proc/self/oom_score_adj").write_text("1000")
    if setup.isolation == NAMESPACES:
        namespaces.separate()


def enclose(setup: Setup, request: SpawnRequest) -> dict[str, Any]:
    """Isolate this process, which is the sandbox's init. Returns notes on what there is."""
    if setup.isolation == NONE:
        processes.adopt_orphans()
        limits.apply(setup.limits)
        return {}
    root = os.geteuid() == 0
    if setup.isolation == NAMESPACES:
        uid = request.uid if root else os.geteuid()
        namespaces.build(setup.readable, setup.hidden, setup.limits.files, uid)
    if root:
        privileges.become(request.uid)
    # Where nobody may make user namespaces there is no need: the sandbox cannot make one either.
    if (setup.isolation == NAMESPACES or root) and privileges.can_nest():
        privileges.nest()
    limits.apply(setup.limits)
    privileges.give_up()
    own = ("/etc", "/proc")
    version = landlock.restrict((*setup.readable, *own), places.PRIVATE, places.DEVICES)
    filtered = seccomp.install()
    # Nobody in the sandbox may inspect the init or trace it.
    system.prctl(system.PR_SET_DUMPABLE, 0)
    return {"landlock": version, "seccomp": filtered}


def become_ordinary(setup: Setup) -> None:
    """In the student's process: it may inspect itself, as nobody may the init."""
    if setup.isolation != NONE:
        system.prctl(system.PR_SET_DUMPABLE, 1)


def home(setup: Setup, request: SpawnRequest) -> str:
    """Return the private folder."""
    return places.HOME if setup.isolation != NONE else request.folder


def may_make_files_without_end(setup: Setup) -> bool:
    """Whether the private folders take any number of files: bubblewrap bounds their bytes alone."""
    return setup.isolation == BUBBLEWRAP


def files() -> int:
    """Return how many files and folders there are in all private folders, seen in the sandbox."""
    found = 0
    for place in places.PRIVATE:
        with contextlib.suppress(OSError):
            whole = os.statvfs(place)
            found += whole.f_files - whole.f_ffree
    return found


def kill_all(setup: Setup) -> None:
    """Before the init ends: without a process table of its own nobody else ends the others."""
    if setup.isolation == NONE:
        processes.kill_descendants(os.getpid())

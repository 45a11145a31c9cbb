"""Giving up every right, in the process that has built the sandbox and before it runs anything."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from course_utils.grading.sandbox import system

#: The student's user and group, as seen in the sandbox.
STUDENT_ID = 1000
#: Users that nobody has: the range that systemd gives to services for as long as they run. A user
#: of its own binds RLIMIT_NPROC, which the processes of root ignore.
_FIRST_USER, _USERS = 61184, 4335


def user_of(number: int) -> int:
    """Return the user outside for the start with this number."""
    return _FIRST_USER + number % _USERS


def become(uid: int) -> None:
    """Become an unprivileged user and group, outside too. Only root can."""
    system.drop_bounding_set()
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)
    # A change of user hides the process's own /proc, which is needed once more.
    system.prctl(system.PR_SET_DUMPABLE, 1)


def new_user_namespace(others: int = 0) -> None:
    """Enter a new user namespace, and the `others` owned by it.

    As an ordinary user with every capability in it and none outside.
    """
    uid, gid = os.geteuid(), os.getegid()
    system.unshare(system.NEWUSER | others)
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{STUDENT_ID} {uid} 1")
    Path("/proc/self/gid_map").write_text(f"{STUDENT_ID} {gid} 1")


def can_nest() -> bool:
    """Whether an ordinary user may make user namespaces here, and use their capabilities."""
    most = Path("/proc/sys/user/max_user_namespaces")
    restricted = Path("/proc/sys/kernel/apparmor_restrict_unprivileged_userns")
    allowed = not most.exists() or int(most.read_text()) > 0
    return allowed and not (restricted.exists() and int(restricted.read_text()))


def nest() -> None:
    """Enter one more user namespace, in which no other can be made.

    The mounts belong to the namespace around it: not even a process that got every capability in
    this one could change them.
    """
    new_user_namespace()
    # Where /proc/sys cannot be written (bubblewrap covers it), the filter on calls stands alone.
    with contextlib.suppress(OSError):
        Path("/proc/sys/user/max_user_namespaces").write_text("0")


def give_up() -> None:
    """Drop all capabilities, and the ways to get any."""
    system.drop_capabilities()
    system.prctl(system.PR_SET_NO_NEW_PRIVS, 1)

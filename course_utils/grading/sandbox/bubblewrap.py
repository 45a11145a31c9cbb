"""The namespaces made by bubblewrap, where only that program may make namespaces.

Some systems forbid user namespaces to all programs but a few known ones. A process started this way
imports TensorFlow anew, so it takes seconds rather than a fraction of one.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from course_utils.grading.sandbox import places
from course_utils.grading.sandbox.privileges import STUDENT_ID
from course_utils.grading.sandbox.setup import Setup

#: What the init needs to become an ordinary user and to give up the rest; then it has none.
_TO_DROP = ("CAP_SETUID", "CAP_SETGID", "CAP_SETPCAP")
_NAMESPACES = ("pid", "net", "ipc", "uts", "cgroup-try")


def program() -> str | None:
    """Return where bubblewrap is installed, if it is."""
    return shutil.which("bwrap", path=os.defpath)


def command(setup: Setup, own_files: Mapping[str, str]) -> list[str]:
    """Return the arguments before a command that have it run as process 1 of a new sandbox.

    own_files: path in the sandbox -> a file outside, for what /etc is to say. The command inherits
    capabilities if root starts it, and must give them up itself.
    """
    arguments = [program() or "bwrap", "--as-pid-1", "--die-with-parent", "--new-session"]
    arguments += [f"--unshare-{name}" for name in _NAMESPACES]
    arguments += ["--hostname", "grading", "--cap-drop", "ALL"]
    if os.geteuid() == 0:
        arguments += [argument for name in _TO_DROP for argument in ("--cap-add", name)]
    else:
        arguments += [
            "--unshare-user",
            "--disable-userns",
            "--uid",
            f"{STUDENT_ID}",
            "--gid",
            f"{STUDENT_ID}",
        ]
    for folder in ("/dev", "/home"):
        arguments += ["--perms", "0755", "--dir", folder]
    # Together they may hold what the set-up says; a start by root leaves them to another user.
    # First, so that what is to be seen may lie in them: a course may be unpacked below /tmp.
    for path in places.PRIVATE:
        size = setup.limits.files // len(places.PRIVATE)
        arguments += ["--size", f"{size}", "--perms", "1777", "--tmpfs", path]
    arguments += _shown(setup) + _covered(setup)
    for path in places.DEVICES:
        arguments += ["--dev-bind", path, path]
    for target, source in own_files.items():
        arguments += ["--ro-bind", source, target]
    return [*arguments, "--proc", "/proc", "--remount-ro", "/", "--chdir", places.HOME, "--"]


def _shown(setup: Setup) -> list[str]:
    found = [places.real_and_links(path) for path in setup.readable]
    shown = places.outermost(real for real, _ in found)
    arguments: list[str] = []
    closed = places.ways_through_private(shown)
    # By itself it makes folders that only their owner may enter.
    for folder in sorted({str(parent) for path in shown for parent in Path(path).parents}):
        arguments += ["--perms", "0555" if folder in closed else "0755", "--dir", folder]
    for path in shown:
        arguments += ["--ro-bind", path, path]
    for link, says in {link: says for _, links in found for link, says in links}.items():
        arguments += ["--symlink", says, link]
    return arguments


def _covered(setup: Setup) -> list[str]:
    real = [places.real_and_links(path)[0] for path in setup.readable]
    arguments: list[str] = []
    for path in setup.hidden:
        shown = any(path.startswith(f"{other}/") for other in real)
        if shown and os.path.isdir(path):
            arguments += ["--size", "4096", "--tmpfs", path, "--remount-ro", path]
        elif shown and os.path.exists(path):
            arguments += ["--ro-bind", os.devnull, path]
    return arguments

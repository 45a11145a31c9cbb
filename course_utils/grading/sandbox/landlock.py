"""Landlock, the second layer: what may be opened, whatever the mounts show.

Rules hold for files and folders, not for paths, so they hold even for a process that has found its
way back to the old root. Where the kernel is new enough they also end TCP, and signals and abstract
sockets that leave the sandbox.
"""

from __future__ import annotations

import contextlib
import os
import stat
import struct
from collections.abc import Iterable

from course_utils.grading.sandbox import system

_EXECUTE, _WRITE, _READ, _LIST = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_MAKE_CHARACTER_DEVICE, _MAKE_BLOCK_DEVICE = 1 << 6, 1 << 11
_TRUNCATE, _IOCTL = 1 << 14, 1 << 15
#: How many rights concerning files each version knows.
_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
_ON_FILES = _EXECUTE | _WRITE | _READ | _TRUNCATE | _IOCTL
_BIND_AND_CONNECT = 0b11
_ABSTRACT_SOCKETS_AND_SIGNALS = 0b11


def restrict(readable: Iterable[str], writable: Iterable[str], devices: Iterable[str]) -> int:
    """Restrict this process and all that it starts; return the version in use, 0 for none.

    readable: files and folders to read and execute. writable: folders to do anything in, except
    making devices. devices: device files to read and write. Those that do not exist are left out.
    Needs no_new_privs. Raises OSError where the kernel refuses.
    """
    version = system.landlock_abi()
    if version == 0:
        return 0
    rights = (1 << _RIGHTS[min(version, max(_RIGHTS))]) - 1
    network = _BIND_AND_CONNECT if version >= 4 else 0
    scope = _ABSTRACT_SOCKETS_AND_SIGNALS if version >= 6 else 0
    size = 8 if version < 4 else 16 if version < 6 else 24
    ruleset = system.landlock_ruleset(struct.pack("=QQQ", rights, network, scope)[:size])
    everything = rights & ~_MAKE_CHARACTER_DEVICE & ~_MAKE_BLOCK_DEVICE
    for paths, granted in (
        (readable, _EXECUTE | _READ | _LIST),
        (writable, everything),
        (devices, (_READ | _WRITE | _TRUNCATE | _IOCTL) & rights),
    ):
        for path in paths:
            with contextlib.suppress(FileNotFoundError):
                _allow(ruleset, path, granted)
    system.landlock_restrict(ruleset)
    os.close(ruleset)
    return version


def _allow(ruleset: int, path: str, granted: int) -> None:
    place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        if not stat.S_ISDIR(os.fstat(place).st_mode):
            granted &= _ON_FILES
        system.landlock_allow(ruleset, struct.pack("=Qi", granted, place))
    finally:
        os.close(place)

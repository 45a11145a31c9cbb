"""Linux system calls that Python 3.11 has no function for. Each raises OSError as os.* does."""

from __future__ import annotations

import ctypes
import os
import platform
from typing import Any

_LIBC = ctypes.CDLL(None, use_errno=True)

NEWNS, NEWCGROUP, NEWUTS, NEWIPC = 0x20000, 0x2000000, 0x4000000, 0x8000000
NEWUSER, NEWPID, NEWNET = 0x10000000, 0x20000000, 0x40000000
MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_REC, MS_PRIVATE = 2, 4, 8, 0x4000, 0x40000
ATTR_RDONLY, ATTR_NOSUID, ATTR_NODEV, ATTR_NOEXEC = 1, 2, 4, 8
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_SECCOMP = 1, 4, 22
PR_CAPBSET_READ, PR_CAPBSET_DROP = 23, 24
PR_SET_CHILD_SUBREAPER, PR_SET_NO_NEW_PRIVS, PR_CAP_AMBIENT = 36, 38, 47

_AT_FDCWD, _AT_EMPTY_PATH, _AT_RECURSIVE = -100, 0x1000, 0x8000
_OPEN_TREE_CLONE, _OPEN_TREE_CLOEXEC = 1, os.O_CLOEXEC
_MOVE_MOUNT_F_EMPTY_PATH = 4
_MNT_DETACH = 2
#: These have the same numbers on every architecture.
_OPEN_TREE, _MOVE_MOUNT, _MOUNT_SETATTR = 428, 429, 442
_LANDLOCK_CREATE, _LANDLOCK_ADD, _LANDLOCK_RESTRICT = 444, 445, 446
#: pivot_root has no wrapper in the C library.
_PIVOT_ROOT = {"x86_64": 155, "aarch64": 41}


class _MountAttributes(ctypes.Structure):
    _fields_ = [(name, ctypes.c_uint64) for name in ("set", "clear", "propagation", "userns")]


def _check(result: int, what: str) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return result


def _call(what: str, number: int, *args: Any) -> int:
    return _check(int(_LIBC.syscall(ctypes.c_long(number), *args)), what)


def unshare(flags: int) -> None:
    """Leave the namespaces named by `flags` for new ones."""
    _check(_LIBC.unshare(ctypes.c_int(flags)), "unshare")


def prctl(option: int, *args: int) -> int:
    """Set or read one of the process's own options."""
    longs = [ctypes.c_ulong(value) for value in (*args, 0, 0, 0, 0)[:4]]
    return _check(_LIBC.prctl(ctypes.c_int(option), *longs), f"prctl {option}")


def mount(source: str, target: str, kind: str, flags: int, options: str = "") -> None:
    """Mount a new file system, or change how mounts propagate."""
    names = [os.fsencode(name) for name in (source, target, kind)]
    result = _LIBC.mount(*names, ctypes.c_ulong(flags), options.encode() or None)
    _check(result, f"mount {target}")


def unmount(target: str) -> None:
    """Take a mount, and those below it, out of sight."""
    _check(_LIBC.umount2(os.fsencode(target), _MNT_DETACH), f"unmount {target}")


def open_tree(path: str) -> int:
    """Return a descriptor of a copy of the mounts at `path`, attached nowhere."""
    flags = _OPEN_TREE_CLONE | _OPEN_TREE_CLOEXEC | _AT_RECURSIVE
    return _call(f"open_tree {path}", _OPEN_TREE, _AT_FDCWD, os.fsencode(path), flags)


def set_attributes(tree: int, attributes: int) -> None:
    """Add attributes (read-only, ...) to all mounts of a tree."""
    wanted = _MountAttributes(set=attributes)
    flags = _AT_EMPTY_PATH | _AT_RECURSIVE
    size = ctypes.c_size_t(ctypes.sizeof(wanted))
    _call("mount_setattr", _MOUNT_SETATTR, tree, b"", flags, ctypes.byref(wanted), size)


def make_read_only(path: str) -> None:
    """Make the one mount at `path` read-only; mounts below it stay as they are."""
    wanted = _MountAttributes(set=ATTR_RDONLY | ATTR_NOSUID | ATTR_NODEV)
    size = ctypes.c_size_t(ctypes.sizeof(wanted))
    arguments = (_AT_FDCWD, os.fsencode(path), 0, ctypes.byref(wanted), size)
    _call(f"mount_setattr {path}", _MOUNT_SETATTR, *arguments)


def attach(tree: int, path: str) -> None:
    """Attach a tree at `path`."""
    arguments = (tree, b"", _AT_FDCWD, os.fsencode(path), _MOVE_MOUNT_F_EMPTY_PATH)
    _call(f"move_mount {path}", _MOVE_MOUNT, *arguments)


def become_root(path: str) -> None:
    """Make the mount at `path` the root of the file system and forget the old one."""
    os.chdir(path)
    _call("pivot_root", _PIVOT_ROOT[platform.machine()], b".", b".")
    unmount(".")
    os.chdir("/")


def drop_bounding_set() -> None:
    """Give up the capabilities that could be had by starting a program."""
    last = int(open("/proc/sys/kernel/cap_last_cap").read())  # noqa: SIM115
    for number in range(last + 1):
        if prctl(PR_CAPBSET_READ, number):
            prctl(PR_CAPBSET_DROP, number)


def drop_capabilities() -> None:
    """Give up all capabilities for good: own, ambient, and those that could be had by exec."""
    drop_bounding_set()
    prctl(PR_CAP_AMBIENT, 4)  # PR_CAP_AMBIENT_CLEAR_ALL
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)  # _LINUX_CAPABILITY_VERSION_3, this process
    nothing = (ctypes.c_uint32 * 6)()
    _check(_LIBC.capset(header, nothing), "capset")


def landlock_abi() -> int:
    """Return the kernel's version of Landlock; 0 where it has none, or has it turned off."""
    found = int(_LIBC.syscall(ctypes.c_long(_LANDLOCK_CREATE), None, ctypes.c_size_t(0), 1))
    return max(found, 0)


def landlock_ruleset(content: bytes) -> int:
    """Return a descriptor of a new Landlock ruleset."""
    return _call("landlock", _LANDLOCK_CREATE, content, ctypes.c_size_t(len(content)), 0)


def landlock_allow(ruleset: int, rule: bytes) -> None:
    """Add a rule of the kind "path beneath"."""
    _call("landlock rule", _LANDLOCK_ADD, ruleset, 1, rule, 0)


def landlock_restrict(ruleset: int) -> None:
    """Restrict this process, and all that it starts, to a ruleset."""
    _call("landlock restrict", _LANDLOCK_RESTRICT, ruleset, 0)


def install_filter(instructions: bytes) -> None:
    """Have the kernel put every system call through a BPF program."""

    class Program(ctypes.Structure):
        _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_char_p)]

    program = Program(len(instructions) // 8, instructions)
    arguments = (ctypes.c_ulong(2), ctypes.byref(program), ctypes.c_ulong(0), ctypes.c_ulong(0))
    _check(_LIBC.prctl(ctypes.c_int(PR_SET_SECCOMP), *arguments), "seccomp")

"""The first layer: a file system, a network, a process table and a host name of one's own.

`separate` leaves the namespaces that everybody shares. The process forked after it is process 1 of
the new process table; there `build` makes a new root that holds only what is to be seen, and
forgets the old one. Mounts are made with the system calls of Linux 5.12, which can make a whole
tree read-only at once.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Sequence
from pathlib import Path

from course_utils.grading.sandbox import places, privileges, system

#: The new root is put together on top of this folder; what lies below it is held by descriptors.
_BASE = "/tmp"
_PRIVATE = "/.private"
#: What /etc holds in the sandbox, beside what is needed of the system's own.
OWN_FILES = {
    "/etc/passwd": "student:x:1000:1000::/home/student:/bin/sh\n",
    "/etc/group": "student:x:1000:\n",
    "/etc/hosts": "127.0.0.1 localhost\n::1 localhost\n",
    "/etc/nsswitch.conf": "passwd: files\ngroup: files\nhosts: files\n",
}
_HOST_NAME = "grading"
_DESCRIPTORS = {"fd": "", "stdin": "/0", "stdout": "/1", "stderr": "/2"}


def separate() -> None:
    """Leave all shared namespaces. Raises OSError where the system does not allow it."""
    others = (
        system.NEWNS
        | system.NEWPID
        | system.NEWNET
        | system.NEWIPC
        | system.NEWUTS
        | system.NEWCGROUP
    )
    if os.geteuid() == 0:
        system.unshare(others)
    else:
        privileges.new_user_namespace(others)


def build(readable: Sequence[str], hidden: Sequence[str], size: int, uid: int) -> None:
    """Make the new root and enter it.

    readable: what it shows, read-only. hidden: what it covers of that. size: bytes of the private
    folders together. uid: who owns these, seen from here.
    """
    system.mount("none", "/", "none", system.MS_REC | system.MS_PRIVATE)
    socket.sethostname(_HOST_NAME)
    trees, links = _take(readable)
    devices = {path: system.open_tree(path) for path in places.DEVICES}
    nosuid = system.MS_NOSUID | system.MS_NODEV
    system.mount("tmpfs", _BASE, "tmpfs", nosuid, "mode=755,size=1m,nr_inodes=10k")
    for path, text in OWN_FILES.items():
        _new_file(_BASE + path, text)
    # First, so that what is to be seen may lie in them: a course may be unpacked below /tmp.
    _make_private(size, uid)
    _show(trees, links)
    _show_devices(devices)
    for path in hidden:
        _cover(path, trees)
    os.makedirs(f"{_BASE}/proc")
    system.mount("proc", f"{_BASE}/proc", "proc", nosuid | system.MS_NOEXEC)
    system.make_read_only(_BASE)
    system.become_root(_BASE)


def _take(readable: Sequence[str]) -> tuple[dict[str, int], dict[str, str]]:
    """Copies of the mounts to show, read-only, by where they really lie; and links to them."""
    places_and_links = [places.real_and_links(path) for path in readable]
    links = {link: says for _, found in places_and_links for link, says in found}
    trees: dict[str, int] = {}
    for path in places.outermost(real for real, _ in places_and_links):
        trees[path] = system.open_tree(path)
        read_only = system.ATTR_RDONLY | system.ATTR_NOSUID | system.ATTR_NODEV
        system.set_attributes(trees[path], read_only)
    return trees, links


def _show(trees: dict[str, int], links: dict[str, str]) -> None:
    for path, tree in trees.items():
        _attach(tree, path, folder=os.path.isdir(f"/proc/self/fd/{tree}"))
    for link, says in links.items():
        if not os.path.lexists(_BASE + link):
            os.makedirs(os.path.dirname(_BASE + link), exist_ok=True)
            os.symlink(says, _BASE + link)
    for folder in places.ways_through_private(trees):
        os.chmod(_BASE + folder, 0o555)


def _show_devices(devices: dict[str, int]) -> None:
    for path, tree in devices.items():
        system.set_attributes(tree, system.ATTR_NOSUID | system.ATTR_NOEXEC)
        _attach(tree, path, folder=False)
    for name, end in _DESCRIPTORS.items():
        os.symlink(f"/proc/self/fd{end}", f"{_BASE}/dev/{name}")


def _make_private(size: int, uid: int) -> None:
    """One file system of limited size for all private folders, itself out of sight."""
    whole = _BASE + _PRIVATE
    os.makedirs(whole)
    options = f"mode=700,size={size},nr_inodes={places.MOST_FILES}"
    system.mount("tmpfs", whole, "tmpfs", system.MS_NOSUID | system.MS_NODEV, options)
    for number, path in enumerate(places.PRIVATE):
        part = f"{whole}/{number}"
        os.mkdir(part, 0o700)
        os.chown(part, uid, uid)
        _attach(system.open_tree(part), path, folder=True)
    system.unmount(whole)
    os.rmdir(whole)


def _cover(path: str, trees: dict[str, int]) -> None:
    """Cover a folder with an empty one, or a file with an empty one, if it would be seen."""
    if not any(path.startswith(f"{tree}/") for tree in trees) or not os.path.lexists(_BASE + path):
        return
    if os.path.isdir(_BASE + path):
        options = "mode=755,size=4k,nr_inodes=2"
        system.mount("tmpfs", _BASE + path, "tmpfs", system.MS_NOSUID | system.MS_NODEV, options)
        system.make_read_only(_BASE + path)
    else:
        system.attach(system.open_tree(f"{_BASE}/dev/null"), _BASE + path)


def _attach(tree: int, path: str, folder: bool) -> None:
    if folder:
        os.makedirs(_BASE + path, exist_ok=True)
    else:
        _new_file(_BASE + path, "")
    system.attach(tree, _BASE + path)
    os.close(tree)


def _new_file(path: str, text: str) -> None:
    if not os.path.lexists(path):
        os.makedirs(os.path.dirname(path), exist_ok=True)
        Path(path).write_text(text)

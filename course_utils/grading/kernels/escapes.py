"""The program that `self_test` runs in the sandbox, to see what it can reach.

Each function of ESCAPES tries one thing and returns whether it succeeded; an error is what should
happen, and success does no harm. Each of NEEDS does what an honest notebook does, and should return
true.
"""

import ctypes
import json
import os
import pathlib
import resource
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

#: What there is to reach; `self_test` fills it in.
TARGETS: dict[str, Any] = {}
LIBC = ctypes.CDLL(None, use_errno=True)
MS_REMOUNT_BIND, NEWUSER, PTRACE_SEIZE = 32 | 4096, 0x10000000, 0x4206


def connect_to_a_port_of_this_computer() -> bool:
    with socket.socket() as line:
        line.settimeout(2)
        return line.connect_ex(("127.0.0.1", TARGETS["port"])) == 0


def find_a_way_to_another_computer() -> bool:
    # Sends nothing: without a network there is no route.
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        return line.connect_ex(("192.0.2.1", 53)) == 0


def connect_to_a_socket_of_another_process() -> bool:
    with socket.socket(socket.AF_UNIX) as line:
        return line.connect_ex("\0" + TARGETS["abstract"]) == 0


def talk_to_the_host_of_a_virtual_machine() -> bool:
    socket.socket(socket.AF_VSOCK).close()
    return True


def see_other_processes() -> bool:
    numbers = {int(name) for name in os.listdir("/proc") if name.isdigit()}
    return bool(numbers - {1, os.getpid(), os.getppid()})


def read_the_environment_of_the_grader() -> bool:
    known = [str(os.environ)]
    for path in pathlib.Path("/proc").glob("[0-9]*/environ"):
        try:
            known.append(path.read_text())
        except OSError:
            continue
    return any(TARGETS["secret"] in text for text in known)


def read_what_is_not_its_own() -> bool:
    return any(map(holds_something, TARGETS["unseen"]))


def write_outside_its_folder() -> bool:
    return any(map(can_be_written, TARGETS["folders"]))


def make_the_system_writable() -> bool:
    return bool(LIBC.mount(b"none", b"/", None, MS_REMOUNT_BIND, None) == 0)


def mount_a_file_system() -> bool:
    place = os.fsencode(pathlib.Path.home() / ".mounted")
    os.mkdir(place)
    mounted = LIBC.mount(b"none", place, b"tmpfs", 0, None) == 0
    if mounted:
        LIBC.umount2(place, 0)
    os.rmdir(place)
    return bool(mounted)


def make_namespaces_of_its_own() -> bool:
    return bool(LIBC.unshare(NEWUSER) == 0)


def become_another_user() -> bool:
    os.setuid(0)
    return True


def keep_a_capability() -> bool:
    lines = pathlib.Path("/proc/self/status").read_text().splitlines()
    return any(int(line.split()[1], 16) for line in lines if line.startswith("Cap"))


def trace_the_init() -> bool:
    return bool(LIBC.ptrace(PTRACE_SEIZE, 1, None, None) == 0)


def raise_its_limits() -> bool:
    hard = resource.getrlimit(resource.RLIMIT_NPROC)[1]
    resource.setrlimit(resource.RLIMIT_NPROC, (hard + 1, hard + 1))
    return True


def set_the_clock() -> bool:
    time.clock_settime(time.CLOCK_REALTIME, time.clock_gettime(time.CLOCK_REALTIME))
    return True


def start_more_threads_than_allowed() -> bool:
    limit = resource.getrlimit(resource.RLIMIT_NPROC)[1]
    end = threading.Event()
    try:
        for _ in range(limit + 1):
            threading.Thread(target=end.wait, daemon=True).start()
        return True
    finally:
        end.set()


def write_in_its_folder() -> bool:
    return all(map(can_be_written, (os.environ["HOME"], "/tmp", "/dev/shm")))


def start_a_thread_and_a_program() -> bool:
    thread = threading.Thread(target=time.sleep, args=(0,))
    thread.start()
    thread.join()
    return subprocess.run([sys.executable, "-c", "import numpy"], check=False).returncode == 0


def holds_something(path: str) -> bool:
    try:
        return bool(os.listdir(path) if os.path.isdir(path) else pathlib.Path(path).read_bytes())
    except OSError:
        return False


def can_be_written(folder: str) -> bool:
    path = pathlib.Path(folder, f".{TARGETS['secret']}")
    try:
        path.write_text("written")
        path.unlink()
    except OSError:
        return False
    return True


def succeeds(attempt: Callable[[], bool]) -> bool:
    try:
        return bool(attempt())
    except Exception:
        return False


NEEDS = (write_in_its_folder, start_a_thread_and_a_program)
ESCAPES = (
    connect_to_a_port_of_this_computer,
    find_a_way_to_another_computer,
    connect_to_a_socket_of_another_process,
    talk_to_the_host_of_a_virtual_machine,
    see_other_processes,
    read_the_environment_of_the_grader,
    read_what_is_not_its_own,
    write_outside_its_folder,
    make_the_system_writable,
    mount_a_file_system,
    make_namespaces_of_its_own,
    become_another_user,
    keep_a_capability,
    trace_the_init,
    raise_its_limits,
    set_the_clock,
    start_more_threads_than_allowed,
)


def report() -> str:
    """Return what was reached, and what was lacking, as JSON."""
    found = {
        "lacking": [attempt.__name__ for attempt in NEEDS if not succeeds(attempt)],
        "reached": [attempt.__name__ for attempt in ESCAPES if succeeds(attempt)],
    }
    return json.dumps(found)

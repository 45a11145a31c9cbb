"""How much a submission may use, and who sees to it.

rlimits bind single processes (RLIMIT_NPROC: all of a user's). No limit of the kernel bounds what
all processes of a sandbox hold together without control groups, which an ordinary user rarely has.
So their memory is added up several times a second, and a sandbox that holds too much is ended.
"""

from __future__ import annotations

import os
import resource
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from course_utils.grading.sandbox.processes import descendants

_MB = 2**20
_LAST_SECONDS = 5
#: Between two sums of memory.
_SECONDS = 0.1
#: What the kernel keeps for an open descriptor: the buffer of a pipe or a socket, at most about.
_DESCRIPTOR_BYTES = 2**18


@dataclass(frozen=True)
class Limits:
    """What one submission may use; the defaults fit a lab that its author runs in 90 s.

    wall, cell, observe: seconds of real time for everything, for one cell, and for the cases of
        one exercise. cpu: seconds of processor time of one process.
    memory: bytes of all processes together, what they share counted once. The private folder is
        held in memory too and comes on top.
    files: bytes of the private folder, /tmp and /dev/shm together. file: bytes of one file.
    processes: processes and threads. descriptors: open files of one process.
    cell_output, output: bytes of output kept of one cell, of all cells. flood: bytes written, kept
        or not, at which the run is ended.
    """

    wall: float = 300
    cell: float = 120
    observe: float = 60
    cpu: int = 300
    memory: int = 4096 * _MB
    files: int = 256 * _MB
    file: int = 256 * _MB
    processes: int = 128
    descriptors: int = 256
    cell_output: int = 1 * _MB
    output: int = 8 * _MB
    flood: int = 32 * _MB


def apply(limits: Limits) -> None:
    """Set this process's rlimits: they can be lowered from here on, never raised.

    RLIMIT_DATA rather than RLIMIT_AS: TensorFlow reserves address space that it never touches.
    """
    # At the first a process is told (SIGXCPU), at the second it is ended.
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu, limits.cpu + _LAST_SECONDS))
    for what, value in (
        (resource.RLIMIT_DATA, limits.memory),
        (resource.RLIMIT_FSIZE, limits.file),
        (resource.RLIMIT_NOFILE, limits.descriptors),
        (resource.RLIMIT_NPROC, limits.processes),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_MSGQUEUE, 0),
    ):
        _, hard = resource.getrlimit(what)
        bound = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(what, (bound, bound))


class MemoryWatch:
    """A thread that adds up the memory of each sandbox it was given, until `stop`.

    limit: bytes. too_much: called, from that thread, with what `add` gave as key.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._lock = threading.Lock()
        self._watched: dict[int, Callable[[], None]] = {}
        self._stopped = threading.Event()
        threading.Thread(target=self._run, name="sandbox-memory", daemon=True).start()

    def add(self, pid: int, too_much: Callable[[], None]) -> None:
        """Watch the processes that descend from `pid`; call `too_much` when they hold too much."""
        with self._lock:
            self._watched[pid] = too_much

    def remove(self, pid: int) -> None:
        """Watch `pid` no longer."""
        with self._lock:
            self._watched.pop(pid, None)

    def stop(self) -> None:
        """End the thread."""
        self._stopped.set()

    def _run(self) -> None:
        while not self._stopped.wait(_SECONDS):
            with self._lock:
                watched = list(self._watched.items())
            for pid, too_much in watched:
                if holds_more_than(pid, self._limit):
                    self.remove(pid)
                    too_much()


def holds_more_than(pid: int, limit: int) -> bool:
    """Whether a process and its descendants hold more memory than `limit` bytes.

    What several of them share is counted once where the system tells, which takes longer: it is
    asked only when the plain sum is above the limit.
    """
    family = descendants(pid)
    if sum(map(resident, family)) <= limit:
        return False
    return sum(map(proportional, family)) > limit


def resident(pid: int) -> int:
    """Bytes of memory of a process that belong to no file; 0 where it has ended.

    What was swapped out counts, and so do the tables of its pages and what its descriptors may hold
    in buffers: a process of a few megabytes can have the kernel keep gigabytes for it.
    """
    names = ("RssAnon:", "RssShmem:", "VmSwap:", "VmPTE:")
    return (_sum(Path(f"/proc/{pid}/status"), names) or 0) + _buffers(pid)


def proportional(pid: int) -> int:
    """The same, with memory that n processes share counted as an n-th; `resident` if unknown."""
    found = _sum(Path(f"/proc/{pid}/smaps_rollup"), ("Pss_Anon:", "Pss_Shmem:", "SwapPss:"))
    if found is None:
        return resident(pid)
    tables = _sum(Path(f"/proc/{pid}/status"), ("VmPTE:",)) or 0
    return found + tables + _buffers(pid)


def _buffers(pid: int) -> int:
    """Bytes that a process's open descriptors may hold; 0 where they cannot be counted."""
    try:
        return len(os.listdir(f"/proc/{pid}/fd")) * _DESCRIPTOR_BYTES
    except OSError:
        return 0


def _sum(path: Path, names: tuple[str, ...]) -> int | None:
    """The sum of some lines of a table in kilobytes, in bytes; None where there is no such line."""
    try:
        lines = path.read_text().splitlines()
    except (OSError, ValueError):
        return None
    found = [int(line.split()[1]) for line in lines if line.startswith(names)]
    return sum(found) * 1024 if found else None

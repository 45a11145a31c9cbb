"""How much a submission may use, and the part of it that the kernel enforces per process.

rlimits bind single processes (RLIMIT_NPROC: all of a user's); what all processes of a sandbox hold
together is watched from outside, see `course_utils.grading.sandbox.watch`.
"""

from __future__ import annotations

import resource
from dataclasses import dataclass

_MB = 2**20
_LAST_SECONDS = 5


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

"""Which processor each kernel is bound to.

Kernels are bound so that a submission that starts a hundred processes slows down only itself: each
kernel has the time of one processor, and of no other.
"""

from __future__ import annotations

import os
import random
import re
import threading
from pathlib import Path


class Cores:
    """Hands out the processors that this process may use, the one with the fewest kernels first.

    Of several, the one that has been idle longest since the last time: other grading processes may
    be at work on this computer.
    """

    def __init__(self) -> None:
        known = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else set()
        self._kernels = dict.fromkeys(sorted(known), 0)
        self._idle = _idle_seconds()
        self._lock = threading.Lock()

    def take(self) -> int:
        """Return a processor for one more kernel; -1 where kernels cannot be bound."""
        with self._lock:
            if not self._kernels:
                return -1
            before, self._idle = self._idle, _idle_seconds()
            rested = {core: self._idle.get(core, 0) - before.get(core, 0) for core in self._kernels}
            core = min(
                self._kernels,
                key=lambda core: (self._kernels[core], -round(rested[core]), random.random()),
            )
            self._kernels[core] += 1
            return core

    def give_back(self, core: int) -> None:
        """Say that a kernel has ended."""
        with self._lock:
            if core >= 0:
                self._kernels[core] -= 1


def _idle_seconds() -> dict[int, float]:
    """How long each processor has been idle since the computer was started."""
    try:
        lines = Path("/proc/stat").read_text().splitlines()
    except OSError:
        return {}
    rows = [line.split() for line in lines if re.match(r"cpu\d", line)]
    return {int(row[0][3:]): int(row[4]) / os.sysconf("SC_CLK_TCK") for row in rows}

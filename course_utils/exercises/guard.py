"""What keeps a runaway answer from taking the notebook down: its output and its memory are bounded.

This protects a student from an accident. It is no sandbox: grading has one of its own.
"""

from __future__ import annotations

import contextlib
import io
import warnings
from collections.abc import Iterator
from pathlib import Path

#: What is kept of an answer's own printing, in characters.
KEPT_OUTPUT = 2_000
#: Address space beyond the free memory, in bytes: TensorFlow's libraries and threads map some
#: gigabytes that they never use.
_SLACK = 4 * 2**30


class BoundedText(io.TextIOBase):
    """A text stream that keeps the first characters and counts the lines of all of them."""

    def __init__(self, limit: int = KEPT_OUTPUT) -> None:
        self._limit = limit
        self._kept = ""
        self.lines = 0

    def writable(self) -> bool:
        """Return True."""
        return True

    def write(self, text: str) -> int:
        """Keep what there is room for; count all lines."""
        if len(self._kept) < self._limit:
            self._kept += text[: self._limit - len(self._kept)]
        self.lines += text.count("\n")
        return len(text)

    def text(self) -> str:
        """Return what was kept, with a last line that says how much there was if it was more."""
        if len(self._kept) < self._limit:
            return self._kept
        return f"{self._kept}\n... ({self.lines:,} lines in all)"


@contextlib.contextmanager
def bounded() -> Iterator[tuple[BoundedText, list[warnings.WarningMessage]]]:
    """Catch what an answer prints and the warnings it raises; fence its memory."""
    printed = BoundedText()
    with (
        warnings.catch_warnings(record=True) as caught,
        contextlib.redirect_stdout(printed),
        contextlib.redirect_stderr(printed),
        memory_fence(),
    ):
        warnings.simplefilter("always")
        yield printed, caught


@contextlib.contextmanager
def memory_fence() -> Iterator[None]:
    """On Linux, let an allocation far beyond the free memory raise MemoryError.

    Without it the kernel process is killed, and the student's whole session with it. Where an
    NVIDIA driver is loaded there is no fence: CUDA reserves far more address space than it uses.
    """
    available = _available_memory()
    if available is None:
        yield
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    fence = _address_space() + available + _SLACK
    if soft != resource.RLIM_INFINITY:
        fence = min(fence, soft)
    resource.setrlimit(resource.RLIMIT_AS, (fence, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def _available_memory() -> int | None:
    """Bytes that can be had without swapping; None where that is not known or must not bind."""
    if Path("/proc/driver/nvidia/version").exists():
        return None
    try:
        lines = Path("/proc/meminfo").read_text().splitlines()
    except OSError:
        return None
    for line in lines:
        if line.startswith("MemAvailable:"):
            return int(line.split()[1]) * 1024
    return None


def _address_space() -> int:
    """Bytes of address space that this process has mapped."""
    import resource

    pages = int(Path("/proc/self/statm").read_text().split()[0])
    return pages * resource.getpagesize()

"""What counts as a process's memory."""

import mmap
import os
import sys

import pytest

from course_utils.grading.sandbox.limits import proportional, resident

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="/proc is Linux's")


@pytest.mark.parametrize("measure", [resident, proportional])
def test_descriptors_count_with_what_their_buffers_may_hold(measure) -> None:
    before = measure(os.getpid())
    opened = [os.pipe() for _ in range(50)]
    after = measure(os.getpid())
    for pair in opened:
        os.close(pair[0])
        os.close(pair[1])
    assert after - before >= 100 * 2**18 - 2**20


@pytest.mark.parametrize("measure", [resident, proportional])
def test_tables_of_pages_count(measure) -> None:
    """Reading takes no memory of its own, but a table for every 2 MB that are read from."""
    before = measure(os.getpid())
    flags = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS
    with mmap.mmap(-1, 2**34, flags, mmap.PROT_READ) as place:
        place.madvise(mmap.MADV_NOHUGEPAGE)
        for offset in range(0, 2**34, 2**21):
            place[offset]
        after = measure(os.getpid())
    assert after - before > 8192 * 4096 * 0.9

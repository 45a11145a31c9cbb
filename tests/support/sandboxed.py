"""One sandbox for all tests that need any: making one takes seconds."""

import atexit
import functools
import shutil
import subprocess
import sys

import pytest

from course_utils.grading.kernels.kernels import Kernels
from course_utils.grading.sandbox.limits import Limits

_MB = 2**20
#: Low enough that an attack that is not stopped does this computer no harm.
LIMITS = Limits(
    wall=60,
    cell=20,
    observe=20,
    memory=1000 * _MB,
    files=32 * _MB,
    file=32 * _MB,
    processes=48,
    flood=8 * _MB,
)


def _namespaces_are_allowed() -> bool:
    """Asked of another program than ours, so that a fault of ours fails and does not skip."""
    if sys.platform != "linux" or shutil.which("unshare") is None:
        return False
    command = [
        "unshare",
        "--user",
        "--map-root-user",
        "--pid",
        "--net",
        "--mount",
        "--fork",
        "true",
    ]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


needs_sandbox = pytest.mark.skipif(
    not _namespaces_are_allowed(), reason="this system allows no namespaces"
)


@functools.cache
def kernels() -> Kernels:
    """Sandboxed kernels with low limits, the same for all tests of this process."""
    made = Kernels(LIMITS)
    atexit.register(made.close)
    return made

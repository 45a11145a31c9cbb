"""A kernel that was not forked: it imports everything, and then goes the way of the others."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import NoReturn

from course_utils.grading.kernels import init_process
from course_utils.grading.kernels.preload import preload
from course_utils.grading.sandbox import isolation
from course_utils.grading.sandbox.setup import Descriptors, Setup, SpawnRequest


def main() -> NoReturn:
    """Arguments: the request with its descriptors, the set-up; both as JSON."""
    order = json.loads(sys.argv[1])
    setup, request = Setup.from_json(sys.argv[2]), SpawnRequest(**order["request"])
    folder = Path(isolation.home(setup, request), ".preload")
    folder.mkdir()
    shell = preload(str(folder), setup.packages)
    isolation.separate(setup, request)
    init_process.run(setup, request, Descriptors(*order["descriptors"]), shell)

"""Runs the cells of a solved lab as a kernel would, in a namespace, and judges its answers.

`python -m tests.support.run_plan LAB needed|all` prints, as JSON, what each exercise's check
says, a digest of what each answer does on the public cases, and the seconds of wall and CPU time
of the cells.
"""

import contextlib
import copy
import hashlib
import io
import json
import sys
import time
import types
from typing import Any

import numpy as np

import course_utils.lab
from course_utils.common.paths import LABS
from course_utils.exercises import archive
from course_utils.exercises.check import Check
from course_utils.exercises.observe import observe_all
from course_utils.exercises.verdict import judge
from course_utils.grading.guest.shell import Lab
from course_utils.grading.rebuild.plan import Planned
from tests.support.student_work import executed, plan_of, solved


def run(cells: list[Planned], namespace: dict[str, Any]) -> dict[str, Any]:
    """Execute cells and return what is asked for after each; plain values as they were then."""
    answers: dict[str, Any] = {}
    for cell in cells:
        with contextlib.redirect_stdout(io.StringIO()):
            exec(compile(cell.source, cell.cell_id, "exec"), namespace)
        for name, expression in cell.answers.items():
            answer = eval(expression, namespace)
            plain = isinstance(answer, np.ndarray | list | tuple | dict)
            answers[name] = copy.deepcopy(answer) if plain else answer
    return answers


def main(lab: str, which: str) -> None:
    """Run the cells of a real lab's plan, those that are needed or all, and print what comes."""
    course_utils.lab.Lab = Lab  # type: ignore[assignment,misc]
    cells = executed(plan_of(solved(lab), lab), lambda cell: cell.needed or which == "all")
    wall, cpu = time.perf_counter(), time.process_time()
    answers = run(cells, types.ModuleType("__main__").__dict__)
    found: dict[str, Any] = {
        "wall": time.perf_counter() - wall,
        "cpu": time.process_time() - cpu,
        "cells": len(cells),
        "status": {},
        "digests": {},
    }
    for data in archive.read(LABS / lab / course_utils.lab.CHECKS)["checks"]:
        check = Check.from_data(data)
        seen = observe_all(answers[check.name], check.cases)
        found["status"][check.name] = judge(check, seen).status
        values = archive.dumps([one.value for one in seen])
        found["digests"][check.name] = hashlib.sha256(values).hexdigest()
    print(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])

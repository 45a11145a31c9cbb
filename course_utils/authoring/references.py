"""The reference answers: what the solved lab passes to lab.check, and the exercises they answer.

Only the statements that the answers need are executed, so that building the checks of a lab does
not run its figures and demonstrations.
"""

from __future__ import annotations

import ast
import contextlib
import copy
import importlib
import io
import sys
import traceback
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np

from course_utils.authoring.mutants import with_mutants
from course_utils.authoring.slicing import needed_steps
from course_utils.authoring.source import LabSource
from course_utils.authoring.steps import Step
from course_utils.common.errors import CourseError
from course_utils.exercises import Exercise


class _Recorder:
    """Stands for `lab` while the references are loaded: it keeps what it is given to check."""

    def __init__(self) -> None:
        self.answers: dict[str, Any] = {}

    def check(self, name: str, answer: Any) -> None:
        # What a later cell does to an array or a list is no part of the answer.
        plain = isinstance(answer, np.ndarray | list | tuple | dict)
        self.answers[name] = copy.deepcopy(answer) if plain else answer


class Solved(NamedTuple):
    """An exercise, its edits made into answers, and the answer of the solved lab."""

    exercise: Exercise
    reference: Any


def load(lab: LabSource) -> dict[str, Any]:
    """Return the reference answer to each exercise, in the lab's order.

    Functions and classes know their lines in the lab's source, so tracebacks and `inspect` show
    them. Raises CourseError, naming file and line, where a statement raises.
    """
    return _run(lab)[0]


def solved(lab: LabSource) -> dict[str, Solved]:
    """Return each exercise with its reference answer, in the lab's order.

    Raises CourseError, naming file and line, where a statement raises, a module of exercises
    cannot be imported, or an edit cannot be made.
    """
    exercises = load_exercises(lab)
    answers, namespaces = _run(lab)
    return {
        name: Solved(with_mutants(lab, name, exercise, namespaces[name]), answers[name])
        for name, exercise in exercises.items()
    }


def _run(lab: LabSource) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    """Return the answers, and for each exercise the names as they are where its cell begins.

    A name that is bound only later, as a function may read it, has its last value there.
    """
    module = ModuleType(f"_course_lab_{lab.name}")
    module.__file__ = str(lab.path)
    recorder = _Recorder()
    module.__dict__["lab"] = recorder
    sys.modules[module.__name__] = module  # classes and dataclasses look their module up
    before: dict[int, dict[str, Any]] = {}
    with contextlib.redirect_stdout(io.StringIO()):
        for step in needed_steps(lab):
            if step.cell not in before:
                before[step.cell] = dict(module.__dict__)
            _execute(lab, step, module)
    namespaces = {
        cell.exercise: module.__dict__ | before[index]
        for index, cell in enumerate(lab.cells)
        if cell.exercise
    }
    return recorder.answers, namespaces


def load_exercises(lab: LabSource) -> dict[str, Exercise]:
    """Return the lab's exercises by name, in the order in which its cells check them.

    Raises CourseError, naming file and line, where exercises.py cannot be imported.
    """
    package = ModuleType(f"_course_exercises_{lab.name}")
    package.__path__ = [str(lab.exercises_paths[0].parent)]
    for name in [name for name in sys.modules if name.startswith(f"{package.__name__}.")]:
        del sys.modules[name]  # another lab of this name, read before
    sys.modules[package.__name__] = package
    found: dict[str, Exercise] = {}
    for path in lab.exercises_paths:
        module = _import(lab, f"{package.__name__}.{path.stem}", path)
        found |= {name: one for name, one in vars(module).items() if isinstance(one, Exercise)}
    order = [check.name for cell in lab.cells for check in cell.checks]
    return {name: found[name] for name in order if name in found}


def _import(lab: LabSource, name: str, path: Path) -> ModuleType:
    """Import one module, of a package made up for it so that it can import those beside it."""
    importlib.invalidate_caches()  # the file may be new
    kept, sys.dont_write_bytecode = sys.dont_write_bytecode, True  # or changed within a second
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name == name:
            raise CourseError(
                f"{lab.where(1, path)}: the file is missing; it says what each exercise is "
                "checked on."
            ) from None
        raise CourseError(_say(lab, error, path, 1)) from error
    except Exception as error:
        raise CourseError(_say(lab, error, path, 1)) from error
    finally:
        sys.dont_write_bytecode = kept


def _execute(lab: LabSource, step: Step, module: ModuleType) -> None:
    # Numbered by the lines of the file, not of the cell.
    node = ast.increment_lineno(copy.deepcopy(step.node), lab.cells[step.cell].line - 1)
    body = ast.Module(body=[node], type_ignores=[])
    try:
        exec(compile(body, str(lab.path), "exec", dont_inherit=True), module.__dict__)
    except Exception as error:
        raise CourseError(_say(lab, error, lab.path, node.lineno)) from error


def _say(lab: LabSource, error: Exception, path: Path, line: int) -> str:
    """Name the outermost line of the file that was running."""
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame.lineno for frame in frames if frame.filename == str(path) and frame.lineno]
    text = f"{type(error).__name__}: {error}".splitlines()[0]
    return f"{lab.where((lines or [line])[0], path)}: this raises {text}"

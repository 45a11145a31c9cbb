"""The hidden checks of a lab: what the solved lab answers to cases drawn from a seed.

They are drawn in a process of their own, which may import TensorFlow meanwhile, and come back as
an archive: data and sentences, no code.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from course_utils.common.errors import CourseError
from course_utils.common.paths import ROOT
from course_utils.exercises import archive
from course_utils.exercises.check import Check
from course_utils.exercises.exercise import PUBLIC_SEED, Case
from course_utils.grading.protocol.session import question
from course_utils.grading.sandbox.private_folder import private_folder


@dataclass(frozen=True)
class HiddenExercise:
    """One exercise as it is graded.

    title: its heading, "Exercise 3: logistic". partial: whether part of the cases gives part of the
    points. unseen: for each case, whether its inputs differ from those that students have seen.
    solution: the solved cell. public: the check that students have; None where there is none yet.
    """

    check: Check
    title: str
    partial: bool
    unseen: Sequence[bool]
    solution: str = ""
    public: Check | None = None

    @property
    def name(self) -> str:
        """The exercise's name."""
        return self.check.name

    @cached_property
    def questions(self) -> list[Case]:
        """The cases as the student's process is asked them.

        They are without their names, and without what predictions are compared with.
        """
        return [question(case, str(number)) for number, case in enumerate(self.check.cases)]


@dataclass(frozen=True)
class HiddenLab:
    """A lab as it is graded.

    digest: of its sources. seed: that its cases were drawn from. notebook: the released one, as
    JSON. content: all of this as an archive.
    """

    name: str
    seed: int
    digest: str
    exercises: Mapping[str, HiddenExercise]
    notebook: str
    content: bytes

    @property
    def out_of(self) -> float:
        """All points that there are."""
        return sum(exercise.check.points for exercise in self.exercises.values())

    @property
    def facts_seed(self) -> int:
        """What Keras models are tried out with."""
        return facts_seed(self.seed)

    @cached_property
    def released(self) -> NotebookNode:
        """The notebook that students were given."""
        found: NotebookNode = nbformat.reads(self.notebook, as_version=4)
        return found


def facts_seed(seed: int) -> int:
    """What Keras models are tried out with where the cases are drawn from `seed`, from 1.

    Another number than the seed, which does not tell it: a student's process may have to know it.
    """
    return 1 + int.from_bytes(hashlib.sha256(f"facts {seed}".encode()).digest()[:4], "big")


class Drawing:
    """Hidden checks being drawn. Use it as a context manager; other work can be done meanwhile."""

    def __init__(self, name: str, seed: int, root: Path = ROOT) -> None:
        """name: the lab, "01_perceptron". Raises CourseError for the seed of the public cases."""
        if seed == PUBLIC_SEED:
            raise CourseError(f"Seed {seed} draws the cases that students have: choose another.")
        self._stack = contextlib.ExitStack()
        self._path = self._stack.enter_context(private_folder()) / "checks.npz"
        command = [sys.executable, "-m", "course_utils.grading.hidden.drawing"]
        self._process = subprocess.Popen(
            [*command, name, str(seed), str(root), str(self._path)],
            cwd=ROOT,
            env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": ""},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._name = name

    def __enter__(self) -> Drawing:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()
        self._stack.close()

    def result(self) -> HiddenLab:
        """Wait for the checks and return them.

        Raises CourseError where the lab's source is wrong or the released notebook is not its.
        """
        _, said = self._process.communicate()
        if self._process.returncode == 2:
            raise CourseError(said.strip().splitlines()[-1])
        if self._process.returncode:
            last = (said.strip().splitlines() or ["no reason was given"])[-1]
            raise CourseError(
                f"The hidden checks of {self._name} cannot be drawn ({last}): "
                f"run `python3 -m course_utils test -k {self._name[3:]}` to see why."
            )
        return loads(self._path.read_bytes())


def loads(content: bytes) -> HiddenLab:
    """Read what `drawing.draw` wrote."""
    data = archive.loads(content, "the file of hidden checks")
    found = [_exercise(one) for one in data["exercises"]]
    return HiddenLab(
        name=data["lab"],
        seed=data["seed"],
        digest=data["digest"],
        exercises={exercise.name: exercise for exercise in found},
        notebook=data["notebook"],
        content=content,
    )


def _exercise(data: dict[str, Any]) -> HiddenExercise:
    public = data["public"] and Check.from_data(data["public"])
    return HiddenExercise(**{**data, "check": Check.from_data(data["check"]), "public": public})

"""Draws the hidden checks of a lab: the one part of grading that runs the solved lab's code.

A program of its own, see `hidden.Drawing`: lab, seed, the course's folder, the file to write.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from course_utils.authoring import headings, notebook, references, source
from course_utils.authoring.source import LabSource, shown
from course_utils.common.errors import CourseError
from course_utils.common.quiet import hush_tensorflow
from course_utils.exercises import archive, keras_models
from course_utils.exercises.check import make_check
from course_utils.exercises.exercise import Case, Exercise
from course_utils.grading.hidden.hidden import facts_seed


def draw(lab: LabSource, seed: int) -> bytes:
    """Return the hidden checks of a lab as an archive, for `hidden.loads`.

    Raises CourseError where its source is wrong, or labs/ holds another notebook than it gives.
    """
    released = notebook.dumps(notebook.released(lab))
    _agrees(lab, released)
    hush_tensorflow()
    titles, public = headings.titles(lab), _public(lab)
    solutions = {cell.exercise: cell.source for cell in lab.cells if cell.exercise}
    with keras_models.tried_out_with(facts_seed(seed)):
        exercises = [
            {
                "check": make_check(name, exercise, reference, seed).to_data(),
                "title": titles[name],
                "partial": exercise.partial,
                "unseen": _unseen(name, exercise, seed),
                "solution": solutions[name],
                "public": public.get(name),
            }
            for name, (exercise, reference) in references.solved(lab).items()
        ]
    return archive.dumps(
        {
            "lab": lab.name,
            "seed": seed,
            "digest": notebook.source_digest(lab),
            "exercises": exercises,
            "notebook": released,
        }
    )


def _agrees(lab: LabSource, released: str) -> None:
    path = lab.released_path
    if path.exists() and path.read_text(encoding="utf-8") != released:
        raise CourseError(
            f"{shown(path, lab.root)} is not what its source gives: run "
            f"`python3 -m course_utils build {lab.name[:2]}`, or restore the version that the "
            "class has."
        )


def _public(lab: LabSource) -> dict[str, Any]:
    """The checks that students have, by exercise; {} where they are not built yet."""
    path = lab.released_path.with_name("checks.npz")
    if not path.exists():
        return {}
    return {check["name"]: check for check in archive.read(path)["checks"]}


def _unseen(name: str, exercise: Exercise, seed: int) -> list[bool]:
    """For each hidden case, whether its inputs are none of a public case."""
    seen = {_inputs(case) for case in exercise.draw(name)}
    return [_inputs(case) not in seen for case in exercise.draw(name, seed)]


def _inputs(case: Case) -> bytes:
    inputs: list[Any] = [case.args, case.kwargs, case.steps]
    return archive.dumps([*inputs, case.metric and case.metric.inputs])


def main() -> None:
    """Exit status 2: a CourseError, whose sentence is the last line of stderr."""
    name, seed, root, path = sys.argv[1:]
    topic = name.partition("_")[2]
    try:
        lab = source.read(Path(root, "solutions", name, f"{topic}.py"), Path(root))
        Path(path).write_bytes(draw(lab, int(seed)))
    except CourseError as error:
        sys.exit(_said(error))


def _said(error: CourseError) -> int:
    print(" ".join(str(error).split()), file=sys.stderr)
    return 2


if __name__ == "__main__":
    main()

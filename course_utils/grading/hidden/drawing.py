"""Draws the hidden checks of a lab: the one part of grading that runs the solved lab's code.

A program of its own, see `hidden.Drawing`: lab, seed, the course's folder, the file to write.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from course_utils.authoring import headings, notebook, references, source
from course_utils.authoring.source import LabSource, shown
from course_utils.common import settings
from course_utils.common.errors import CourseError
from course_utils.exercises import archive, keras_models
from course_utils.exercises.check import Check, make_check
from course_utils.exercises.exercise import Case, Exercise
from course_utils.grading.hidden.hidden import facts_seed

#: How often the cases of a seed may be drawn before it is given up.
DRAWS = 8


def draw(lab: LabSource, seed: int) -> bytes:
    """Return the hidden checks of a lab as an archive, for `hidden.loads`.

    Raises CourseError where its source is wrong, labs/ holds another notebook than it gives, or
    the seed draws no cases that catch every known mistake.
    """
    released = notebook.dumps(notebook.released(lab))
    _agrees(lab, released)
    settings.state()
    titles, public = headings.titles(lab), _public(lab)
    solutions = {cell.exercise: cell.source for cell in lab.cells if cell.exercise}
    with keras_models.tried_out_with(facts_seed(seed)):
        exercises = [
            {
                "check": check.to_data(),
                "title": titles[name],
                "partial": exercise.partial,
                "unseen": _unseen(name, exercise, check.cases),
                "solution": solutions[name],
                "public": public.get(name),
            }
            for name, (exercise, reference) in references.solved(lab).items()
            for check in [hidden_check(name, exercise, reference, seed)]
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


def hidden_check(name: str, exercise: Exercise, reference: Any, seed: int) -> Check:
    """Return the check on cases of the seed that every known mistake fails.

    A few draws hold no case on which some mistake shows. Then the cases are drawn again.
    Raises CourseError, naming the exercise and the mistake, where that does not help.
    """
    for again in range(DRAWS):
        check = make_check(name, exercise, reference, seed, again)
        passing = [
            mistake.sentence
            for mistake in check.mistakes
            if all(seen is None for seen in mistake.observations)
        ]
        if not passing:
            return check
    raise CourseError(
        f"Exercise {name}: the hidden cases of seed {seed} do not catch the mistake "
        f"{passing[0]!r}, drawn {DRAWS} times: choose another seed."
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


def _unseen(name: str, exercise: Exercise, cases: Sequence[Case]) -> list[bool]:
    """For each hidden case, whether its inputs are none of a public case."""
    seen = {_inputs(case) for case in exercise.draw(name)}
    return [_inputs(case) not in seen for case in cases]


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

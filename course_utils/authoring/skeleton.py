"""The skeleton of a new lab: one section and one exercise, which builds and passes its proof."""

from __future__ import annotations

import re
from pathlib import Path

from course_utils.common import catalog
from course_utils.common.errors import CourseError
from course_utils.common.paths import ROOT

TEMPLATES = Path(__file__).parent / "templates" / "lab"
_NAME = re.compile(r"(\d\d)_([a-z][a-z0-9_]*)")


def new_lab(name: str, root: Path = ROOT) -> Path:
    """Write the skeleton of the lab NN_topic to solutions/ and return the path of its source.

    Raises CourseError where the name has another form, or number or topic is taken.
    """
    match = _NAME.fullmatch(name)
    if match is None:
        raise CourseError(
            f"{name!r} is no name of a lab: two digits, _ and a topic in small letters, such as "
            "16_graphs."
        )
    number, topic = match.groups()
    for taken in catalog.names(root / "solutions"):
        if taken[:2] == number or taken[3:] == topic:
            raise CourseError(f"There is a lab {taken} already: choose another number and topic.")
    folder = root / "solutions" / name
    if folder.exists():
        raise CourseError(f"{folder} exists already: move it away, or choose another name.")
    words = {"NUMBER": str(int(number)), "TITLE": topic.replace("_", " ").capitalize()}
    path = folder / f"{topic}.py"
    (folder / "exercises").mkdir(parents=True)
    script = (TEMPLATES / "topic.py").read_text(encoding="utf-8")
    for word, text in {**words, "NAME": name}.items():
        script = script.replace(word, text)
    path.write_text(script, encoding="utf-8", newline="\n")
    exercise = (TEMPLATES / "unit_rows.py").read_text(encoding="utf-8")
    (folder / "exercises" / "unit_rows.py").write_text(exercise, encoding="utf-8", newline="\n")
    return path

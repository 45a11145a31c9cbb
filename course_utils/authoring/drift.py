"""Where a lab's generated files are not what its source gives, found without executing anything."""

from __future__ import annotations

from pathlib import Path

from course_utils.authoring import notebook, record
from course_utils.authoring.source import LabSource, shown
from course_utils.common.errors import CourseError


def up_to_date(lab: LabSource) -> bool:
    """True if every generated file of the lab is what its source gives."""
    return not drift(lab)


def drift(lab: LabSource) -> list[str]:
    """Return, one sentence each, what is wrong with the lab's three generated files.

    The source itself must be well (see `verify`).
    """
    found = []
    for path, why in (
        (lab.released_path, _released(lab)),
        (lab.checks_path, _checks(lab)),
        (lab.solved_path, _solved(lab)),
    ):
        if why:
            command = f"python3 -m course_utils build {lab.name[:2]}"
            found.append(f"{shown(path, lab.root)} {why}: run `{command}`.")
    return found


def _released(lab: LabSource) -> str | None:
    text = _text(lab.released_path)
    if text is None:
        return "is missing"
    if text == notebook.dumps(notebook.released(lab)):
        return None
    return _why(lab, lab.released_path)


def _solved(lab: LabSource) -> str | None:
    if _text(lab.solved_path) is None:
        return "is missing"
    found = notebook.load(lab.solved_path)
    expected = notebook.solved(lab)
    if (
        found is not None
        and notebook.recorded(found, "source") == notebook.recorded(expected, "source")
        and notebook.content_digest(found) == notebook.content_digest(expected)
        and notebook.recorded(found, "outputs") == notebook.outputs_digest(found)
    ):
        return None
    return _why(lab, lab.solved_path)


def _checks(lab: LabSource) -> str | None:
    if not lab.checks_path.exists():
        return "is missing"
    try:
        digest = record.read_digest(lab.checks_path)
    except CourseError:
        return "is damaged"
    if digest != notebook.source_digest(lab):
        return "was built from another version of its source"
    return None if record.intact(lab.checks_path) else "was changed by hand"


def _why(lab: LabSource, path: Path) -> str:
    found = notebook.load(path)
    if found is None:
        return "is no notebook that can be read"
    if notebook.recorded(found, "source") != notebook.source_digest(lab):
        return "was built from another version of its source"
    return "is not as it was built"


def _text(path: Path) -> str | None:
    """Return the file's text; None where there is none. Bytes that are no text differ from any."""
    try:
        return path.read_bytes().decode("utf-8", "replace")
    except FileNotFoundError:
        return None

"""Which labs there are, and which one a user means."""

import difflib
import re
from pathlib import Path

from course_utils.common.errors import CourseError

_NAME = re.compile(r"\d\d_\w+")


def names(room: Path) -> list[str]:
    """Return the names of the labs in `room` (labs/ or solutions/), such as "01_perceptron"."""
    if not room.is_dir():
        return []
    return sorted(
        path.name for path in room.iterdir() if path.is_dir() and _NAME.fullmatch(path.name)
    )


def notebook(room: Path, name: str) -> Path:
    """Return where the notebook of lab `name` lies in `room`: NN_topic/topic.ipynb."""
    return room / name / (name.partition("_")[2] + ".ipynb")


def choose(word: str, room: Path) -> str:
    """Return the lab that `word` names: "1", "01", "01_perceptron" or "perceptron".

    Raises CourseError where none is meant, naming those that there are.
    """
    found = names(room)
    for name in found:
        number, _, topic = name.partition("_")
        if word in (name, topic, number) or (word.isdecimal() and int(word) == int(number)):
            return name
    if not found:
        raise CourseError(f"There are no labs in {room}: get a whole copy of the course.")
    meant = _closest(word, found)
    hint = f"did you mean {meant}? There are" if meant else "choose one of"
    raise CourseError(f"There is no lab {word!r} in {room}: {hint} {', '.join(found)}.")


def _closest(word: str, found: list[str]) -> str:
    """The lab that a mistyped word may mean, "" where none is near."""
    spelled = {name.partition("_")[2]: name for name in found} | {name: name for name in found}
    close = difflib.get_close_matches(word.casefold(), spelled, n=1)
    return spelled[close[0]] if close else ""

"""What became of each file and folder at the top of a class's folder: nothing goes unsaid.

Graded, refused and why, or ignored and why; the numbers add up to what was found.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from course_utils.grading.intake.candidates import Choice
from course_utils.grading.intake.entries import Entry
from course_utils.grading.intake.layouts import Handed
from course_utils.grading.intake.slugs import readable

GRADED, REFUSED, IGNORED = "graded", "refused", "ignored"
_HIDDEN = f"{IGNORED}: a hidden file, or one that a system leaves behind"
_NOBODYS = f"{IGNORED}: no notebook, no zip, and no student's folder"
_BESIDE = f"{IGNORED}: it lies beside the folder of the class"
_OTHER = f"{IGNORED}: another file of the same student's was graded"


def account(
    listed: Sequence[Entry], around: str, students: Sequence[Handed], choices: Sequence[Choice]
) -> dict[str, str]:
    """Return what became of each entry, by its name: "graded", "refused: why" or "ignored: why".

    listed: all that was found. around: the folders around the class, "" or "class/submitted/".
    choices: one for each student.
    """
    depth = around.count("/")
    fates: dict[str, str] = {}
    for entry in listed:
        outer = "".join(f"{readable(part)}/" for part in entry.parts[:depth])
        if outer != around[: len(outer)] or (entry.ignored and len(entry.parts) <= depth):
            fates.setdefault(entry.parts[0], _HIDDEN if entry.ignored else _BESIDE)
        elif len(entry.parts) > depth:
            hidden = entry.ignored and len(entry.parts) == depth + 1
            fates.setdefault(entry.parts[depth], _HIDDEN if hidden else _NOBODYS)
    for handed, choice in zip(students, choices, strict=True):
        fates |= {entry.parts[0]: _fate(entry, choice) for entry, _ in handed.entries}
    return fates


def in_words(entries: Mapping[str, str]) -> str:
    """Return the numbers in a sentence, and what was ignored by name."""
    counts = Counter(fate.partition(":")[0] for fate in entries.values())
    parts = [f"{counts[kind]} {kind}" for kind in (GRADED, REFUSED, IGNORED) if counts[kind]]
    sentence = f"Found {len(entries)} at the top: {', '.join(parts)}."
    ignored = {name: fate for name, fate in entries.items() if fate.startswith(IGNORED)}
    why = [f"{readable(name, 60)} ({fate.partition(': ')[2]})" for name, fate in ignored.items()]
    if not why:
        return sentence
    more = f", and {len(why) - 10} more" if len(why) > 10 else ""
    return f"{sentence} Ignored: {'; '.join(why[:10])}{more}."


def _fate(entry: Entry, choice: Choice) -> str:
    if choice.chosen is None:
        return f"{REFUSED}: {choice.problem}"
    return GRADED if choice.chosen.top == entry.parts[0] else _OTHER

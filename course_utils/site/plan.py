"""The course in weeks: which sections of which lab, with work as equal as it goes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_SECTION = re.compile(r"^## (?:(\d+)\. )?(.+)$", re.MULTILINE)
_EXERCISE = re.compile(r"^### Exercise (\d+): `(\w+)` \(.*?(\d+) minutes?", re.MULTILINE)
#: What a section takes to read and to run, beside its exercises, in minutes.
READING = 15


@dataclass(frozen=True)
class Section:
    """A numbered section of a lab. exercises: (number, name). minutes: of work in it."""

    lab: str
    number: int
    title: str
    exercises: tuple[tuple[int, str], ...]
    minutes: int


def sections(lab: str, text: str) -> list[Section]:
    """Return the numbered sections of a lab's text, but for its last, which looks back."""
    marks = [found for found in _SECTION.finditer(text) if found[1]]
    found = []
    for mark, following in zip(marks, [*marks[1:], None], strict=True):
        part = text[mark.end() : following.start() if following else None]
        exercises = _EXERCISE.findall(part)
        minutes = READING + sum(int(minutes) for *_, minutes in exercises)
        named = tuple((int(number), name) for number, name, _ in exercises)
        found.append(Section(lab, int(mark[1]), mark[2], named, minutes))
    return found[:-1] if found and not found[-1].exercises else found


def weeks(of_labs: Sequence[Sequence[Section]], count: int) -> list[list[Section]]:
    """Share the sections out to `count` weeks, in order, none with sections of two labs.

    The longest week is as short as it can be. Raises ValueError for more labs than weeks.
    """
    if len(of_labs) > count:
        raise ValueError(f"{len(of_labs)} labs do not fit into {count} weeks.")
    lengths = sorted({sum(s.minutes for s in run) for lab in of_labs for run in _runs(lab)})
    for longest in lengths:
        parts = [_cut(lab, longest) for lab in of_labs]
        if all(parts) and sum(map(len, parts)) <= count:
            return [week for part in parts for week in _even(part)]
    raise AssertionError("the longest run is a whole lab, and whole labs fit")


def _even(parts: list[list[Section]]) -> list[list[Section]]:
    """Share a lab out anew to as many weeks, the longest of them as short as it can be."""
    lab = [section for part in parts for section in part]
    lengths = sorted({sum(s.minutes for s in run) for run in _runs(lab)})
    cuts = (_cut(lab, longest) for longest in lengths)
    return next(cut for cut in cuts if cut and len(cut) <= len(parts))


def _runs(lab: Sequence[Section]) -> list[Sequence[Section]]:
    return [lab[i:j] for i in range(len(lab)) for j in range(i + 1, len(lab) + 1)]


def _cut(lab: Sequence[Section], longest: int) -> list[list[Section]]:
    """Cut a lab into the fewest parts of `longest` minutes; [] where a section is longer."""
    parts: list[list[Section]] = [[]]
    for section in lab:
        if section.minutes > longest:
            return []
        if sum(s.minutes for s in parts[-1]) + section.minutes > longest:
            parts.append([])
        parts[-1].append(section)
    return parts

"""Whose is what: the layouts in which a class's notebooks come.

A top-level folder, notebook or zip is one student's. What the class's platform puts into the names
is read by `platforms`; nbgrader has a folder of labs in each student's folder, and Teams one of
versions in one of assignments.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import yaml  # type: ignore[import-untyped]

from course_utils.common.errors import CourseError
from course_utils.grading.intake import platforms
from course_utils.grading.intake.entries import Entry, read_file, stem
from course_utils.grading.intake.platforms import Layout, Name
from course_utils.grading.intake.slugs import readable

#: Folders that hold students' folders, by name: of nbgrader, of many, of its exchange, of Teams.
_CLASS_FOLDERS = frozenset({"submitted", "submissions", "inbound", "submitted files"})
#: What lies beside them in a course of nbgrader's.
_BESIDE = frozenset({"autograded", "feedback", "release", "source"})
#: What an export of Gradescope's says of its folders.
GRADESCOPES = "submission_metadata.yml"


@dataclass
class Handed:
    """What one student handed in, each entry with what its top-level name says.

    when: the time of it that a roster gives.
    """

    student: str
    lms_id: str
    entries: list[tuple[Entry, Name]] = field(default_factory=list)
    when: datetime | None = None


def by_student(entries: Sequence[Entry], pattern: str = "") -> tuple[list[Handed], Layout]:
    """Group entries by student. pattern: see `platforms.decide`.

    Returns the students, sorted by name, and the layout. Raises CourseError as `platforms.decide`
    does.
    """
    tops = _tops(entries)
    layout = _layout(tops, entries, pattern)
    students: dict[tuple[bool, str], Handed] = {}
    folders_only = not any(_counts(group) and not _is_folder(group) for group in tops.values())
    for top, group in tops.items():
        submits = any(_counts_entry(entry) for entry in group)
        plain = Name(top if _is_folder(group) else stem(top), file=top)
        names = layout.names.get(top, (plain,))
        if not submits and top not in layout.names and not (folders_only and _is_folder(group)):
            continue
        for name in names:
            # Two names of one look are two students, unless a platform says that they are one.
            key = bool(name.identity), name.identity or name.student
            handed = students.setdefault(key, Handed(name.student, name.lms_id))
            handed.entries += [(entry, name) for entry in group]
    ordered = sorted(students.items(), key=lambda item: (item[1].student, item[0]))
    found = [handed for _, handed in ordered]
    return found, replace(layout, words=layout.words or _plain_layout(tops))


def _layout(tops: dict[str, list[Entry]], entries: Sequence[Entry], pattern: str) -> Layout:
    """How the class's names are read: as its platform, or the person who grades, says."""
    listing = next((e for e in entries if e.parts == (GRADESCOPES,) and not e.problem), None)
    if listing and not pattern:
        layout = platforms.gradescope(_parsed(listing), tops)
        if layout.names:
            return layout
    return platforms.decide([top for top, group in tops.items() if _counts(group)], tops, pattern)


def _parsed(listing: Entry) -> Any:
    """Return Gradescope's list of an export's submissions; None where it cannot be read."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        return yaml.load(read_file(listing.fetch(lambda size: None), GRADESCOPES), loader)
    except (CourseError, yaml.YAMLError, ValueError, RecursionError):
        return None


def strip_class_folders(entries: list[Entry], lab: str) -> tuple[list[Entry], str]:
    """Leave out folders around the whole class. Returns the entries and the folder's path."""
    path = ""
    while (folder := _class_folder(entries, lab)) is not None:
        entries = [entry.below(1) for entry in entries if _lies_in(entry, folder)]
        path += f"{readable(folder)}/"
    return entries, path


def is_class(entries: Sequence[Entry], lab: str) -> bool:
    """True if the entries look like several students' rather than like one's."""
    tops = {top: group for top, group in _tops(entries).items() if _counts(group)}
    labs = any(names_lab(stem(top), lab) or re.match(r"\d\d_\w", top) for top in tops)
    return len(tops) > 1 and not labs


def names_lab(word: str, lab: str) -> bool:
    """True if a folder's or file's name means the lab, say "01_perceptron".

    So do itself, "perceptron", "1", "Lab 01" and "lab1-perceptron".
    """
    number, _, topic = lab.casefold().partition("_")
    plain = re.sub(r"[\W_]+", "_", word.casefold()).strip("_")
    plain = re.sub(r"^lab_?", "", plain)
    numbers = {number, number.lstrip("0")}
    return plain in {topic, *numbers, *(f"{one}_{topic}" for one in numbers)}


def _class_folder(entries: Sequence[Entry], lab: str) -> str | None:
    """Return the top-level folder that holds the class; None where there is no such folder."""
    tops = {top: group for top, group in _tops(entries).items() if _counts(group)}
    named = [
        top for top, group in tops.items() if top.casefold() in _CLASS_FOLDERS and _is_folder(group)
    ]
    others = {top.casefold() for top in tops} - _BESIDE - _CLASS_FOLDERS
    if named and not others:  # Beside students' folders it is the folder of one who is called so.
        return named[0]
    if len(tops) != 1:
        return None
    (top, group), *_ = tops.items()
    inner = [entry.below(1) for entry in group if len(entry.parts) > 1]
    holds_class = _is_folder(group) and not platforms.decide([top]).names and is_class(inner, lab)
    return top if holds_class else None


def _lies_in(entry: Entry, folder: str) -> bool:
    return entry.parts[0] == folder and len(entry.parts) > 1


def _tops(entries: Iterable[Entry]) -> dict[str, list[Entry]]:
    tops: dict[str, list[Entry]] = {}
    for entry in entries:
        tops.setdefault(entry.parts[0], []).append(entry)
    return tops


def _is_folder(group: Sequence[Entry]) -> bool:
    return any(entry.folder or len(entry.parts) > 1 for entry in group)


def _counts(group: Sequence[Entry]) -> bool:
    return any(_counts_entry(entry) for entry in group)


def _counts_entry(entry: Entry) -> bool:
    """True for what may be a submission; so is a link without an ending, perhaps to a folder."""
    return entry.notebook or entry.archive or (bool(entry.problem) and "." not in entry.name)


def named(students: list[Handed]) -> list[Handed]:
    """Give every student a name that can be shown and that nobody else has."""
    shown = Counter(readable(one.student) for one in students)
    taken: set[str] = set()
    for one in students:
        name = readable(one.student) or "unnamed"
        if shown[readable(one.student)] > 1 and one.lms_id:
            name = f"{name} {one.lms_id}"
        unique, number = name, 1
        while unique in taken:
            number += 1
            unique = f"{name} ({number})"
        taken.add(unique)
        one.student = unique
    return sorted(students, key=lambda one: one.student)


def _plain_layout(tops: dict[str, list[Entry]]) -> str:
    groups = [group for group in tops.values() if _counts(group)]
    folders = sum(_is_folder(group) for group in groups)
    zips = sum(any(e.archive and len(e.parts) == 1 for e in group) for group in groups)
    if folders == len(groups):
        return "one folder a student"
    if zips == len(groups):
        return "one zip a student"
    if not folders and not zips:
        return "one notebook a student"
    return "notebooks, folders and zips side by side"

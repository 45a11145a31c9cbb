"""Whose is what: the layouts in which a class's notebooks come, told from names alone.

A top-level folder, notebook or zip is one student's. Canvas and Moodle put the student's name and a
number before a file's own name; nbgrader has a folder of labs in each student's folder.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from course_utils.grading.intake.entries import Entry, stem
from course_utils.grading.intake.slugs import readable

#: Moodle: "Ada Lovelace_123456_assignsubmission_file_", a folder, or a prefix of the file's name.
_MOODLE = re.compile(
    r"(?P<name>.+?)_(?P<id>\d+)_assignsubmission_(?:file|onlinetext)(?:_(?P<file>.*))?", re.DOTALL
)
#: Canvas: "lovelaceada_LATE_12345_67890_perceptron-1.ipynb": user, upload, number of the upload.
_CANVAS = re.compile(
    r"(?P<name>.+?)(?:_LATE)?_(?P<id>\d{3,})(?:_(?P<upload>\d+))?_(?P<file>.+)", re.DOTALL
)
#: Folders that hold students' folders, by name.
_CLASS_FOLDERS = frozenset({"submitted", "submissions"})
#: What lies beside them in a course of nbgrader's.
_BESIDE = frozenset({"autograded", "feedback", "release", "source"})


@dataclass(frozen=True)
class Name:
    """What a top-level name says.

    upload: Canvas's number, which grows with time; None where the name is not Canvas's. file: the
    name that the student's file had.
    """

    student: str
    lms_id: str = ""
    upload: int | None = None
    file: str = ""


@dataclass
class Handed:
    """What one student handed in, each entry with what its top-level name says."""

    student: str
    lms_id: str
    entries: list[tuple[Entry, Name]] = field(default_factory=list)


def by_student(entries: Sequence[Entry]) -> tuple[list[Handed], list[str], str]:
    """Group entries by student.

    Returns the students, sorted by name, names unique; the top-level names that belong to nobody;
    and the layout in words.
    """
    tops = _tops(entries)
    canvas = _is_canvas(tops)
    students: dict[tuple[str, str], Handed] = {}
    nobodys = []
    folders_only = not any(_counts(group) and not _is_folder(group) for group in tops.values())
    for top, group in tops.items():
        name = read_name(top, _is_folder(group), canvas)
        submits = any(_counts_entry(entry) for entry in group)
        if not submits and not (name.lms_id or (folders_only and _is_folder(group))):
            nobodys.append(readable(top))
            continue
        # Two names of one look are two students, unless a platform's number says that they are one.
        known = unicodedata.normalize("NFC", name.student) if name.lms_id else name.student
        key = known, name.lms_id
        handed = students.setdefault(key, Handed(name.student, name.lms_id))
        handed.entries += [(entry, name) for entry in group]
    found = _named([students[key] for key in sorted(students)])
    return found, nobodys, _layout(tops, found, canvas)


def read_name(top: str, folder: bool, canvas: bool) -> Name:
    """Read a top-level name. canvas: the class's names look like Canvas's."""
    moodle = _MOODLE.fullmatch(top)
    if moodle:
        return Name(moodle["name"], moodle["id"], None, moodle["file"] or "")
    found = _CANVAS.fullmatch(top) if canvas else None
    if found:
        return Name(found["name"], found["id"], int((found["upload"] or "0")[:18]), found["file"])
    return Name(top if folder else stem(top), file=top)


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
    holds_class = _is_folder(group) and not _MOODLE.fullmatch(top) and is_class(inner, lab)
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


def _is_canvas(tops: dict[str, list[Entry]]) -> bool:
    """True if most names look like Canvas's.

    These have two numbers, or one that belongs to one student. A lab's or a year's number, the same
    before every name, does not.
    """
    names = [top for top, group in tops.items() if _counts(group)]
    found = [match for name in names if (match := _CANVAS.fullmatch(name))]
    keys = {(match["name"], match["id"]) for match in found}
    students = Counter(number for _, number in keys)
    if len(found) * 3 < len(names) * 2 or not found or max(students.values()) > 1:
        return False
    two_numbers = sum(match["upload"] is not None for match in found)
    return two_numbers * 3 >= len(names) * 2 or len(keys) * 2 > len(names) or len(names) == 1


def _named(students: list[Handed]) -> list[Handed]:
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


def _layout(tops: dict[str, list[Entry]], found: Sequence[Handed], canvas: bool) -> str:
    groups = [group for group in tops.values() if _counts(group)]
    if any(_MOODLE.fullmatch(top) for top in tops):
        return "a download from Moodle"
    if canvas:
        return "a download with a number in each name, as from Canvas"
    folders = sum(_is_folder(group) for group in groups)
    zips = sum(any(e.archive and len(e.parts) == 1 for e in group) for group in groups)
    if folders == len(groups):
        return "one folder a student"
    if zips == len(groups):
        return "one zip a student"
    if not folders and not zips:
        return "one notebook a student"
    return "notebooks, folders and zips side by side"

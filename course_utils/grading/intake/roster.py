"""Who is in the class: a list of students as learning platforms export it.

Its names are given to what was found.

Columns are known by their English names, of Moodle's participants and grading worksheet, Canvas's
gradebook, Blackboard's, Brightspace's and Gradescope's exports; the last two numbers of a platform
are told apart by what they are good for: a gradebook's number, or something else that names one
student.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from course_utils.common.errors import CourseError
from course_utils.common.wording import listed
from course_utils.grading.intake.entries import read_file
from course_utils.grading.intake.layouts import Handed
from course_utils.grading.intake.platforms import moment
from course_utils.grading.intake.slugs import readable

#: A roster of 50,000 students takes 5 MB.
_LARGEST = 20 * 2**20
_FULL = ("full name", "name", "student", "student name", "display name")
_FIRST = ("first name", "given name", "firstname", "first")
_LAST = ("last name", "surname", "family name", "lastname", "last")
#: The number that a gradebook is filled by: Moodle's "Participant 123", Canvas's ID.
_NUMBER = ("identifier", "id")
_OTHERS = (
    *("username", "user name", "login", "sis login id", "login id", "email", "email address"),
    *("id number", "sis user id", "student id", "orgdefinedid", "sid", "student_id"),
)
_HANDED_IN = ("last modified (submission)", "submission time", "submitted at")
#: Rows of Canvas's that are no students.
_NOBODY = re.compile(r"\s*(points possible|student,\s*test|test student)\s*", re.IGNORECASE)


@dataclass(frozen=True)
class Person:
    """One student of the roster.

    number: the gradebook's, "" where it has none. keys: what else names this student, in lower
    case. when: the work was handed in, where the roster says so.
    """

    name: str
    number: str = ""
    keys: frozenset[str] = frozenset()
    when: datetime | None = None


@dataclass(frozen=True)
class Roster:
    """A class's students, in the order of the file."""

    people: tuple[Person, ...]
    file: str = ""

    def apply(self, found: Sequence[Handed]) -> Matched:
        """Give those found the names and numbers of the roster; one person's are put together."""
        index = _index(self.people)
        owners: dict[Person, Handed] = {}
        strangers = []
        for one in found:
            person = _person(one, index)
            if person is None:
                strangers.append(one)
            elif person in owners:
                owners[person].entries += one.entries
            else:
                owners[person] = Handed(
                    person.name, person.number or one.lms_id, one.entries, person.when
                )
        absent = tuple(person.name for person in self.people if person not in owners)
        return Matched([*owners.values(), *strangers], absent, tuple(s.student for s in strangers))


@dataclass
class Matched:
    """The students, named by the roster; who of it handed in nothing; who is not on it."""

    students: list[Handed]
    absent: tuple[str, ...] = ()
    strangers: tuple[str, ...] = ()
    notes: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.strangers:
            self.notes.append(f"Not on the roster: {listed(self.strangers, 50)}.")
        if self.absent:
            self.notes.append(f"On the roster, but handed in nothing: {listed(self.absent, 50)}.")


def read_roster(path: Path) -> Roster:
    """Read a roster: CSV with commas, semicolons or tabs, in UTF-8, UTF-16 or Latin-1.

    Raises CourseError where it cannot be read, or none of its columns names students.
    """
    rows = _rows(read_file(path, str(path), _LARGEST))
    head, *body = rows or [[]]
    columns = {_plain(name): place for place, name in reversed(list(enumerate(head)))}
    if not any(name in columns for name in (*_FULL, *_LAST, *_OTHERS)):
        raise CourseError(
            f"{path}: none of its columns ({listed(head, 8)}) names students: export the list of "
            "participants or the gradebook as CSV, or call a column 'name'."
        )
    people = [_read_person(columns, row) for row in body if any(field.strip() for field in row)]
    known = tuple(person for person in people if person.name and not _NOBODY.match(person.name))
    if not known:
        raise CourseError(f"{path} lists no students below its first line.")
    return Roster(known, path.name)


def _rows(raw: bytes) -> list[list[str]]:
    coding = "utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = raw.decode(coding)
    except UnicodeDecodeError:
        text = raw.decode("latin-1")
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))


def _read_person(columns: Mapping[str, int], row: Sequence[str]) -> Person:
    def value(names: Sequence[str]) -> str:
        places = (columns[name] for name in names if name in columns)
        return next((row[at].strip() for at in places if at < len(row) and row[at].strip()), "")

    keys = {value([name]).casefold().lstrip("#") for name in _OTHERS} - {""}
    whole = " ".join(filter(None, [value(_FIRST), value(_LAST)])) or _turned(value(_FULL))
    number = re.sub(r"(?i)^participant\s*", "", value(_NUMBER))
    return Person(
        readable(whole) or min(keys, default=""),
        number if number.isdecimal() else "",
        frozenset(keys),
        _worksheet_time(value(_HANDED_IN)),
    )


def _worksheet_time(text: str) -> datetime | None:
    """Moodle writes "Tuesday, 12 March 2024, 11:05 PM"."""
    return moment(text) or moment(text.partition(", ")[2])


def _turned(name: str) -> str:
    """Return "Lovelace, Ada" as "Ada Lovelace"."""
    last, comma, first = name.partition(",")
    return f"{first.strip()} {last.strip()}" if comma else name


def _plain(text: str) -> str:
    return " ".join(text.strip("\ufeff \"'").casefold().split())


def _index(people: Sequence[Person]) -> dict[str, list[Person]]:
    found: dict[str, list[Person]] = defaultdict(list)
    for person in people:
        for key in {*person.keys, *_spellings(person.name), f"#{person.number}"}:
            found[key].append(person)
    return found


def _person(one: Handed, index: Mapping[str, list[Person]]) -> Person | None:
    """The one person whom what was handed in names: by number, by what names one, by name."""
    identities = [name.identity.casefold() for _, name in one.entries if name.identity]
    keys = [f"#{one.lms_id}"] if one.lms_id else []
    for key in [*keys, *identities, one.student.casefold(), *_spellings(one.student)]:
        found = index.get(key, [])
        if len(found) == 1:
            return found[0]
    return None


def _spellings(name: str) -> list[str]:
    """A name's letters and digits alone, as written and with the last word first (Canvas)."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    words = ["".join(c for c in word if c.isalnum()) for word in plain.split()]
    first, turned = "".join(words), "".join([*words[-1:], *words[:-1]])
    return [f"={one}" for one in dict.fromkeys([first, turned]) if one]

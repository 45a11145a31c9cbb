"""How learning platforms name what students hand in, and which of them a class comes from.

The platform is decided once, by most of a class's names. Read name by name, a file that a student
calls as another platform would has the number of somebody else in it.

Forms, with who writes them: Moodle (mod/assign, `download_submissions`), Canvas
(`SubmissionZipper`), Blackboard's "Assignment File Download", Brightspace's "Download", nbgrader's
exchange (`ExchangeSubmit`, folder `inbound`), Gradescope's "Export Submissions", and Google
Classroom's folder in Drive.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from course_utils.common.errors import CourseError
from course_utils.grading.intake.slugs import readable

#: The file of feedback in a platform's zip.
FEEDBACK = "feedback.html"
_MOODLE = re.compile(
    r"(?P<name>.+?)_(?P<id>\d+)_assignsubmission_(?:file|onlinetext)(?:_(?P<file>.*))?", re.DOTALL
)
#: "lovelaceada_LATE_12345_67890_perceptron-1.ipynb": user, upload, number of the upload; with
#: anonymous grading "anon_x7Jq2_67890_perceptron.ipynb".
_CANVAS = re.compile(
    r"(?:(?P<anonymous>anon_[0-9A-Za-z]{5})|(?P<name>.+?))(?P<late>_LATE)?"
    r"(?(anonymous)|_(?P<id>\d{3,}))(?:_(?P<upload>\d+))?_(?P<file>.+)",
    re.DOTALL,
)
_BLACKBOARD = re.compile(
    r"(?P<name>.+)_attempt_(?P<time>\d{4}(?:-\d\d){5})(?:_(?P<file>.+)|\.txt)?", re.DOTALL
)
_BRIGHTSPACE = re.compile(
    r"(?P<first>\d+)-(?P<second>\d+) - (?P<name>.+?)\s*- (?P<time>[^-]*\b\d{4}\b[^-]*?)"
    r"(?: - (?P<file>.+))?",
    re.DOTALL,
)
_EXCHANGE = re.compile(
    r"(?P<name>.+)\+[^+]+\+(?P<day>\d{4}-\d\d-\d\d) (?P<clock>\d\d[:_-]\d\d[:_-]\d\d)(?:\.\d+)?"
    r"(?: (?P<zone>[^+]+))?(?:\+[^+]*)?"
)
_GOOGLE = re.compile(r"(?P<name>.+?) - (?P<file>.+)", re.DOTALL)
#: What Drive adds to the second file of one name: " (1)".
_COPY = re.compile(r" ?\(\d+\)(?=\.|$)")
_GROUP = re.compile(r"(?P<group>[^-]+)-(?P<name>.+)", re.DOTALL)
_CLOCK = re.compile(r"(\d{1,2}):?(\d\d)(?=\s*(?:[AaPp][Mm])?$)")
_TIMES = (
    *("%Y-%m-%d-%H-%M-%S", "%Y-%m-%d %H:%M:%S"),
    *(
        f"{day} {clock}"
        for day in ("%d %B %Y", "%B %d %Y", "%d %b %Y", "%b %d %Y")
        for clock in ("%I:%M %p", "%H:%M")
    ),
)


@dataclass(frozen=True)
class Name:
    """What a top-level name says.

    student: whose it is. identity: what no other student has, "" where the name alone has to do.
    lms_id: the number under which Canvas's or Moodle's gradebook knows the student. upload: of
    Canvas, grows with time. when: it was handed in; of several attempts the newest counts.
    late: the platform says so. file: the name that the student's file had. feedback: where the
    platform takes a file of feedback from, in a zip; "" where no such place is known.
    """

    student: str
    identity: str = ""
    lms_id: str = ""
    upload: int = 0
    when: datetime | None = None
    late: bool = False
    file: str = ""
    feedback: str = ""


@dataclass(frozen=True)
class Layout:
    """How a class's names are read.

    words: where it comes from, "" for no known platform. names: what each top-level name says; one
    that is not among them is read as a plain name. notes: what else was understood, in sentences.
    """

    words: str = ""
    names: Mapping[str, tuple[Name, ...]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


Reader = Callable[[Collection[str]], dict[str, Name]]


def decide(tops: Collection[str], others: Collection[str] = (), pattern: str = "") -> Layout:
    """Return how a class's top-level names are read.

    tops: those that may be submissions; they decide. others: names to be read in the same way.
    pattern: a regular expression with a group `student`, for a platform that is not known; groups
    `id`, `time` and `file` are read too.
    Raises CourseError for a pattern that is none, and where one number stands in two students'
    names.
    """
    if pattern:
        return _own_layout(tops, others, pattern)
    most, best = 0, Layout()
    for words, share, read in _PLATFORMS:
        found = read(tops)
        if len(found) > most and len(found) >= share * len(tops):
            most = len(found)
            names = read(list(dict.fromkeys([*tops, *others]))) or found
            best = Layout(words, {top: (name,) for top, name in names.items()})
    if best.words == _MOODLES:
        best = _without_groups(best)
    _refuse_shared_numbers(best.names)
    return best


def _moodle(tops: Collection[str]) -> dict[str, Name]:
    found = {top: match for top in tops if (match := _MOODLE.fullmatch(top))}
    return {
        top: Name(
            match["name"],
            match["id"],
            match["id"],
            file=match["file"] or "",
            feedback=f"{match['name']}_{match['id']}_assignsubmission_file_/{FEEDBACK}",
        )
        for top, match in found.items()
    }


def _canvas(tops: Collection[str]) -> dict[str, Name]:
    """Return Canvas's names, where they have two numbers each or one that is one student's.

    A lab's or a year's number, the same before every name, does not.
    """
    found = {top: match for top in tops if (match := _CANVAS.fullmatch(top))}
    people = {match["anonymous"] or (match["name"], match["id"]) for match in found.values()}
    numbers = {match["anonymous"] or match["id"] for match in found.values()}
    if 3 * len(numbers) < 2 * len(people):
        return {}
    two_numbers = sum(match["upload"] is not None for match in found.values())
    if 3 * two_numbers < 2 * len(tops) and not (2 * len(people) > len(tops) or len(tops) == 1):
        return {}
    return {top: _canvas_name(top, match) for top, match in found.items()}


def _canvas_name(top: str, match: re.Match[str]) -> Name:
    upload = match["upload"]
    student = match["anonymous"] or match["name"]
    feedback = f"{top[: match.end('upload')]}_{FEEDBACK}" if upload else ""
    return Name(
        student,
        match["id"] or student,
        match["id"] or "",
        int((upload or "0")[:18]),
        late=bool(match["late"]),
        file=match["file"],
        feedback=feedback,
    )


def _blackboard(tops: Collection[str]) -> dict[str, Name]:
    """What all names begin with is the assignment; underscores may stand there and in a user's."""
    found = {top: match for top in tops if (match := _BLACKBOARD.fullmatch(top))}
    users = {match["name"] for match in found.values()}
    common = _common_beginning(users)
    return {
        top: Name(
            match["name"][len(common) :] if common else match["name"].rpartition("_")[2],
            when=moment(match["time"]),
            file=match["file"] or "",
        )
        for top, match in found.items()
    }


def _common_beginning(names: Collection[str]) -> str:
    """What several names begin with, up to an underscore."""
    if len(names) < 2:
        return ""
    first, last = min(names), max(names)
    length = next((i for i, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), 0)
    return first[: first.rfind("_", 0, length) + 1]


def _brightspace(tops: Collection[str]) -> dict[str, Name]:
    """Return Brightspace's names.

    Of both numbers the student's is the one that stands before one name only; where both do, the
    one that stays from attempt to attempt.
    """
    found = {top: match for top in tops if (match := _BRIGHTSPACE.fullmatch(top))}
    numbers = {
        group: {(match[group], match["name"]) for match in found.values()}
        for group in ("first", "second")
    }
    own = [g for g, pairs in numbers.items() if len(dict(pairs)) == len(pairs)]
    group = min(own, key=lambda one: len(numbers[one]), default="")
    return {
        top: Name(
            match["name"],
            match[group] if group else "",
            when=moment(match["time"]),
            file=match["file"] or "",
        )
        for top, match in found.items()
    }


def _exchange(tops: Collection[str]) -> dict[str, Name]:
    found = {top: match for top in tops if (match := _EXCHANGE.fullmatch(top))}
    return {top: Name(match["name"], when=_zoned(match)) for top, match in found.items()}


def _zoned(match: re.Match[str]) -> datetime | None:
    clock = re.sub("[_-]", ":", match["clock"])
    when = moment(f"{match['day']} {clock}")
    try:
        return when and when.replace(tzinfo=ZoneInfo(match["zone"] or "UTC"))
    except (ValueError, OSError, LookupError):
        return when


def _google(tops: Collection[str]) -> dict[str, Name]:
    """Drive makes each student a copy: the same file's name behind most of the students' names."""
    found = {top: match for top in tops if (match := _GOOGLE.fullmatch(top))}
    files = Counter(_COPY.sub("", match["file"]) for match in found.values())
    people = {match["name"] for match in found.values()}
    if len(people) < 2 or 2 * max(files.values()) <= len(found):
        return {}
    return {top: Name(match["name"], file=match["file"]) for top, match in found.items()}


_MOODLES = "a download from Moodle"
#: In words, the share of a class's names that have to have the form, and how they are read. The
#: first of two that fit as many names is taken.
_PLATFORMS: tuple[tuple[str, float, Reader], ...] = (
    (_MOODLES, 1 / 2, _moodle),
    ("a download from Blackboard", 1 / 2, _blackboard),
    ("a download from Brightspace", 1 / 2, _brightspace),
    ("nbgrader's exchange", 1 / 2, _exchange),
    ("a download with a number in each name, as from Canvas", 2 / 3, _canvas),
    ("a folder of Google Classroom", 2 / 3, _google),
)


def _own_layout(tops: Collection[str], others: Collection[str], pattern: str) -> Layout:
    try:
        compiled = re.compile(pattern, re.DOTALL)
    except re.error as error:
        raise CourseError(f"--pattern {pattern!r} is no regular expression: {error}.") from None
    if "student" not in compiled.groupindex:
        raise CourseError(
            f"--pattern {pattern!r} has no group called student: write (?P<student>...) around "
            "the part of a name that is the student's."
        )
    matches = {top: compiled.search(top) for top in (*tops, *others)}
    found = {top: match for top, match in matches.items() if match and match["student"]}
    if not found:
        some = readable(next(iter(tops), ""), 80)
        raise CourseError(
            f"--pattern {pattern!r} fits none of {len(tops)} names, such as {some!r}."
        )
    names = {top: (_own_name(match.groupdict()),) for top, match in found.items()}
    _refuse_shared_numbers(names)
    return Layout("names read by --pattern", names)


def _own_name(groups: Mapping[str, str | None]) -> Name:
    number = groups.get("id") or ""
    return Name(
        str(groups["student"]),
        number,
        number,
        when=moment(groups.get("time") or ""),
        file=groups.get("file") or "",
    )


def _without_groups(layout: Layout) -> Layout:
    """Leave out Moodle's groups, "Group A-Ada Lovelace".

    Where all names have a hyphen, what stands before it is a group's and no first name if several
    students share it, or it holds a digit or, in all of three names or more, a space.
    """
    firsts = {one.student: one for names in layout.names.values() for one in names}
    parts = {name: _GROUP.fullmatch(name) for name in firsts}
    groups = Counter(part["group"] for part in parts.values() if part)
    if not all(parts.values()) or not all(
        count > 1 or re.search(r"\d" if len(parts) < 3 else r"[\d ]", group)
        for group, count in groups.items()
    ):
        return layout
    names = {
        top: tuple(replace(one, student=_GROUP.sub(r"\g<name>", one.student)) for one in found)
        for top, found in layout.names.items()
    }
    listed = ", ".join(sorted(readable(group, 40) for group in groups))
    return Layout(layout.words, names, (f"Moodle's groups are left out of the names: {listed}.",))


def _refuse_shared_numbers(names: Mapping[str, tuple[Name, ...]]) -> None:
    owners: dict[str, dict[str, str]] = defaultdict(dict)
    for top, found in names.items():
        for one in found:
            if one.identity:
                owners[one.identity].setdefault(one.student, top)
    for number, tops in owners.items():
        if len(tops) > 1:
            (first, top), (second, other), *_ = sorted(tops.items())
            raise CourseError(
                f"The number {number} stands in the names of two students, {readable(first, 60)} "
                f"({readable(top, 80)}) and {readable(second, 60)} ({readable(other, 80)}): one of "
                "both files has a name that the platform did not give. Take it out, rename it, or "
                "say with --pattern how names are read."
            )


def gradescope(data: Any, tops: Iterable[str]) -> Layout:
    """Return what Gradescope's submission_metadata.yml says of a class's top-level names.

    data: the file as read. A submission of several students is each one's.
    """
    found: dict[str, tuple[Name, ...]] = {}
    for top in tops:
        entry = data.get(top) if isinstance(data, dict) else None
        people = entry.get(":submitters") if isinstance(entry, dict) else None
        if not isinstance(entry, dict) or not isinstance(people, list):
            continue
        when = entry.get(":created_at")
        when = when if isinstance(when, datetime) else moment(str(when or ""))
        names = [_gradescope_name(one, when) for one in people if isinstance(one, dict)]
        if names:
            found[top] = tuple(names)
    return Layout("an export from Gradescope", found) if found else Layout()


def _gradescope_name(person: Mapping[str, Any], when: datetime | None) -> Name:
    name, email, number = (str(person.get(key) or "") for key in (":name", ":email", ":sid"))
    if when is not None and when.tzinfo is None:  # YAML turns a time with a zone into UTC without
        when = when.replace(tzinfo=UTC)
    return Name(name or email or number, email or number, when=when)


def moment(text: str) -> datetime | None:
    """Return the time that a platform wrote, None for none: "12 March, 2024 1105 PM", ISO 8601."""
    plain = " ".join(text.replace(",", " ").split())
    try:
        return datetime.fromisoformat(plain)
    except ValueError:
        pass
    plain = _CLOCK.sub(r"\1:\2", plain)
    for form in _TIMES:
        try:
            return datetime.strptime(plain, form)
        except ValueError:
            continue
    return None

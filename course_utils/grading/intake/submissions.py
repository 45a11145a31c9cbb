"""Finds a class's submissions in a folder or a zip, whatever its layout, and says what it found."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from course_utils.common.errors import CourseError
from course_utils.common.wording import listed
from course_utils.grading.apart.apart import Apart, Bounds, Ended
from course_utils.grading.intake import accounts, archives, entries, layouts
from course_utils.grading.intake.archives import NoSpace, Quota, Store
from course_utils.grading.intake.candidates import Asked, Choice, choose
from course_utils.grading.intake.entries import Entry
from course_utils.grading.intake.layouts import Handed
from course_utils.grading.intake.roster import Matched, Roster
from course_utils.grading.intake.slugs import readable, slugs


@dataclass(frozen=True)
class Submission:
    """One student's notebook.

    student: the name as found, cleaned, unique in the class. slug: a stem for the student's files,
    unique in the class. path: the notebook, a regular file; unpacked under another name where it
    came in a zip. origin: where it was found, for a person. digest: SHA-256 of its bytes.
    problem: a sentence where there is nothing to grade, else "". lms_id: the number that Canvas or
    Moodle gave the student, "" where none is known. notes: what else the student handed in and what
    became of it, in sentences. files: small files that lay beside the notebook, by their names.
    when: it was handed in, where the platform says so; late: whether it says that this was too
    late. feedback: where the platform takes a page of feedback from.
    """

    student: str
    slug: str
    path: Path
    origin: str
    digest: str
    problem: str = ""
    lms_id: str = ""
    notes: tuple[str, ...] = ()
    files: tuple[tuple[str, Path], ...] = ()
    when: datetime | None = None
    late: bool = False
    feedback: str = ""


@dataclass(frozen=True)
class Found:
    """A class's submissions, sorted by student; what was understood, in sentences; the layout.

    entries: what became of everything at the top, by its name: see `accounts`. absent: who is on
    the roster and handed in nothing. strangers: who is not on it.
    """

    submissions: tuple[Submission, ...]
    notes: tuple[str, ...]
    layout: str
    entries: Mapping[str, str] = field(default_factory=dict)
    absent: tuple[str, ...] = ()
    strangers: tuple[str, ...] = ()


def find(
    place: Path,
    lab: str,
    work: Path,
    apart: Apart | None = None,
    pattern: str = "",
    roster: Roster | None = None,
    ask: Asked = Asked(),  # noqa: B008
) -> Found:
    """Find the submissions of a lab, "01_perceptron", in a folder or a zip, or one notebook.

    work: a folder of the caller's; what is zipped is unpacked into a new folder in it, and nothing
    is written elsewhere. apart: where each student's files are opened, None for this process.
    pattern: how names are read, see `platforms.decide`. roster: whose names are given to what is
    found. ask: which of a student's notebooks is taken. A submission that cannot be graded is one
    too, with its problem.
    Raises CourseError where there is nothing to grade, or the zip cannot be read.
    """
    work.mkdir(parents=True, exist_ok=True)
    store = Store(Path(tempfile.mkdtemp(prefix="unpacked-", dir=work)))
    with ExitStack() as stack:
        listed_all, shown = _listing(place, lab, store, stack)
        found = [entry for entry in listed_all if not entry.ignored]
        found, folders = layouts.strip_class_folders(found, lab)
        students, layout = layouts.by_student(found, pattern)
        if not students:
            raise CourseError(
                f"There is no notebook (.ipynb) in {place}: name the folder or the zip of the "
                "submissions."
            )
        matched = roster.apply(students) if roster else Matched(students)
        students = layouts.named(matched.students)
        where = f"{shown}/{folders}".rstrip("/")
        choices = [_choice(one, lab, store.part(), where, apart, ask) for one in students]
    stems = slugs(one.student for one in students)
    submissions = tuple(
        _submission(one, choice, stems[one.student], store)
        for one, choice in zip(students, choices, strict=True)
    )
    entries_found = accounts.account(listed_all, folders, students, choices)
    notes = _notes(where, submissions, layout.words)
    notes += [accounts.in_words(entries_found), *layout.notes, *matched.notes]
    return Found(
        submissions, tuple(notes), layout.words, entries_found, matched.absent, matched.strangers
    )


def _listing(place: Path, lab: str, store: Store, stack: ExitStack) -> tuple[list[Entry], str]:
    """Return what lies in the place, and the place's name as it is shown."""
    real = place.resolve()
    if not real.exists():
        raise CourseError(f"{place} does not exist: name the folder or zip of the submissions.")
    shown = readable(real.name) or "submissions"
    if real.is_dir():
        found = entries.walk(real)
    elif entries.NOTEBOOK.search(real.name):
        return [entries.single(real)], readable(real.parent.name)
    else:
        found = stack.enter_context(archives.opened(real, shown, store))
    return _listing_of_zip(found, lab, shown, store, stack)


def _listing_of_zip(
    found: list[Entry], lab: str, shown: str, store: Store, stack: ExitStack
) -> tuple[list[Entry], str]:
    """Where all there is is one zip with several students in it, take what is in that zip."""
    tops = [entry for entry in found if entry.notebook or entry.archive]
    if len(tops) != 1 or not tops[0].archive or len(tops[0].parts) > 1:
        return found, shown
    inner = f"{shown}/{readable(tops[0].name, 80)}"
    try:
        path = tops[0].fetch(lambda size: None)
        listing = stack.enter_context(archives.opened(path, inner, store))
    except NoSpace:
        raise
    except CourseError:  # told again, as the problem of whose zip it is
        return found, shown
    return (listing, inner) if layouts.is_class(listing, lab) else (found, shown)


def _choice(
    handed: Handed, lab: str, store: Store, place: str, apart: Apart | None, ask: Asked
) -> Choice:
    """Choose a student's notebook, in a process of its own."""
    if apart is None:
        return choose(handed, lab, store, place, ask)
    quota = Quota()
    reachable = [(entry.reachable(quota), name) for entry, name in handed.entries]
    handed = replace(handed, entries=reachable)
    try:
        return apart.call(Bounds(), _choose, handed, lab, store, place, ask)
    except Ended as error:
        top = f"{place}/{readable(handed.entries[0][0].parts[0], 80)}"
        problem = f"{top} cannot be read: {error}."
        return Choice(None, top, hashlib.sha256(problem.encode()).hexdigest(), problem)


def _choose(handed: Handed, lab: str, store: Store, place: str, ask: Asked) -> Choice:
    """Choose there; what is chosen comes back without the zip that it was in."""
    choice = choose(handed, lab, store, place, ask)
    if choice.chosen is None:
        return choice
    entry = choice.chosen.entry.lying_at(choice.chosen.path)
    return replace(choice, chosen=replace(choice.chosen, entry=entry))


def _submission(one: Handed, choice: Choice, stem: str, store: Store) -> Submission:
    name = choice.chosen.name if choice.chosen else one.entries[-1][1]
    digest = hashlib.sha256(choice.digest.encode())
    for beside, path in choice.files:
        digest.update(beside.encode() + b"\0" + path.read_bytes())
    return Submission(
        one.student,
        stem,
        choice.chosen.path if choice.chosen else store.folder / "none",
        choice.shown,
        digest.hexdigest() if choice.files else choice.digest,
        choice.problem,
        one.lms_id,
        choice.notes,
        choice.files,
        name.when or one.when,
        name.late,
        name.feedback,
    )


def _notes(
    where: str,
    submissions: Sequence[Submission],
    layout: str,
) -> list[str]:
    """Say what was understood, the most important first."""
    problems = [one for one in submissions if one.problem]
    graded = len(submissions) - len(problems)
    notes = [
        f"{where}: {count(graded, 'notebook')} of {count(len(submissions), 'student')}, {layout}."
    ]
    if problems:
        names = listed([one.student for one in problems])
        notes.append(f"{count(len(problems), 'submission')} without a notebook to grade: {names}.")
    notes += [f"{one.student}: {one.problem}" for one in problems]
    notes += [f"{one.student}: {note}" for one in submissions for note in one.notes]
    return notes


def count(number: int, noun: str) -> str:
    """Return "1 notebook" or "2 notebooks"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"

"""Finds a class's submissions in a folder or a zip, whatever its layout, and says what it found."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from course_utils.common.errors import CourseError
from course_utils.common.wording import listed
from course_utils.grading.intake import archives, entries, layouts
from course_utils.grading.intake.archives import NoSpace, Store
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
    became of it, in sentences. when: it was handed in, where the platform says so; late: whether it
    says that this was too late. feedback: where the platform takes a page of feedback from.
    """

    student: str
    slug: str
    path: Path
    origin: str
    digest: str
    problem: str = ""
    lms_id: str = ""
    notes: tuple[str, ...] = ()
    when: datetime | None = None
    late: bool = False
    feedback: str = ""


@dataclass(frozen=True)
class Found:
    """A class's submissions, sorted by student; what was understood, in sentences; the layout.
    absent: who is on the roster and handed in nothing. strangers: who is not on it."""

    submissions: tuple[Submission, ...]
    notes: tuple[str, ...]
    layout: str
    absent: tuple[str, ...] = ()
    strangers: tuple[str, ...] = ()


def find(
    place: Path,
    lab: str,
    work: Path,
    pattern: str = "",
    roster: Roster | None = None,
    ask: Asked = Asked(),  # noqa: B008
) -> Found:
    """Find the submissions of a lab, "01_perceptron", in a folder or a zip, or one notebook.

    pattern: how names are read, see `platforms.decide`. roster: whose names are given to what is
    found. ask: which of a student's notebooks is taken. work: a folder of the caller's; what is
    zipped is unpacked into a new folder in it, and nothing is written elsewhere. A submission that
    cannot be graded is one too, with its problem.
    Raises CourseError where there is nothing to grade, or the zip cannot be read.
    """
    work.mkdir(parents=True, exist_ok=True)
    store = Store(Path(tempfile.mkdtemp(prefix="unpacked-", dir=work)))
    with ExitStack() as stack:
        found, shown = _listing(place, lab, store, stack)
        found, folders = layouts.strip_class_folders(found, lab)
        students, nobodys, layout = layouts.by_student(found, pattern)
        if not students:
            raise CourseError(
                f"There is no notebook (.ipynb) in {place}: name the folder or the zip of the "
                "submissions."
            )
        matched = roster.apply(students) if roster else Matched(students)
        students = layouts.named(matched.students)
        where = f"{shown}/{folders}".rstrip("/")
        choices = [choose(one, lab, store, where, ask) for one in students]
    stems = slugs(one.student for one in students)
    submissions = tuple(
        _submission(one, choice, stems[one.student], store)
        for one, choice in zip(students, choices, strict=True)
    )
    notes = _notes(where, submissions, nobodys, layout.words)
    notes += [*layout.notes, *matched.notes]
    return Found(submissions, tuple(notes), layout.words, matched.absent, matched.strangers)


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


def _submission(one: Handed, choice: Choice, stem: str, store: Store) -> Submission:
    name = choice.chosen.name if choice.chosen else one.entries[-1][1]
    return Submission(
        one.student,
        stem,
        choice.chosen.path if choice.chosen else store.folder / "none",
        choice.shown,
        choice.digest,
        choice.problem,
        one.lms_id,
        choice.notes,
        name.when or one.when,
        name.late,
        name.feedback,
    )


def _notes(
    where: str,
    submissions: Sequence[Submission],
    nobodys: Sequence[str],
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
    if nobodys:
        notes.append(f"Left alone, as no student's: {listed(nobodys)}.")
    return notes


def count(number: int, noun: str) -> str:
    """Return "1 notebook" or "2 notebooks"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"

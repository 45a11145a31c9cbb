"""The grading of a class: from a folder of submissions to a folder of grades."""

from __future__ import annotations

import contextlib
import difflib
import errno
import hashlib
import shutil
import signal
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from types import FrameType
from urllib.parse import quote

from nbformat import NotebookNode

from course_utils.authoring import notebook, page, source
from course_utils.authoring.source import LabSource
from course_utils.common.errors import CourseError
from course_utils.common.files import write
from course_utils.common.parallel import cores
from course_utils.common.paths import ROOT
from course_utils.common.wording import listed
from course_utils.grading.apart.apart import Apart, Bounds, Ended, Shared
from course_utils.grading.console import Bar
from course_utils.grading.export import gradebook
from course_utils.grading.export.decisions import Decisions, read_decisions
from course_utils.grading.hidden.hidden import Drawing, HiddenLab
from course_utils.grading.intake.candidates import Asked
from course_utils.grading.intake.roster import read_roster
from course_utils.grading.intake.submissions import Found, Submission, find
from course_utils.grading.kernels.kernels import Kernels
from course_utils.grading.report import likeness
from course_utils.grading.report.feedback import FeedbackPages, is_current
from course_utils.grading.report.report import About, class_report, likeness_page
from course_utils.grading.results.lateness import Deadline, deadline, without_a_time
from course_utils.grading.results.records import RECORDS, Records, opened
from course_utils.grading.results.results import Result, in_order
from course_utils.grading.workers import LocalWorkers, Workers

Say = Callable[[str], None]

#: What a write fails with where there is no room for it.
_NO_SPACE = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
#: Seconds of processor time and bytes to make a student's page: an honest one takes a tenth of one.
_FOR_A_PAGE = Bounds(seconds=20)
_FEEDBACK, _REPORT, _LIKENESS = "feedback", "report.html", "likeness.html"


@dataclass(frozen=True)
class Order:
    """What is to be graded, and how.

    submissions: a folder or a zip. lab: "01_perceptron". out: the folder of the grades.
    seed: of the hidden cases; None for the one used before, or a fresh one. again: students whose
    grade is not to be taken from before. jobs: submissions at once; None for as many as cores.
    fmt: the gradebook's format besides grades.csv, "" for none. cluster: address of a Dask
    scheduler, "" to grade here. trust_students: grade without a sandbox where there is none.
    roster: a file that names the students, None for none. pattern, newest: how submissions are
    found, see `find`. due, penalty: the end, ISO 8601, and per cent a day late, see `Deadline`.
    """

    submissions: Path
    lab: str
    out: Path
    seed: int | None = None
    again: Sequence[str] = ()
    jobs: int | None = None
    fmt: str = ""
    cluster: str = ""
    trust_students: bool = False
    roster: Path | None = None
    pattern: str = ""
    newest: bool = False
    due: str = ""
    penalty: float = 0.0
    root: Path = ROOT


class _Publisher:
    """Writes what results are made into. A file that a person has changed is set aside first.

    released: the notebook that students open. folder: where it lies. apart: where pages are made.
    """

    def __init__(
        self, records: Records, released: NotebookNode, folder: Path, apart: Apart
    ) -> None:
        self._records = records
        self._title = page.title(released)
        self._apart = apart
        self._pages = FeedbackPages(released, folder)
        self._shared = apart.share(self._pages)
        self._notes: list[str] = []

    def page(self, result: Result, slug: str, new: bool) -> None:
        """Write a student's page of feedback.

        One of a result from before only if it is missing, or a decision or the like has changed it.
        Where it cannot be made with the student's notebook in it, it is made without, and `result`
        says so.
        """
        path = self.path(slug)
        if not new and path.exists() and is_current(path, result):
            return
        try:
            content = self._apart.call(_FOR_A_PAGE, _page, self._shared, result)
        except CourseError:
            raise
        except Exception as error:  # Ended, or what hostile outputs brought about.
            why = str(error) if isinstance(error, Ended) else type(error).__name__
            result.review.append(f"The notebook is not on the page of feedback: {why}.")
            content = self._pages.page(replace(result, notebook={}))
        path.parent.mkdir(exist_ok=True)
        self._notes += self._records.set_aside_edited([path])
        write(path, content)
        self._records.note_written([path])

    def path(self, slug: str) -> Path:
        """Where a student's page of feedback lies."""
        return self._records.out / _FEEDBACK / f"{slug}.html"

    def whole(
        self, results: Sequence[Result], fmt: str, slugs: Mapping[str, str], about: About
    ) -> list[str]:
        """Write the grades and the report of a whole class; return what a person has to know.

        fmt: see `write_gradebook`. slugs: of the students, by name.
        """
        out = self._records.out
        paths = [*gradebook.files(out, fmt), out / _REPORT, out / _LIKENESS]
        self._notes += self._records.set_aside_edited(paths)
        pages = {name: self.path(slug) for name, slug in slugs.items()}
        notes = gradebook.write_gradebook(results, out, fmt, pages)
        address = {name: f"{_FEEDBACK}/{quote(slug)}.html" for name, slug in slugs.items()}
        report = class_report(results, self._title, lambda one: address[one.student], about)
        write(out / _REPORT, report)
        if about.pairs:
            write(out / _LIKENESS, likeness_page(about.pairs, self._title))
        else:
            (out / _LIKENESS).unlink(missing_ok=True)
        self._records.note_written(path for path in paths if path.exists())
        return self._notes + notes


def _page(pages: Shared, result: Result) -> str:
    made: FeedbackPages = pages.get()
    return made.page(result)


@dataclass
class _Grading:
    """A class on its way: what is graded, without the notebooks, and what is to be.

    slugs: stems of the students' files. answers: their code, by student and exercise.
    """

    order: Order
    records: Records
    lab: LabSource
    publisher: _Publisher
    apart: Apart
    decisions: Decisions
    deadline: Deadline
    say: Say
    results: dict[str, Result] = field(default_factory=dict)
    slugs: dict[str, str] = field(default_factory=dict)
    answers: dict[str, dict[str, str]] = field(default_factory=dict)
    todo: list[Submission] = field(default_factory=list)

    def sort(self, submissions: Sequence[Submission]) -> None:
        """Tell what is graded already from what is to be.

        Those graded before who are not among these submissions are kept.
        """
        again = _students(submissions, self.order.again)
        before = {result.student: stem for stem, result in self.records.all()}
        for one in _apart_from(submissions, before):
            self.slugs[one.student] = one.slug
            kept = self.records.kept(self._key(one.digest), one.student, one.slug)
            if kept is None or one.student in again:
                self.todo.append(one)
            else:
                self._count(_handed_in(kept, one), one.slug, new=False)
        self._keep_others(submissions)

    def grade(self) -> None:
        """Grade what is to be graded; keep each result as soon as there is one."""
        to_review = sum(bool(result.review) for result in self.results.values())
        total = len(self.results) + len(self.todo)
        with _workers(self.order, self.records, self.say, self.apart) as (workers, hidden):
            results = workers.results(self.todo, hidden)
            with contextlib.closing(results), Bar(total, len(self.results), to_review) as bar:
                for submission, result in results:
                    result.key = self._key(submission.digest)
                    result.graded_on = date.today().isoformat()
                    result.lab_version = notebook.source_digest(self.lab)[:12]
                    result.seed = self.records.settings.seed
                    result.notes = [*submission.notes, *result.notes]
                    result = _handed_in(result, submission)
                    self.records.keep(result, submission.slug)
                    known = len(result.review)
                    self._count(result, submission.slug, new=True)
                    if len(result.review) > known:  # its page could not be made as it should be
                        self.records.keep(result, submission.slug)
                    bar.advance(result)

    def about(self, found: Found) -> About:
        """What the report says besides the results. Adds rows for decisions that are open."""
        waiting = self.decisions.wait_for(in_order(self.results.values()))
        settings = self.records.settings
        return About(
            self.records.points_before(),
            likeness.pairs(self.answers, _given(self.lab)),
            found.absent,
            found.strangers,
            len(waiting),
            f"Course {settings.version}, lab {notebook.source_digest(self.lab)[:12]}, seed "
            f"{settings.seed}.",
            found.entries,
        )

    def _keep_others(self, submissions: Sequence[Submission]) -> None:
        """Keep those who were graded before and hand in nothing today.

        A roster may have given one of today's another name; the platform's number stays.
        """
        here = {one.student for one in submissions}
        numbers = {one.lms_id for one in submissions} - {""}
        others = []
        for stem, result in self.records.all():
            if result.student in here or result.lms_id in numbers:
                continue
            if result.key != self._key(result.digest):
                result.review.append("It was graded with an earlier state of the lab.")
            others.append(result.student)
            self.slugs[result.student] = stem
            self._count(result, stem, new=False)
        if others:
            self.say(
                f"{listed(others)}: graded before and not among these submissions; their grades "
                f"stay. To leave somebody out, delete the file in {self.records.out / RECORDS}."
            )

    def _count(self, result: Result, slug: str, new: bool) -> None:
        result = self.decisions.exercises(result)
        result = self.decisions.total(self.deadline.apply(result))
        self.publisher.page(result, slug, new)
        self.answers[result.student] = likeness.answers(result)
        self.results[result.student] = replace(result, notebook={})

    def _key(self, digest: str) -> str:
        return self.records.key(digest, notebook.source_digest(self.lab))


def grade_class(order: Order, say: Say) -> list[Result]:
    """Grade a class and write its grades, pages of feedback and report.

    say: is told what was understood and what happens, a sentence at a time.
    Returns the results, without the notebooks, of these submissions and of those graded before.
    Raises CourseError; KeyboardInterrupt where it is stopped, once it has said how to go on.
    """
    _check_places(order)
    lab, late = _source(order), deadline(order.due, order.penalty)
    released = notebook.released(lab)
    code = (cell.source.strip() for cell in released.cells if cell.cell_type == "code")
    ask = Asked(order.newest, frozenset(code))
    roster = read_roster(order.roster) if order.roster else None
    with (
        _stops_as_sentences(order.out),
        opened(order.out, order.lab, order.seed) as records,
        _folder(order.out) as work,
        Apart() as apart,
    ):
        found = find(order.submissions, order.lab, work, apart, order.pattern, roster, ask)
        records.claim()
        for note in found.notes:
            say(note)
        publisher = _Publisher(records, released, lab.released_path.parent, apart)
        decisions = read_decisions(order.out)
        grading = _Grading(order, records, lab, publisher, apart, decisions, late, say)
        grading.sort(found.submissions)
        count = len(grading.results) + len(grading.todo)
        try:
            if grading.results:
                say(f"{len(grading.results)} of {count} are graded already.")
            if grading.todo:
                grading.grade()
        except KeyboardInterrupt:
            done = f"{len(grading.results)} of {count}"
            say(f"{done} are graded and kept in {order.out}. The same command goes on from there.")
            raise
        results = in_order(grading.results.values())
        about = grading.about(found)
        notes = [*decisions.notes, *decisions.unused(results)]
        notes += publisher.whole(results, order.fmt, grading.slugs, about)
        notes += _untimed(results, order.due)
        for note in notes:
            say(note)
        return results


def _handed_in(result: Result, submission: Submission) -> Result:
    """A result with what this hand-in's name and the roster say of it."""
    return replace(
        result,
        lms_id=submission.lms_id,
        feedback=submission.feedback,
        handed_in=submission.when.isoformat() if submission.when else "",
        marked_late=submission.late,
    )


def _apart_from(
    submissions: Sequence[Submission], before: Mapping[str, str]
) -> Iterator[Submission]:
    """Submissions whose files are nobody else's, also of those who were graded before.

    before: the stems of these students' files, by name.
    """
    taken = {stem.casefold(): student for student, stem in before.items()}
    for one in submissions:
        stem = before.get(one.student, one.slug)
        if taken.setdefault(stem.casefold(), one.student) != one.student:
            stem = f"{stem}-{hashlib.sha256(one.student.encode()).hexdigest()[:12]}"
        yield replace(one, slug=stem)


def _given(lab: LabSource) -> dict[str, list[str]]:
    """The code that everybody can have, by exercise: the reference's and the release's."""
    given: dict[str, list[str]] = {}
    for cell in lab.cells:
        for check in cell.checks:
            given.setdefault(check.name, []).append(cell.source)
    for released in notebook.released(lab).cells:
        name = released.metadata.get("course", {}).get("exercise")
        if name:
            given.setdefault(name, []).append(released.source)
    return given


def _untimed(results: Sequence[Result], due: str) -> list[str]:
    missing = without_a_time(results) if due else []
    if not missing:
        return []
    return [
        f"--due: nobody knows when {listed(missing)} handed in, so nothing is late there: the "
        "platform's names have no times; Moodle's grading worksheet, as --roster, has them."
    ]


@contextlib.contextmanager
def _stops_as_sentences(out: Path) -> Iterator[None]:
    """Let SIGTERM stop the grading as Ctrl-C does, and say so where the disk is full."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    of_main = threading.current_thread() is threading.main_thread()
    before = signal.signal(signal.SIGTERM, stop) if of_main else None
    try:
        yield
    except OSError as error:
        if error.errno not in _NO_SPACE:
            raise
        raise CourseError(
            f"{out} cannot be written ({error.strerror}): make room, then start the same command "
            "again; what is graded already is kept."
        ) from None
    finally:
        if of_main:
            signal.signal(signal.SIGTERM, before)


@contextlib.contextmanager
def _workers(
    order: Order, records: Records, say: Say, apart: Apart
) -> Iterator[tuple[Workers, HiddenLab]]:
    """Start what grades, while the hidden cases are drawn."""
    seed = records.settings.seed
    with contextlib.ExitStack() as stack:
        drawing = stack.enter_context(Drawing(order.lab, seed, order.root))
        workers: Workers
        if order.cluster:
            from course_utils.grading.cluster import ClusterWorkers

            workers = stack.enter_context(ClusterWorkers(order.cluster, order.trust_students))
            where = f"on the cluster {order.cluster}"
        else:
            hidden = (order.submissions.resolve(), order.out.resolve())
            kernels = stack.enter_context(
                Kernels(trust_students=order.trust_students, hidden=hidden)
            )
            workers = LocalWorkers(kernels, apart, order.jobs)
            where = f"{order.jobs or cores()} at a time, {_isolation(kernels.sandbox)}"
        lab = drawing.result()
        say(f"Grading lab {order.lab} with seed {seed}, {where}.")
        yield workers, lab


def _isolation(sandbox: str) -> str:
    if sandbox == "none":
        return "WITHOUT a sandbox, because you trust these students"
    return f"each in a sandbox ({sandbox})"


def _check_places(order: Order) -> None:
    """Raise CourseError where grades would be taken for submissions."""
    place, out = order.submissions.resolve(), order.out.resolve()
    if not place.exists():
        raise CourseError(
            f"{order.submissions} does not exist: name the folder or zip of the submissions."
        )
    if place.is_dir() and (out == place or out.is_relative_to(place)):
        raise CourseError(f"{order.out} lies among the submissions: choose another --out.")
    if out.exists() and not out.is_dir():
        raise CourseError(f"{order.out} is no folder: choose another --out.")


def _source(order: Order) -> LabSource:
    topic = order.lab.partition("_")[2]
    return source.read(order.root / "solutions" / order.lab / f"{topic}.py", order.root)


def _students(submissions: Sequence[Submission], asked: Sequence[str]) -> set[str]:
    """The students that are asked for: names as found, or the stems of their files."""
    names: dict[str, str] = {}
    for spell in (str.casefold, str):  # As it is spelled goes first.
        for one in submissions:
            names |= {spell(one.slug): one.student, spell(one.student): one.student}
    found = set()
    for word in asked:
        name = names.get(word, names.get(word.casefold()))
        if name is None:
            close = difflib.get_close_matches(word.casefold(), names, n=1)
            hint = f": did you mean {names[close[0]]!r}?" if close else "."
            raise CourseError(f"There is no submission of a student {word!r}{hint}")
        found.add(name)
    return found


@contextlib.contextmanager
def _folder(out: Path) -> Iterator[Path]:
    """A folder for what is unpacked.

    It lies in `out`, where a later grading finds and removes what a killed one left.
    """
    folder = out / ".unpacked"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)

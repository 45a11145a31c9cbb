"""The grading of a class: from a folder of submissions to a folder of grades."""

from __future__ import annotations

import contextlib
import difflib
import errno
import shutil
import signal
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
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
from course_utils.grading.apart.apart import Apart, Bounds, Ended, Shared
from course_utils.grading.console import Bar
from course_utils.grading.export.gradebook import write_gradebook
from course_utils.grading.hidden.hidden import Drawing, HiddenLab
from course_utils.grading.intake.submissions import Submission, find
from course_utils.grading.kernels.kernels import Kernels
from course_utils.grading.report.feedback import FeedbackPages
from course_utils.grading.report.report import class_report
from course_utils.grading.results.records import Records, opened
from course_utils.grading.results.results import Result
from course_utils.grading.workers import LocalWorkers, Workers

Say = Callable[[str], None]

_FEEDBACK, _REPORT = "feedback", "report.html"
#: What a write fails with where there is no room for it.
_NO_SPACE = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
#: Seconds of processor time and bytes to make a student's page: an honest one takes a tenth of one.
_FOR_A_PAGE = Bounds(seconds=20)


@dataclass(frozen=True)
class Order:
    """What is to be graded, and how.

    submissions: a folder or a zip. lab: "01_perceptron". out: the folder of the grades.
    seed: of the hidden cases; None for the one used before, or a fresh one. again: students whose
    grade is not to be taken from before. jobs: submissions at once; None for as many as cores.
    fmt: the gradebook's format besides grades.csv, "" for none. cluster: address of a Dask
    scheduler, "" to grade here. trust_students: grade without a sandbox where there is none.
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
        """Write a student's page of feedback; one of a result from before only if it is missing.

        Where it cannot be made with the student's notebook in it, it is made without, and `result`
        says so.
        """
        path = self._records.out / _FEEDBACK / f"{slug}.html"
        if not new and path.exists():
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

    def whole(
        self,
        results: Sequence[Result],
        fmt: str,
        ids: Mapping[str, str],
        slugs: Mapping[str, str],
        entries: Mapping[str, str],
    ) -> list[str]:
        """Write the grades and the report of a whole class; return what a person has to know.

        fmt: see `write_gradebook`. ids, slugs: of the students, by name. entries: see `Found`.
        """
        out = self._records.out
        paths = [out / name for name in ("grades.csv", "grades.json", _REPORT)]
        paths += [out / f"grades_{fmt}.csv"] if fmt else []
        self._notes += self._records.set_aside_edited(paths)
        notes = write_gradebook(results, out, fmt, ids)
        address = {name: f"{_FEEDBACK}/{quote(slug)}.html" for name, slug in slugs.items()}
        write(
            out / _REPORT,
            class_report(results, self._title, lambda one: address[one.student], entries),
        )
        self._records.note_written(paths)
        return self._notes + notes


def _page(pages: Shared, result: Result) -> str:
    made: FeedbackPages = pages.get()
    return made.page(result)


@dataclass
class _Grading:
    """A class on its way: what is graded, without the notebooks, and what is to be."""

    order: Order
    records: Records
    lab: LabSource
    publisher: _Publisher
    apart: Apart
    say: Say
    results: dict[str, Result] = field(default_factory=dict)
    todo: list[Submission] = field(default_factory=list)

    def sort(self, submissions: Sequence[Submission]) -> None:
        """Tell what is graded already from what is to be."""
        again = _students(submissions, self.order.again)
        for one in submissions:
            kept = self.records.kept(self._key(one), one.student, one.slug)
            if kept is None or one.student in again:
                self.todo.append(one)
            else:
                self._count(kept, one, new=False)

    def grade(self) -> None:
        """Grade what is to be graded; keep each result as soon as there is one."""
        to_review = sum(bool(result.review) for result in self.results.values())
        total = len(self.results) + len(self.todo)
        with _workers(self.order, self.records, self.say, self.apart) as (workers, hidden):
            results = workers.results(self.todo, hidden)
            with contextlib.closing(results), Bar(total, len(self.results), to_review) as bar:
                for submission, result in results:
                    result.key = self._key(submission)
                    self._count(result, submission, new=True)
                    bar.advance(result)

    def _count(self, result: Result, submission: Submission, new: bool) -> None:
        self.publisher.page(result, submission.slug, new)
        if new:
            self.records.keep(result, submission.slug)
        self.results[submission.student] = replace(result, notebook={})

    def _key(self, submission: Submission) -> str:
        return self.records.key(submission.digest, notebook.source_digest(self.lab))


def grade_class(order: Order, say: Say) -> list[Result]:
    """Grade a class and write its grades, pages of feedback and report.

    say: is told what was understood and what happens, a sentence at a time.
    Returns the results, without the notebooks. Raises CourseError; KeyboardInterrupt where it is
    stopped, once it has said how to go on.
    """
    _check_places(order)
    lab = _source(order)
    with (
        _stops_as_sentences(order.out),
        opened(order.out, order.lab, order.seed) as records,
        _folder(order.out) as work,
        Apart() as apart,
    ):
        found = find(order.submissions, order.lab, work, apart)
        records.claim()
        for note in found.notes:
            say(note)
        publisher = _Publisher(records, notebook.released(lab), lab.released_path.parent, apart)
        grading = _Grading(order, records, lab, publisher, apart, say)
        grading.sort(found.submissions)
        try:
            if grading.results:
                say(f"{len(grading.results)} of {len(found.submissions)} are graded already.")
            if grading.todo:
                grading.grade()
        except KeyboardInterrupt:
            count = f"{len(grading.results)} of {len(found.submissions)}"
            say(f"{count} are graded and kept in {order.out}. The same command goes on from there.")
            raise
        ids = {one.student: one.lms_id for one in found.submissions if one.lms_id}
        slugs = {one.student: one.slug for one in found.submissions}
        results = [grading.results[one.student] for one in found.submissions]
        for note in publisher.whole(results, order.fmt, ids, slugs, found.entries):
            say(note)
        return results


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

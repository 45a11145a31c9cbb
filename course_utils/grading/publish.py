"""The files that a grading leaves for people: grades, pages of feedback, the class report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import quote

from nbformat import NotebookNode

from course_utils.authoring import page
from course_utils.common.files import write
from course_utils.grading.export.gradebook import write_gradebook
from course_utils.grading.report.feedback import FeedbackPages
from course_utils.grading.report.report import class_report
from course_utils.grading.results.records import Records
from course_utils.grading.results.results import Result

FEEDBACK, REPORT = "feedback", "report.html"


class Publisher:
    """Writes what results are made into. A file that a person has changed is set aside first.

    released: the notebook that students open. folder: where it lies.
    """

    def __init__(self, records: Records, released: NotebookNode, folder: Path) -> None:
        self._records = records
        self._title = page.title(released)
        self._pages = FeedbackPages(released, folder)
        self._notes: list[str] = []

    def page(self, result: Result, slug: str, new: bool) -> None:
        """Write a student's page of feedback; one of a result from before only if it is missing."""
        path = self._records.out / FEEDBACK / f"{slug}.html"
        if not new and path.exists():
            return
        path.parent.mkdir(exist_ok=True)
        self._notes += self._records.set_aside_edited([path])
        write(path, self._pages.page(result))
        self._records.note_written([path])

    def whole(
        self,
        results: Sequence[Result],
        fmt: str,
        ids: Mapping[str, str],
        slugs: Mapping[str, str],
    ) -> list[str]:
        """Write the grades and the report of a whole class; return what a person has to know.

        fmt: see `write_gradebook`. ids, slugs: of the students, by name.
        """
        out = self._records.out
        paths = [out / name for name in ("grades.csv", "grades.json", REPORT)]
        paths += [out / f"grades_{fmt}.csv"] if fmt else []
        self._notes += self._records.set_aside_edited(paths)
        notes = write_gradebook(results, out, fmt, ids)
        address = {name: f"{FEEDBACK}/{quote(slug)}.html" for name, slug in slugs.items()}
        write(out / REPORT, class_report(results, self._title, lambda one: address[one.student]))
        self._records.note_written(paths)
        return self._notes + notes

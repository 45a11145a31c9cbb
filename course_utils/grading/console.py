"""What the command shows in a terminal: how far the grading is, and at the end a short table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from course_utils.grading.report.page import line
from course_utils.grading.report.states import number
from course_utils.grading.report.statistics import class_statistics
from course_utils.grading.results.results import Result

#: Students who need a look that are named; the report names all.
_MOST = 10


class Bar:
    """A bar in a terminal: graded of all, the time left, and how many need review.

    Where the output is no terminal it is silent but for a line every so many submissions.
    """

    def __init__(self, total: int, done: int, review: int, console: Console | None = None) -> None:
        """done: how many are graded from before. review: how many of these need review."""
        self._console = console or Console(stderr=True)
        self._review, self._done, self._total = review, done, total
        self._progress = Progress(
            TextColumn("Grading"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[review]} to look at, time left"),
            TimeRemainingColumn(compact=True),
            console=self._console,
        )
        self._task = self._progress.add_task("", total=total, completed=done, review=review)

    def __enter__(self) -> Bar:
        if self._console.is_terminal:
            self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._console.is_terminal:
            self._progress.stop()

    def advance(self, result: Result) -> None:
        """Count one more."""
        self._review += bool(result.review)
        self._done += 1
        self._progress.update(self._task, advance=1, review=self._review)
        if not self._console.is_terminal and self._is_milestone():
            line = f"{self._done} of {self._total} graded, {self._review} to look at."
            self._console.print(line, highlight=False)

    def _is_milestone(self) -> bool:
        every = max(1, self._total // 10)
        return self._done % every == 0 or self._done == self._total


def show(results: Sequence[Result], out: Path, console: Console | None = None) -> None:
    """Print how a class did, who needs a look and why, and where everything is."""
    console = console or Console()
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    for label, text in _rows(results):
        table.add_row(label, text)
    console.print(table)
    review = [result for result in results if result.review]
    if review:
        console.print("\nTo look at:")
    for result in review[:_MOST]:
        # As text: a student's name is no markup.
        # On as many lines as it takes: the advice stands at the end.
        console.print(Text(f"  {line(result.student, 60)}: {line(result.review[0], 1000)}"))
    if len(review) > _MOST:
        console.print(f"  and {len(review) - _MOST} more, see the report.")
    for name, what in (
        ("grades.csv", "the grades"),
        ("report.html", "the class report"),
        ("feedback", "a page for each student"),
    ):
        console.print(Text(f"{out / name}: {what}"), soft_wrap=True)


def _rows(results: Sequence[Result]) -> list[tuple[str, str]]:
    rows = [("Students", str(len(results)))]
    if results:
        whole = class_statistics(results)
        if whole.mean is not None:
            rows.append(("Mean", f"{number(whole.mean)} of {number(whole.out_of)} points"))
    others = Counter(result.status for result in results if result.status != "graded")
    rows += [(status.capitalize(), str(count)) for status, count in others.most_common()]
    return [*rows, ("To look at", str(sum(bool(result.review) for result in results)))]

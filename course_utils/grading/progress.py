"""How far the grading of a class is, for whoever waits."""

from __future__ import annotations

from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from course_utils.grading.results.results import Result


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

"""What the command prints once a class is graded: a short table, and where the files are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from course_utils.grading.report.clean import line
from course_utils.grading.report.states import number
from course_utils.grading.results.results import Result

#: Students who need a look that are named; the report names all.
_MOST = 10


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
        console.print(Text(f"  {line(result.student, 60)}: {line(result.review[0], 160)}"))
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
        mean = sum(result.points for result in results) / len(results)
        rows.append(("Mean", f"{number(mean)} of {number(results[0].out_of)} points"))
    others = Counter(result.status for result in results if result.status != "graded")
    rows += [(status.capitalize(), str(count)) for status, count in others.most_common()]
    return [*rows, ("To look at", str(sum(bool(result.review) for result in results)))]

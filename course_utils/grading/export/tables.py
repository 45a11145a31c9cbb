"""Tables as CSV that neither a spreadsheet nor an importer misreads."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence

from course_utils.grading.report.clean import line

#: What a spreadsheet takes for the beginning of a formula, full-width forms included, at the start
#: of a field or behind a semicolon, which some of them split at.
_FORMULA = re.compile(r"""(^|;)([\s"']*['=+\-@＝＋－＠])""")


def text(value: object) -> str:
    """Return a text field that no spreadsheet takes for a formula.

    An apostrophe goes before a text that begins with = + - or @, as OWASP recommends against CSV
    injection (https://owasp.org/www-community/attacks/CSV_Injection), and before one that begins
    with an apostrophe itself: who reads the file removes one apostrophe and has the text again.
    Line breaks, tabs and controls do not occur.
    """
    return _FORMULA.sub(r"\1'\2", line(value, 10_000))


def points(value: float) -> str:
    """Return a number of points: at most four decimals, no exponent, a point in every locale."""
    return f"{value:.4f}".rstrip("0").rstrip(".")


def to_csv(rows: Iterable[Sequence[str]]) -> str:
    """Return rows of finished fields as CSV (RFC 4180, but lines end in a line feed)."""
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows(rows)
    return stream.getvalue()

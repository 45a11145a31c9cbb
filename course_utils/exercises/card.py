"""Cards: a verdict as a reader sees it, HTML in a notebook and plain text in a terminal.

The state is said in words as well as by colour, headings and tables are marked up as such, and the
card is a labelled region, so that a screen reader reads it in order.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from html import escape

from course_utils.exercises.verdict import Verdict

#: Colours of Okabe and Ito (2008), told apart by colour-blind readers.
_GREEN, _ORANGE, _BLUE, _GREY = "#009E73", "#D55E00", "#0072B2", "#767676"
_HEADS = {
    "right": ("Right", _GREEN),
    "wrong": ("Not right yet", _ORANGE),
    "error": ("It stopped with an error", _ORANGE),
    "unattempted": ("Not attempted yet", _BLUE),
    "waiting": ("Waits for another exercise", _BLUE),
    "stopped": ("Stopped by you", _GREY),
    "kept": ("Right when saved; run its cell again", _GREY),
}
_SAID = re.compile(r"\[(.+): (\w+)\]")


@dataclass(frozen=True)
class Card:
    """A box with a title and parts. A part is (label, text, whether it is code).

    anchor: the name by which a link finds the card.
    """

    title: str
    colour: str
    parts: Sequence[tuple[str, str, bool]]
    anchor: str = ""

    def _repr_html_(self) -> str:
        rows = "".join(_row(*part) for part in self.parts)
        anchor = f'id="{escape(self.anchor, quote=True)}" ' if self.anchor else ""
        return (
            f'<section {anchor}role="region" aria-label="{escape(self.title, quote=True)}" '
            f'style="border:1px solid {self.colour};border-left-width:8px;border-radius:4px;'
            f'padding:0.5em 1em;margin:0.5em 0;max-width:56em;text-align:left">'
            f'<p style="margin:0 0 0.3em 0"><strong>{escape(self.title)}</strong></p>{rows}'
            "</section>"
        )

    def __repr__(self) -> str:
        lines = [f"[{self.title}]"]
        for label, text, _ in self.parts:
            lead = f"  {label}: " if label else "  "
            lines.append(lead + text.replace("\n", "\n" + " " * len(lead)))
        return "\n".join(lines)


def _row(label: str, text: str, code: bool) -> str:
    body = escape(text)
    if code:
        body = (
            '<code style="white-space:pre-wrap;overflow-wrap:anywhere;background:none">'
            f"{body}</code>"
        )
    lead = f"<b>{escape(label)}:</b> " if label else ""
    return f'<p style="margin:0.15em 0">{lead}{body}</p>'


def verdict_card(verdict: Verdict, hints: int = 0) -> Card:
    """The card of a verdict. hints: how many hints there are still to be had."""
    head, colour = _HEADS[verdict.status]
    parts = _PARTS[verdict.status](verdict)
    if hints and verdict.status in {"wrong", "error", "unattempted"}:
        parts.append(("", f'For a hint, run lab.hint("{verdict.exercise}").', False))
    return Card(f"{head}: {verdict.exercise}", colour, parts, _anchor(verdict.exercise))


def _anchor(exercise: str) -> str:
    return f"check-of-{exercise}"


def said(line: str) -> tuple[str, str] | None:
    """Return the exercise and the state that a line of plain text says.

    A verdict's card says them in its first line; None for any other line.
    """
    match = _SAID.fullmatch(line.strip())
    states = [state for state, (head, _) in _HEADS.items() if match and head == match[1]]
    return (match[2], states[0]) if match and states else None


Parts = list[tuple[str, str, bool]]


def _right(verdict: Verdict) -> Parts:
    n = len(verdict.passed)
    cases = "the case passes" if n == 1 else f"all {n} cases pass"
    return [("", f"{_points(verdict.points)}; {cases}.", False)]


def _points(points: float) -> str:
    return f"{points:g} point{'' if points == 1 else 's'}"


def _wrong(verdict: Verdict) -> Parts:
    parts: Parts = _reasons(verdict)
    parts += [("Case", verdict.case, False), ("Checked", verdict.call, True)]
    if verdict.expected and verdict.expected != verdict.got:
        parts += [("Expected", verdict.expected, True), ("Got", verdict.got, True)]
    elif verdict.got:
        parts.append(("Got", verdict.got, True))
    parts.append(("", verdict.message, False))
    return parts + _tail(verdict)


def _error(verdict: Verdict) -> Parts:
    failure = verdict.failure
    assert failure is not None
    parts: Parts = _reasons(verdict)
    parts += [("Case", verdict.case, False), ("Checked", verdict.call, True)]
    if failure.line:
        parts.append((f"Your line {failure.lineno}", failure.line, True))
    parts.append(("Error", f"{failure.kind}: {failure.message}".rstrip(": "), True))
    return parts + _tail(verdict)


def _reasons(verdict: Verdict) -> Parts:
    """What helps most stands first."""
    return [("Why", sentence, False) for sentence in verdict.why]


def _tail(verdict: Verdict) -> Parts:
    parts: Parts = []
    passed = [name for name, ok in verdict.passed if ok]
    if passed:
        count = f"{len(passed)} of {len(verdict.passed)}"
        parts.append(("Cases that pass", f"{count} ({'; '.join(passed)})", False))
    if verdict.printed:
        parts.append(("It printed", verdict.printed.rstrip()[:500], True))
    return parts


def _unattempted(verdict: Verdict) -> Parts:
    text = "Write your code in the cell above and run it again."
    return [("", verdict.message or text, False)]


def _waiting(verdict: Verdict) -> Parts:
    text = f"Your code calls {verdict.waits_for}, which is not solved yet: solve that one first."
    return [("", text, False)]


def _stopped(verdict: Verdict) -> Parts:
    text = "Your code was still running when you stopped it: look for a loop that never ends."
    return [("Case", verdict.case, False), ("Why", text, False)]


_PARTS = {
    "right": _right,
    "wrong": _wrong,
    "error": _error,
    "unattempted": _unattempted,
    "waiting": _waiting,
    "stopped": _stopped,
}


@dataclass(frozen=True)
class Progress:
    """What is done: a table with one row an exercise. rows: (name, state, points).

    linked: the exercises whose card is in the notebook; their names lead to it.
    """

    rows: Sequence[tuple[str, str, float]]
    linked: Collection[str] = ()

    @property
    def summary(self) -> str:
        """How many exercises are right, and the points: "2 of 3 exercises right, 4 of 6 points"."""
        right = [points for _, state, points in self.rows if state == "right"]
        total = sum(points for *_, points in self.rows)
        return (
            f"{len(right)} of {len(self.rows)} exercises right, {sum(right):g} of {total:g} points"
        )

    def _repr_html_(self) -> str:
        cell = 'style="text-align:left;padding:0.1em 1em 0.1em 0"'
        head = "".join(f'<th scope="col" {cell}>{h}</th>' for h in ("Exercise", "State", "Points"))
        body = "".join(
            f'<tr><th scope="row" {cell}>{self._name(name)}</th>'
            f"<td {cell}>{_state(state)}</td><td {cell}>{points:g}</td></tr>"
            for name, state, points in self.rows
        )
        caption = f'<caption style="text-align:left"><strong>{self.summary}</strong></caption>'
        return f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"

    def _name(self, name: str) -> str:
        if name not in self.linked:
            return escape(name)
        return f'<a href="#{escape(_anchor(name), quote=True)}">{escape(name)}</a>'

    def __repr__(self) -> str:
        width = max((len(name) for name, *_ in self.rows), default=0)
        lines = [f"  {name:<{width}}  {_state(state)}" for name, state, _ in self.rows]
        return "\n".join([self.summary, *lines])


def _state(state: str) -> str:
    return _HEADS[state][0] if state in _HEADS else state


def hint_card(exercise: str, number: int, total: int, text: str) -> Card:
    """The card of one hint."""
    parts: Parts = [("", text, False)]
    if number < total:
        parts.append(("", "Run the cell again for the next one.", False))
    return Card(f"Hint {number} of {total}: {exercise}", _BLUE, parts)


def note_card(title: str, text: str) -> Card:
    """A card that only says something."""
    return Card(title, _BLUE, [("", text, False)])


def ready_card(
    file: str, failed: Sequence[str], rows: Sequence[tuple[str, str, float]], here: Collection[str]
) -> Card:
    """The card on what a grader would find in a saved notebook.

    failed: one sentence for each cell that failed. rows: (name, state, points) of each exercise, as
    they were in a run from top to bottom. here: the exercises that are right in this kernel.
    """
    parts: Parts = [("File", file, False)]
    if failed:
        parts += [("From top to bottom", sentence, False) for sentence in failed]
    else:
        parts.append(("From top to bottom", "It runs.", False))
    parts.append(("Exercises", Progress(rows).summary, False))
    for name, state, _ in rows:
        if state != "right" and name in here:
            text = "right here, but not when the saved notebook runs from top to bottom: its answer"
            parts.append(
                (name, f"{text} needs something that is defined below it, or no more", False)
            )
        elif state != "right":
            parts.append((name, _state(state), False))
    done = not failed and all(state == "right" for _, state, _ in rows)
    title = "Ready to hand in" if done else "What a grader would find"
    return Card(title, _GREEN if done else _ORANGE, parts)

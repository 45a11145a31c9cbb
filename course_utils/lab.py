"""`Lab`: check, hint, progress - the one object that a notebook talks to."""

from __future__ import annotations

import difflib
import os
import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from course_utils.common import settings
from course_utils.common.errors import CourseError
from course_utils.common.paths import LABS
from course_utils.common.wording import listed
from course_utils.exercises import archive
from course_utils.exercises.called import names_called
from course_utils.exercises.card import Progress, hint_card, note_card, ready_card, verdict_card
from course_utils.exercises.check import Check
from course_utils.exercises.observe import Observation, observe
from course_utils.exercises.verdict import Verdict, judge
from course_utils.handing_in import saved

CHECKS = "checks.npz"


class _Brief:
    """Mixed into exceptions that a notebook shows in one sentence, without a traceback."""

    def _render_traceback_(self) -> list[str]:
        return [str(self)]


class NeedsExercise(_Brief, Exception):
    """A cell was run that needs an exercise which is not solved yet."""


class CheckFailed(_Brief, AssertionError):
    """Under strict checking (COURSE_STRICT=1), an answer that is not right."""


class Stopped(_Brief, KeyboardInterrupt):
    """The student interrupted a check."""


class LabError(_Brief, CourseError):
    """The lab cannot do what it was asked for; the message says why and what to do."""


class Lab:
    """The checks of one lab, and what of it is done.

    name: the lab's folder, "01_perceptron". Its checks are read from the notebook's own folder, or
    from the course's labs/. Raises LabError where they are missing or damaged.
    """

    def __init__(self, name: str) -> None:
        settings.state()
        self.name = name
        self._checks = _read_checks(name)
        self._states: dict[str, str] = dict.fromkeys(self._checks, "unattempted")
        self._hints_shown: dict[str, int] = dict.fromkeys(self._checks, 0)
        self._needed: tuple[str, ...] = ()
        self._checked_in: dict[str, str] = {}
        self._bring_back()
        _after_each_cell(self._explain_failed_cell)

    def check(self, name: str, answer: Any) -> None:
        """Check an answer and show a card that says whether it is right, and if not, why.

        It shows and does not raise, except LabError for an unknown exercise, Stopped where the
        student interrupts, and CheckFailed under COURSE_STRICT=1.
        """
        check = self._find(name)
        verdict = self._judge(check, answer)
        if verdict.status in {"wrong", "error"}:
            verdict = replace(verdict, why=[*self._suspects(name, answer), *verdict.why])
        self._states[name] = verdict.status
        self._checked_in[name] = _running_cell()
        card = verdict_card(verdict, len(check.hints) - self._hints_shown[name])
        show(card)
        if verdict.status == "stopped":
            raise Stopped(f"The check of {name} was stopped.")
        if os.environ.get("COURSE_STRICT") == "1" and verdict.status != "right":
            raise CheckFailed(repr(card))

    def hint(self, name: str) -> None:
        """Show one more hint at each call; after the last one, say that there are no more."""
        hints = self._find(name).hints
        number = min(self._hints_shown[name] + 1, len(hints))
        if self._hints_shown[name] == len(hints):
            text = f"There are no more than these {len(hints)}." if hints else "There is none."
            show(note_card(f"Hints: {name}", " ".join([text, *hints])))
            return
        self._hints_shown[name] = number
        show(hint_card(name, number, len(hints), hints[number - 1]))

    def progress(self) -> None:
        """Show which exercises are right, and the points."""
        rows = [(name, self._states[name], check.points) for name, check in self._checks.items()]
        show(Progress(rows, linked=self._checked_in.keys() | self._kept()))

    def ready(self) -> None:
        """Show what a grader would find.

        That is: which exercises are right in the saved notebook, whether it holds the answers last
        checked here, and whether it runs from top to bottom.

        It runs the saved notebook in a kernel of its own, which takes as long as the lab does.
        Raises LabError where no saved notebook is found.
        """
        if saved.RUNNING in os.environ:
            return
        try:
            path = saved.find(self.name)
        except CourseError as error:
            raise LabError(str(error)) from None
        code = saved.sources(path)
        lost = [name for name, cell in self._checked_in.items() if cell and cell not in code]
        if lost:
            text = f"{path.name} lacks the answers last checked here: {listed(lost, len(lost))}."
            show(note_card("Save the notebook first", f"{text} Save it, then run this cell again."))
            return
        note = "Its last saved state runs from top to bottom, in a kernel of its own. Please wait."
        show(note_card(f"Running {path.name}", note))
        from course_utils.handing_in.rerun import rerun  # takes a while to import

        run = rerun(path)
        states = {name: run.states.get(name, "unattempted") for name in self._checks}
        rows = [(name, states[name], check.points) for name, check in self._checks.items()]
        here = [name for name, state in self._states.items() if state == "right"]
        show(ready_card(path.name, run.failed, rows, here))

    def needs(self, *names: str) -> None:
        """Stop the cell, with one sentence, unless these exercises have an answer that runs.

        An answer that is wrong will do, so that its author can see what it does; should the cell
        then fail, the sentence after it says where to look first.
        """
        missing = [name for name in names if self._states[self._find(name).name] not in _USABLE]
        if missing:
            which = listed(missing, len(missing))
            if len(missing) == 1:
                raise NeedsExercise(
                    f"This cell needs exercise {which}: solve it, or run its cell: {_RUN_ABOVE}."
                )
            raise NeedsExercise(
                f"This cell needs exercises {which}: solve them, or run their cells: {_RUN_ABOVE}."
            )
        self._needed = names

    def _bring_back(self) -> None:
        """After a restart of the kernel: say what was right when the notebook was last saved."""
        path = saved.session_path()
        for name, state in saved.states(path).items() if path else ():
            if state == "right" and name in self._states:
                self._states[name] = "kept"
        if kept := self._kept():
            text = f"{listed(kept, len(kept))}. Your answers themselves are not back: {_RUN_ABOVE}."
            show(note_card("Right when you last saved", text))

    def _kept(self) -> list[str]:
        return [name for name, state in self._states.items() if state == "kept"]

    def _find(self, name: str) -> Check:
        if name in self._checks:
            return self._checks[name]
        close = difflib.get_close_matches(str(name), self._checks, n=1)
        hint = f"did you mean {close[0]!r}?" if close else f"there are {', '.join(self._checks)}."
        raise LabError(f"Lab {self.name} has no exercise {name!r}; {hint}")

    def _judge(self, check: Check, answer: Any) -> Verdict:
        seen: list[Observation] = []
        try:
            for case in check.cases:
                seen.append(observe(answer, case))
        except KeyboardInterrupt:
            case_name = check.cases[len(seen)].name
            return Verdict(check.name, "stopped", check.points, case=case_name)
        return judge(check, seen)

    def _suspects(self, name: str, answer: Any) -> list[str]:
        """A sentence on the exercises that an answer calls and that are not right yet, if any."""
        called = names_called(answer) - {name}
        wrong = [one for one, state in self._states.items() if one in called and state in _FAULTY]
        if not wrong:
            return []
        which = listed([f"`{one}`" for one in wrong])
        verb = "is" if len(wrong) == 1 else "are"
        return [f"Your {which} {verb} not right yet: it may come from there."]

    def _explain_failed_cell(self, result: Any) -> None:
        """After a cell that failed although it could begin: is an exercise it needs wrong?"""
        needed, self._needed = self._needed, ()
        wrong = [name for name in needed if self._states[name] != "right"]
        failed = getattr(result, "error_in_exec", None)
        if wrong and failed is not None and not isinstance(failed, _Brief):
            text = f"This cell uses {listed(wrong, len(wrong))}, not right yet: look there first."
            show(note_card("Where this error may come from", text))


_RUN_ABOVE = "Run > Run All Above Selected Cell"
_USABLE, _FAULTY = frozenset({"right", "wrong"}), frozenset({"wrong", "error"})


def _read_checks(name: str) -> dict[str, Check]:
    places = [Path.cwd() / CHECKS, LABS / name / CHECKS]
    for path in places:
        if path.exists():
            try:
                data = archive.read(path)
                if data["lab"] == name:
                    return {check["name"]: Check.from_data(check) for check in data["checks"]}
            except CourseError as error:
                raise LabError(str(error)) from None
            except (KeyError, TypeError, ValueError):
                raise LabError(
                    f"{path} holds no checks of this course; get the file anew."
                ) from None
    raise LabError(
        f"The checks of lab {name!r} are missing ({places[0]}): keep {CHECKS} in the folder of "
        "its notebook, where the course put it."
    )


def show(thing: Any) -> None:
    """Display in a notebook; print its plain text in a terminal or a script."""
    if _kernel() is None:
        print(repr(thing))
        return
    from IPython.display import display

    display(thing)  # type: ignore[no-untyped-call]


def _kernel() -> Any:
    """The IPython shell if this is a notebook's kernel, else None."""
    if "IPython" not in sys.modules:
        return None
    shell = sys.modules["IPython"].get_ipython()
    return shell if shell is not None and hasattr(shell, "kernel") else None


def _running_cell() -> str:
    """The code of the cell that runs, without white space around it; "" outside a notebook."""
    shell = _kernel()
    return str(shell.history_manager.input_hist_raw[-1]).strip() if shell is not None else ""


def _after_each_cell(call: Any) -> None:
    """Have IPython call something after each cell. A Lab made anew replaces the one before it."""
    shell = _kernel()
    if shell is None:
        return
    for old in _callbacks(shell.events.callbacks.get("post_run_cell", ())):
        shell.events.unregister("post_run_cell", old)
    shell.events.register("post_run_cell", call)


def _callbacks(registered: Iterable[Any]) -> list[Any]:
    return [f for f in registered if getattr(f, "__qualname__", "").startswith("Lab.")]

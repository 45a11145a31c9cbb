"""In the sandbox: what a notebook finds there.

An IPython shell that shows what Jupyter would, through an `OutputSender`, and a `Lab` that checks
nothing.
"""

from __future__ import annotations

import contextlib
import subprocess
from typing import Any

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell

from course_utils.grading.guest.outputs import OutputSender


class _Publisher(DisplayPublisher):
    """`display()`: what it is given becomes an output."""

    shell: Any

    def publish(
        self, data: Any, metadata: Any = None, *unused: Any, transient: Any = None, **options: Any
    ) -> None:
        identity = (transient or {}).get("display_id")
        kind = "update" if options.get("update") else "display_data"
        self.shell.outputs.rich({"output_type": kind, "data": data, "id": identity})

    def clear_output(self, wait: bool = False) -> None:
        self.shell.outputs.rich({"output_type": "clear", "wait": bool(wait)})


class _Hook(DisplayHook):
    """The value of a cell's last line."""

    shell: Any

    def write_output_prompt(self) -> None:
        """A notebook has none in its text."""

    def write_format_data(self, format_dict: Any, md_dict: Any = None) -> None:
        self.shell.outputs.rich({"output_type": "execute_result", "data": format_dict})

    def finish_displayhook(self) -> None:
        self._is_active = False


class Shell(InteractiveShell):
    """Runs cells with magics, top-level await, display and inline figures; asks nobody anything."""

    outputs: OutputSender

    def init_history(self) -> None:
        """Keep no history on disk: its database would start a thread before the fork."""
        self.config.HistoryManager.enabled = False
        super().init_history()  # type: ignore[no-untyped-call]

    def system(self, command: str) -> None:
        """`!command`: a pipe rather than a pseudo-terminal, which the sandbox has not."""
        if command.rstrip().endswith("&"):
            raise OSError("A notebook cannot leave a command running in the background.")
        with subprocess.Popen(
            self.var_expand(command, depth=1),  # type: ignore[no-untyped-call]
            shell=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        ) as process:
            assert process.stdout is not None
            try:
                while text := process.stdout.read(4096):
                    self.outputs.text("stdout", text)
            except KeyboardInterrupt:
                process.kill()
                raise
        self.user_ns["_exit_code"] = process.returncode

    def enable_gui(self, gui: str | None = None) -> None:
        """There is no window system."""

    def enable_matplotlib(self, gui: str | None = None) -> Any:
        """Figures are always shown inline, whichever way is asked for."""
        return super().enable_matplotlib("inline")  # type: ignore[no-untyped-call]

    def ask_exit(self) -> None:
        """`exit` ends the cell, not the grading."""
        raise SystemExit

    def _tee(self, channel: str) -> Any:
        """Keep no second copy of what is printed."""
        return contextlib.nullcontext()

    def _showtraceback(self, etype: type, evalue: BaseException, stb: list[str]) -> None:
        self.outputs.rich(
            {
                "output_type": "error",
                "ename": etype.__name__,
                "evalue": _text(evalue)[:2_000],
                "traceback": [line[:20_000] for line in stb[:60]],
            }
        )


def _text(error: BaseException) -> str:
    try:
        return str(error)
    except Exception:
        return ""


def make(folder: str) -> Shell:
    """Return a shell that keeps its files in `folder`. There can be one in a process.

    Call it before the first import of matplotlib.pyplot, which looks for a shell.
    """
    shell: Shell = Shell.instance(
        ipython_dir=folder,
        displayhook_class=_Hook,
        display_pub_class=_Publisher,
        colors="nocolor",
    )
    return shell


class Lab:
    """Takes every call that `course_utils.lab.Lab` takes and does nothing.

    Public checks cost time and prove nothing, and their file is not in the sandbox. A cell that
    needs an exercise runs, and fails of itself where the exercise is missing.
    """

    def __init__(self, name: str) -> None:
        self.name = name

    def check(self, name: str, answer: Any) -> None:
        """Do nothing."""

    def hint(self, name: str) -> None:
        """Do nothing."""

    def progress(self) -> None:
        """Do nothing."""

    def needs(self, *names: str) -> None:
        """Do nothing."""

    def ready(self) -> None:
        """Do nothing."""

"""Lines on the terminal that say what is being done and for how long."""

import contextlib
import sys
import threading
import time
from collections.abc import Callable, Iterator

from course_utils.common.wording import duration

SPARSE_SECONDS = 20.0


def say(sentence: str) -> None:
    """Print one line about the set-up; standard output is left to the command."""
    print(sentence, file=sys.stderr, flush=True)


@contextlib.contextmanager
def step(title: str, detail: Callable[[], str] = str) -> Iterator[None]:
    """Show `title`, what `detail()` says just now and the seconds so far, until the block ends.

    A terminal gets one line that changes each second; anything else a line now and then.
    """
    began = time.monotonic()
    done = threading.Event()

    def line() -> str:
        parts = [part for part in (detail(), duration(round(time.monotonic() - began))) if part]
        return f"  {title}: {', '.join(parts)}"

    ticker = threading.Thread(target=_tick, args=(line, done), daemon=True)
    ticker.start()
    try:
        yield
    finally:
        done.set()
        ticker.join()
        _show(line(), last=True)


def _tick(line: Callable[[], str], done: threading.Event) -> None:
    interval = 1.0 if sys.stderr.isatty() else SPARSE_SECONDS
    while not done.wait(interval):
        _show(line(), last=False)


def _show(line: str, last: bool) -> None:
    if sys.stderr.isatty():
        # \r goes to the line's start, ESC[K clears what the line before left.
        print(f"\r{line}\x1b[K", end="\n" if last else "", file=sys.stderr, flush=True)
    else:
        say(line)

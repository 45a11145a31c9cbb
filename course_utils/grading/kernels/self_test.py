"""Before anybody's work is graded: a program that tries to break out of the very sandbox.

It runs as a student's cell would. The grading process lays out what it must not reach: a listening
port, an abstract socket, a secret in the environment, a file, and all that is really there.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import socket
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from pathlib import Path

from course_utils.common.errors import CourseError
from course_utils.common.paths import ROOT
from course_utils.grading.protocol.session import Session
from course_utils.grading.sandbox import places

_PROGRAM = Path(__file__).with_name("escapes.py")
_PREFIX = "report:"


def self_test(session: Session, hidden: tuple[str, ...]) -> None:
    """Try to break out. Raises CourseError, naming what was reached, where that succeeds.

    hidden: what the sandbox was to cover, see `Setup`.
    """
    with _targets(hidden) as targets:
        program = _PROGRAM.read_text(encoding="utf-8")
        result = session.run(
            f"{program}\nTARGETS.update({targets!r})\nprint('\\n{_PREFIX}', report())"
        )
    text = "".join(output.get("text", "") for output in result.outputs)
    reports = [line for line in text.splitlines() if line.startswith(_PREFIX)]
    if not reports:
        said = result.error.message if result.error else text[-200:]
        raise CourseError(f"The sandbox could not be tried out, so nothing is graded: {said}")
    report = json.loads(reports[-1].removeprefix(_PREFIX))
    if report["reached"]:
        raise CourseError(
            "The sandbox does not hold here, so nothing is graded: a program in it could "
            f"{_listed(report['reached'])}. Please report this to the course's authors."
        )
    if report["lacking"]:
        raise CourseError(
            "The sandbox is too narrow here for a notebook, so nothing is graded: a program in it "
            f"could not {_listed(report['lacking'])}. A newer Linux (5.14) may help."
        )


def _listed(names: list[str]) -> str:
    return ", ".join(name.replace("_", " ") for name in names)


@contextlib.contextmanager
def _targets(hidden: tuple[str, ...]) -> Iterator[dict[str, object]]:
    """What the program is to reach for."""
    secret = secrets.token_hex(16)
    with (
        socket.socket() as port,
        socket.socket(socket.AF_UNIX) as abstract,
        tempfile.NamedTemporaryFile(prefix="course-self-test-") as file,
    ):
        file.write(secret.encode())
        file.flush()
        port.bind(("127.0.0.1", 0))
        port.listen()
        abstract.bind(f"\0{secret}")
        abstract.listen()
        os.environ["COURSE_SELF_TEST"] = secret
        try:
            yield {
                "secret": secret,
                "port": port.getsockname()[1],
                "abstract": secret,
                "unseen": [file.name, *_closed(hidden), *_unseen(Path.home()), *_unseen(ROOT)],
                "folders": _folders(),
            }
        finally:
            del os.environ["COURSE_SELF_TEST"]


def _closed(hidden: tuple[str, ...]) -> list[str]:
    """What is to be hidden, but for folders in which something lies that is shown."""
    shown = places.readable()
    return [path for path in hidden if not any(Path(item).is_relative_to(path) for item in shown)]


def _unseen(folder: Path) -> list[str]:
    """What lies in a folder and has no part in what the sandbox shows."""
    if folder == Path("/") or not os.access(folder, os.R_OK):
        return []
    shown = places.readable()
    return [
        str(path)
        for path in folder.iterdir()
        if not any(
            Path(other).is_relative_to(path) or path.is_relative_to(other) for other in shown
        )
    ]


def _folders() -> list[str]:
    """Folders that the sandbox shows and must not let be written."""
    own = ["/", "/etc", "/usr", "/dev", "/home", str(ROOT), str(ROOT / "course_utils")]
    return [*own, sys.prefix, sysconfig.get_path("purelib"), sysconfig.get_path("stdlib")]

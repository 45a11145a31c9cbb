"""The lab in a real kernel: what a student sees when things go wrong."""

from pathlib import Path

import numpy as np
import pytest
from jupyter_client.manager import start_new_kernel

from course_utils.authoring.record import write_checks
from course_utils.authoring.references import Solved
from course_utils.common.paths import ROOT
from course_utils.exercises import Exercise
from tests.support.small_checks import vectors

SETUP = "import numpy as np\nfrom course_utils.lab import Lab\nlab = Lab('09_sample')"
ENDLESS = """
import _thread, threading

def sine(x):
    threading.Timer(0.5, _thread.interrupt_main).start()
    while True:
        pass

lab.check("sine", sine)
"""


class Student:
    """Someone who runs cells and reads what is below them."""

    def __init__(self, client):
        self.client = client

    def run(self, code: str) -> tuple[list[str], list[str]]:
        """Run a cell; return the texts of its cards, and of its errors as they are shown."""
        shown, errors = [], []

        def read(message):
            content = message["content"]
            if message["msg_type"] == "display_data":
                shown.append(content["data"]["text/plain"])
                assert "text/html" in content["data"]
            if message["msg_type"] == "error":
                errors.append("\n".join(content["traceback"]))
            assert message["msg_type"] != "stream", content

        self.client.execute_interactive(code, output_hook=read)
        return shown, errors


@pytest.fixture(scope="module")
def student(tmp_path_factory):
    folder: Path = tmp_path_factory.mktemp("labs") / "09_sample"
    folder.mkdir()
    sine = Exercise(points=1, cases=vectors, hints=["One."])
    write_checks({"sine": Solved(sine, np.sin)}, folder / "checks.npz", "digest")
    manager, client = start_new_kernel(cwd=str(folder))
    try:
        yield Student(client)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def test_a_students_hour(student):
    path = f"import sys; sys.path.insert(0, {str(ROOT)!r})\n"
    assert student.run(path + SETUP) == ([], [])

    shown, errors = student.run("lab.needs('sine')\nprint(undefined)")
    assert (shown, errors) == (
        [],
        [
            "This cell needs exercise sine: solve it, or run its cell: "
            "Run > Run All Above Selected Cell."
        ],
    )

    shown, errors = student.run(ENDLESS)
    assert "Stopped by you: sine" in shown[0]
    assert errors == ["The check of sine was stopped."]

    shown, errors = student.run("def sine(x):\n    y = x @ np.ones(77)\n    return y\n"
                                "lab.check('sine', sine)")  # fmt: skip
    assert "Your line 2: y = x @ np.ones(77)" in shown[0]
    assert errors == []

    shown, errors = student.run("lab.check('sine', lambda x: -np.sin(x))")
    assert "The sign is flipped" in shown[0]
    shown, errors = student.run("lab.needs('sine')\n1 / 0")
    assert "ZeroDivisionError" in errors[0]
    assert "This cell uses sine, not right yet" in shown[0]

    shown, errors = student.run("lab.check('sine', np.sin)\nlab.needs('sine')")
    assert "Right: sine" in shown[0]
    assert errors == []

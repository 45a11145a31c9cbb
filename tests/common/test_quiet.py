"""TensorFlow's import says nothing, unless it fails."""

import os
import subprocess
import sys

import pytest


def run(code: str, path: str = "") -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": path, "TF_CPP_MIN_LOG_LEVEL": "0"}
    return subprocess.run(
        [sys.executable, "-c", f"from course_utils.common.quiet import hush_tensorflow\n{code}"],
        capture_output=True,
        text=True,
        env=environment,
    )


FAKE = """
import os
os.write(2, b"log line\\n")
{then}
"""


def fake(tmp_path, then):
    (tmp_path / "tensorflow.py").write_text(FAKE.format(then=then))
    return f"{tmp_path}{os.pathsep}{os.getcwd()}"


def test_lines_at_import_are_held_back_and_later_ones_are_not(tmp_path):
    path = fake(tmp_path, "")
    code = "hush_tensorflow(); hush_tensorflow(); import tensorflow, os; os.write(2, b'later')"
    assert run(code, path).stderr == "later"


def test_they_are_shown_where_the_import_fails(tmp_path):
    done = run("hush_tensorflow(); import tensorflow", fake(tmp_path, "raise ImportError('no')"))
    assert "log line" in done.stderr
    assert "ImportError: no" in done.stderr


def test_the_real_one():
    code = "import os; os.environ['TF_CPP_MIN_LOG_LEVEL']='3'; hush_tensorflow(); import tensorflow"
    done = run(f"{code}; print(tensorflow.__name__)", os.getcwd())
    assert (done.stdout, done.stderr) == ("tensorflow\n", "")


@pytest.mark.parametrize(
    "start", ["hush_tensorflow(); import tensorflow", "import tensorflow; hush_tensorflow()"]
)
def test_retracing_is_no_warning_and_others_are(tmp_path, start):
    code = (
        f"{start}; import logging; log = logging.getLogger('tensorflow'); "
        "log.warning('5 out of 5 calls triggered tf.function retracing.'); log.warning('other')"
    )
    told = run(code, fake(tmp_path, "")).stderr.splitlines()
    assert [line for line in told if line != "log line"] == ["other"]

"""The course's own solutions are right under a user's hostile settings."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from course_utils.authoring import source
from course_utils.common.paths import ROOT

HOSTILE = {
    "backend": "theano",
    "floatx": "float64",
    "epsilon": 0.25,
    "image_data_format": "channels_first",
}
#: Does what the first cell of a lab does, then makes the answers and checks them.
CODE = """
import os, pathlib, sys
import numpy
numpy.set_printoptions(precision=2)
from course_utils.lab import Lab
lab = Lab(sys.argv[1])
from course_utils.authoring import references, source
answers = references.load(source.read(pathlib.Path(sys.argv[2])))
os.environ["COURSE_STRICT"] = "1"
for name, answer in answers.items():
    lab.check(name, answer)
print("all right:", len(answers))
"""


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", ["01_perceptron", "03_cnn"])
def test_the_solutions_are_right(name: str, tmp_path: Path, monkeypatch: Any) -> None:
    (tmp_path / "keras.json").write_text(json.dumps(HOSTILE))
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    monkeypatch.delenv("KERAS_BACKEND", raising=False)
    monkeypatch.setenv("KERAS_MAX_EPOCHS", "1")
    path = next(one for one in source.find_labs() if one.parent.name == name)
    done = subprocess.run(
        [sys.executable, "-c", CODE, name, str(path)], cwd=ROOT, capture_output=True, text=True
    )
    assert "all right" in done.stdout, done.stdout[-3000:] + done.stderr[-3000:]

"""What the labs rely on holds under a user's own settings, and what cannot be mended is said."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
import pytest

from course_utils import plots
from course_utils.common import settings
from course_utils.common.paths import ROOT

HOSTILE = {
    "backend": "theano",
    "floatx": "float64",
    "epsilon": 0.25,
    "image_data_format": "channels_first",
}
TOLD = "; print(k.backend(), k.floatx(), k.epsilon(), k.image_data_format(), k.dtype_policy().name)"


def python(code: str, home: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if k != "KERAS_BACKEND"}
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**environment, "KERAS_HOME": str(home), **variables},
        capture_output=True,
        text=True,
        timeout=120,
    )


def written(home: Path, said: Any) -> Path:
    home.mkdir(exist_ok=True)
    (home / "keras.json").write_text(said if isinstance(said, str) else json.dumps(said))
    return home


@pytest.mark.slow
def test_a_hostile_keras_json_changes_nothing(tmp_path: Path) -> None:
    home = written(tmp_path, HOSTILE)
    state = "from course_utils.common import settings; settings.state(); import keras"
    done = python(f"{state}; k = keras.config{TOLD}", home, KERAS_MAX_EPOCHS="1")
    assert done.stdout.split() == ["tensorflow", "float32", "1e-07", "channels_last", "float32"]
    late = "import keras; from course_utils.common import settings; settings.state()"
    done = python(
        f"{late}; k = keras.config{TOLD}", written(tmp_path, HOSTILE | {"backend": "tensorflow"})
    )
    assert done.stdout.split() == ["tensorflow", "float32", "1e-07", "channels_last", "float32"]


def test_a_backend_that_was_asked_for_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    for asked, taken in (("jax", "jax"), ("", "tensorflow")):
        monkeypatch.setenv("KERAS_BACKEND", asked)
        settings.state()
        assert os.environ["KERAS_BACKEND"] == taken


REFUSED = [
    ({"floatx": "bfloat16"}, '"floatx": "bfloat16"'),
    ({"epsilon": 1}, '"epsilon": 1'),
    ({"image_data_format": "th"}, '"image_data_format": "th"'),
    ([1], "something else"),
]


@pytest.mark.parametrize(("said", "why"), REFUSED)
def test_what_keras_refuses_is_said(said: Any, why: str, tmp_path: Path) -> None:
    assert why in settings.refused(written(tmp_path, said) / "keras.json")


@pytest.mark.parametrize("said", [{}, "no JSON", {"epsilon": 1e-3, "floatx": "float16"}])
def test_what_keras_takes_is_not_refused(said: Any, tmp_path: Path) -> None:
    assert settings.refused(written(tmp_path, said) / "keras.json") == ""


@pytest.mark.slow
def test_keras_and_the_course_agree_on_what_is_refused(tmp_path: Path) -> None:
    for number, (said, _) in enumerate(REFUSED):
        home = written(tmp_path / str(number), said)
        alone = python("import keras.src.backend.config", home, KERAS_BACKEND="tensorflow")
        assert alone.returncode != 0
    ours = python("from course_utils.lab import Lab; Lab('01_perceptron'); import keras", home)
    assert f"{home / 'keras.json'} holds something else" in ours.stderr


def test_numpy_prints_and_warns_as_it_does_itself() -> None:
    with np.printoptions(precision=2, suppress=True), np.errstate(all="raise"):
        settings.state()
        assert repr(np.array([1 / 3])) == "array([0.33333333])"
        assert np.geterr()["invalid"] == "warn" and np.exp(np.float64(-1000.0)) == 0


def test_figures_look_the_same_under_any_style() -> None:
    def drawn() -> bytes:
        figure, axes = plots.figure()
        axes.plot([0, 1], [1, 0])
        axes.set_title("title")
        return plots.png(figure)

    plain = drawn()
    with matplotlib.rc_context():
        matplotlib.style.use("dark_background")
        matplotlib.rcParams.update(
            {"font.family": "serif", "axes.linewidth": 9, "savefig.bbox": "tight"}
        )
        assert drawn() == plain
        assert matplotlib.rcParams["axes.linewidth"] == 9  # the user's own stay as they are

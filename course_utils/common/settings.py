"""What labs, tests and grading rely on, whatever a user's own settings say.

| of | stated as | unless |
|---|---|---|
| Keras's backend | TensorFlow | KERAS_BACKEND names another |
| Keras's floats, epsilon, image format | float32, 1e-7, channels last | a later call changes them |
| Keras's limits on epochs and steps | none | a later call changes them |
| NumPy's way to print and to warn | as NumPy has it | a later call changes it |
| TensorFlow's log | errors only | TF_CPP_MIN_LOG_LEVEL says otherwise |

Matplotlib's look is that of `plots`, for its figures only. Seeds are the labs' own, in their text.
No result relies on how many threads there are. `doctor` looks at all of them.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from course_utils.common.errors import CourseError
from course_utils.common.on_import import around_import
from course_utils.common.quiet import hush_tensorflow

BACKEND = "tensorflow"
KERAS: dict[str, Any] = {"floatx": "float32", "epsilon": 1e-7, "image_data_format": "channels_last"}
#: Variables with which a user changes every Python, or every Keras, that is started; kernels that
#: execute labs for an author or a test do without.
FOREIGN = (
    *("PYTHONSTARTUP", "PYTHONWARNINGS", "PYTHONOPTIMIZE", "PYTHONINSPECT", "MATPLOTLIBRC"),
    *("KERAS_MAX_EPOCHS", "KERAS_MAX_STEPS_PER_EPOCH"),
)
_PRINTED: dict[str, Any] = {
    **{"edgeitems": 3, "threshold": 1000, "floatmode": "maxprec", "precision": 8},
    **{"suppress": False, "linewidth": 75, "nanstr": "nan", "infstr": "inf", "sign": "-"},
    **{"formatter": None, "legacy": False},
}
_WARNED = {"divide": "warn", "over": "warn", "under": "ignore", "invalid": "warn"}
_FLOATS, _FORMATS = ("float16", "float32", "float64"), ("channels_last", "channels_first")


def state() -> None:
    """Make the table above hold in this process. Keras is not imported for it.

    Where Keras is imported later and would refuse the user's keras.json, that import raises a
    CourseError which names the file and what to do.
    """
    hush_tensorflow()
    if not os.environ.get("KERAS_BACKEND"):
        os.environ["KERAS_BACKEND"] = BACKEND
    if hasattr(sys.modules.get("keras"), "config"):
        _set_keras()
    around_import("keras", _stated)
    numpy = sys.modules.get("numpy")
    if numpy is not None:
        numpy.set_printoptions(**_PRINTED)
        numpy.seterr(**_WARNED)


@contextmanager
def _stated() -> Iterator[None]:
    why = refused(keras_file())
    if why:
        raise CourseError(
            f"Keras cannot start because {keras_file()} {why}: mend that entry, or delete the file."
        )
    yield
    _set_keras()


def _set_keras() -> None:
    config = sys.modules["keras"].config
    for name, value in KERAS.items():
        getattr(config, f"set_{name}")(value)
    if config.dtype_policy().name in _FLOATS:  # made from the user's floatx, not a mixed one
        config.set_dtype_policy(KERAS["floatx"])
    config.set_max_epochs(None)
    config.set_max_steps_per_epoch(None)


def keras_file() -> Path:
    """Return where Keras looks for a user's settings, whether there is such a file or not."""
    home = os.environ.get("KERAS_HOME")
    if home is None:
        base = os.path.expanduser("~")
        home = os.path.join(base if os.access(base, os.W_OK) else "/tmp", ".keras")
    return Path(home, "keras.json").expanduser()


def user_settings(path: Path) -> dict[str, Any]:
    """Return what a keras.json says; nothing where there is none, or no JSON, as Keras does.

    Raises OSError where it cannot be read, TypeError where it is JSON of another kind.
    """
    if not path.exists():
        return {}
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        return {}
    if not isinstance(said, dict):
        raise TypeError
    return said


def refused(path: Path) -> str:
    """Return why Keras 3 would raise on a keras.json, the end of a sentence; "" where it would not.

    Another backend is none: `state` chooses it.
    """
    try:
        said = {**KERAS, **user_settings(path)}
    except OSError as error:
        return f"cannot be read ({error.strerror})"
    except TypeError:
        return "holds something else than names and values in braces"
    if said["floatx"] not in _FLOATS:
        return f'says "floatx": {json.dumps(said["floatx"])}, which is none of {", ".join(_FLOATS)}'
    if not isinstance(said["epsilon"], float):
        return f'says "epsilon": {json.dumps(said["epsilon"])}, which is no number with a point'
    if said["image_data_format"] not in _FORMATS:
        value = json.dumps(said["image_data_format"])
        return f'says "image_data_format": {value}, which is neither of {" and ".join(_FORMATS)}'
    return ""

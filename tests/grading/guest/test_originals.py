"""A property: whatever a cell rebinds in the libraries, an answer that is right stays right."""

import builtins
import json
import math
import os
import random
import time
import warnings

import numpy as np
import pytest

from course_utils.exercises.exercise import Case
from course_utils.grading.guest.originals import Originals
from tests.support.sandboxed import kernels, needs_sandbox

pytestmark = [pytest.mark.slow, needs_sandbox]

KERAS = ("Model", "Sequential", "Layer", "Input", "utils", "layers", "ops", "saving", "backend")
TENSORFLOW = ("constant", "convert_to_tensor", "Variable", "random", "function", "keras")
MODULES = {
    **{one.__name__: one for one in (builtins, json, math, os, random, time, warnings)},
    "numpy": np,
    "numpy.random": np.random,
    "numpy.linalg": np.linalg,
    "numpy.testing": np.testing,
}
#: What a slip puts in a function's place.
VALUES = ("42", "None", "'seed'", "[1, 2]", "lambda *args, **kwargs: None", "numpy.zeros(3)")
CASES = [Case("one", np.arange(6.0)), Case("two", np.arange(4.0) - 2)]


def rebindings(seed: int, count: int) -> list[str]:
    """Lines that rebind something public of a library, drawn from a seed."""
    rng = random.Random(seed)
    lines = []
    for _ in range(count):
        name = rng.choice([*MODULES, "keras", "tensorflow"])
        if name in MODULES:
            public = [one for one in dir(MODULES[name]) if not one.startswith("_")]
        else:
            public = list(KERAS if name == "keras" else TENSORFLOW)
        what = f"{name}.{rng.choice(public)}"
        line = f"del {what}" if rng.random() < 0.1 else f"{what} = {rng.choice(VALUES)}"
        # One that takes the cell's own next line away stops that cell, as in a notebook.
        lines.append(f"try:\n    {line}\nexcept Exception:\n    pass")
    return lines


IMPORTS = "import builtins, json, math, os, random, time, warnings, numpy, keras, tensorflow\n"
ANSWER = "import numpy as np\ndef centred(x):\n    return np.array(x) - len(x) * np.mean(x)"


@pytest.mark.parametrize(
    "slip",
    [
        "numpy.random.seed = 42",
        "numpy.array = [1, 2]",
        "keras.Model = 3",
        "keras.utils.set_random_seed = 7",
        "builtins.len = 3",
        "builtins.isinstance = None",
        "json.dumps = json.loads = None",
        "os.write = os.read = None",
        "time.monotonic = 0",
        "random.seed = 1",
        "numpy.asarray = numpy.isfinite = None",
        "warnings.catch_warnings = None",
        "warnings.filters = 'seed'",
        "del warnings.defaultaction",
        "del numpy.random.seed",
        "json.JSONEncoder.encode = 3",
        "del json.JSONEncoder.iterencode",
        "import threading\nthreading.Thread.start = None",
    ],
)
def test_a_slip_costs_nothing_that_is_right(slip: str) -> None:
    assert _observed(IMPORTS + slip) == _expected()


@pytest.mark.parametrize("seed", range(8))
def test_no_rebinding_costs_anything_that_is_right(seed: int) -> None:
    cells = [IMPORTS + "\n".join(rebindings(seed * 100 + i, 12)) for i in range(4)]
    assert _observed(*cells) == _expected(), cells


def test_what_a_cell_adds_stays() -> None:
    with kernels().start() as session:
        session.run("import numpy as np\nnp.trapz = np.trapezoid\nnp.little = 5")
        result = session.run("print(np.little, np.trapz is np.trapezoid)")
    assert result.outputs[0]["text"] == "5 True\n"


def test_names_are_put_back(monkeypatch: pytest.MonkeyPatch) -> None:
    originals = Originals("numpy")
    originals.note()
    monkeypatch.setattr(np.random, "seed", 42)
    monkeypatch.delattr(np, "sort")
    originals.restore()
    assert callable(np.random.seed)
    assert callable(np.sort)


def test_methods_and_properties_of_a_class_are_put_back(monkeypatch: pytest.MonkeyPatch) -> None:
    import keras

    originals = Originals("keras")
    originals.note()
    monkeypatch.setattr(keras.Model, "summary", "a line")
    monkeypatch.setattr(keras.layers.Layer, "trainable_variables", [])
    monkeypatch.delattr(keras.Sequential, "add")
    monkeypatch.setattr(keras.Model, "mine", 5, raising=False)
    originals.restore()
    assert len(keras.Sequential([keras.layers.Dense(1)]).layers) == 1  # it calls `add`
    assert callable(keras.Model.summary)
    assert isinstance(keras.layers.Layer.trainable_variables, property)
    assert keras.Model.mine == 5


def _expected() -> list[list[float]]:
    return [[-15.0, -14.0, -13.0, -12.0, -11.0, -10.0], [0.0, 1.0, 2.0, 3.0]]


def _observed(*cells: str) -> list[object]:
    with kernels().start() as session:
        for cell in cells:
            session.run(cell)
        session.run(ANSWER, {"centred": "centred"})
        session.run("print('after')")
        seen = session.observe("centred", CASES)
    return [one.value.tolist() if one.error is None else one.error for one in seen]

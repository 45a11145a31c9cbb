"""The models of the family on Keras's JAX backend: the same numbers as on TensorFlow."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import keras
import numpy as np
import pytest

from course_utils import models
from course_utils.common.paths import ROOT
from course_utils.interpret import counting, insight

pytestmark = [
    pytest.mark.skipif(find_spec("jax") is None, reason="JAX is not installed"),
    pytest.mark.skipif(keras.backend.backend() == "jax", reason="compares JAX with another"),
    pytest.mark.slow,
]

#: Reads what the test wrote, does the same on JAX, writes what came out.
_ON_JAX = """
import sys
from pathlib import Path

import keras
import numpy as np

from course_utils import models, training
from course_utils.interpret import counting, insight
from course_utils.interpret.counting import outline
from course_utils.models.googlenet.prediction import predictor

assert keras.backend.backend() == "jax"
folder = Path(sys.argv[1])
given = np.load(folder / "given.npz")
found = {}
for path in folder.glob("*.keras"):
    model = keras.saving.load_model(path)
    found[path.stem] = model.predict(given[path.stem], verbose=0)
    found[f"{path.stem}_multiply_adds"] = counting.multiply_adds(model)
lenet = keras.saving.load_model(folder / "lenet5.keras")
x = given["lenet5"]
found["saliency"] = insight.saliency(lenet, x, 1)
found["occlusion"] = insight.occlusion(lenet, x, 1)
found["reconstruct"] = insight.reconstruct(lenet, x, "C3_relu", 2)
found["ascend"] = insight.ascend(lenet, x, 1, steps=2)
found["top"] = [patch.activation for patch in insight.top_patches(lenet, x, "S2", 0)]
found["vgg19"] = outline(models.vgg19).count_params()
training.set_seed(0)
assert training.device() == "cpu"
normalised = models.lenet5((12, 12, 1), batch_normalisation=True, dropout=0.2)
normalised.compile("adam", "sparse_categorical_crossentropy")
budget = training.TimeBudget(1e-9)
history = normalised.fit(np.ones((8, 12, 12, 1)), np.zeros(8), 4, 3, 0, callbacks=[budget])
found["epochs"] = len(history.history["loss"])
found["steps"] = int(normalised.optimizer.iterations)
predict = predictor(normalised)
before = predict(np.ones((2, 12, 12, 1)))
normalised.fit(np.ones((8, 12, 12, 1)), np.zeros(8), 4, 1, 0)
found["moved"] = np.abs(predict(np.ones((2, 12, 12, 1))) - before).max()
np.savez(folder / "found.npz", **found)
"""


def test_models_and_looks_inside_give_the_same_numbers_on_jax(tmp_path: Path) -> None:
    keras.utils.set_random_seed(0)
    networks = {
        "lenet5": models.lenet5((12, 12, 1), 3),
        "alexnet": models.alexnet((67, 67, 1), 3, include_top=False),
        "small_resnet": models.small_resnet((9, 9, 2), 3),
        "deepface": models.deepface((71, 71, 1), 3),
    }
    rng = np.random.default_rng(0)
    given = {
        name: rng.random((3, *network.input_shape[1:]), dtype=np.float32)
        for name, network in networks.items()
    }
    np.savez(tmp_path / "given.npz", **given)
    for name, network in networks.items():
        network.save(tmp_path / f"{name}.keras")

    environment = os.environ | {"KERAS_BACKEND": "jax", "JAX_PLATFORMS": "cpu"}
    root = ROOT
    done = subprocess.run(
        [sys.executable, "-c", _ON_JAX, str(tmp_path)],
        env=environment,
        cwd=root,
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert done.returncode == 0, done.stderr[-2000:]

    found = np.load(tmp_path / "found.npz")
    for name, network in networks.items():
        expected = network.predict(given[name], verbose=0)
        np.testing.assert_allclose(found[name], expected, rtol=1e-3, atol=1e-4, err_msg=name)
        assert found[f"{name}_multiply_adds"] == counting.multiply_adds(network)
    lenet, x = networks["lenet5"], given["lenet5"]
    looks = {
        "saliency": insight.saliency(lenet, x, 1),
        "occlusion": insight.occlusion(lenet, x, 1),
        "reconstruct": insight.reconstruct(lenet, x, "C3_relu", 2),
        "ascend": insight.ascend(lenet, x, 1, steps=2),
        "top": [patch.activation for patch in insight.top_patches(lenet, x, "S2", 0)],
    }
    for name, look in looks.items():
        np.testing.assert_allclose(found[name], look, rtol=1e-3, atol=1e-5, err_msg=name)
    assert found["vgg19"] == 143_667_240
    assert (found["epochs"], found["steps"]) == (1, 1)
    assert found["moved"] > 0, "a predictor sees weights that were trained after it was made"

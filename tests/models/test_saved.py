"""Models with layers of the course load in another process, after `import course_utils` alone."""

import ast
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pytest

from course_utils.common.paths import ROOT
from course_utils.models import autoencoders
from course_utils.models.ensemble import EnsembleDense
from course_utils.models.layers import LocalResponseNormalization
from course_utils.models.locally_connected import LocallyConnected2D


def python(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def registered() -> set[str]:
    """The names of all classes and functions in the package that are registered with Keras."""
    return {
        f"course_utils>{node.name}"
        for path in (ROOT / "course_utils").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef | ast.FunctionDef)
        and any("register_keras_serializable" in ast.dump(one) for one in node.decorator_list)
    }


@pytest.mark.slow
@pytest.mark.parametrize(
    "start",
    [
        "import course_utils, sys; assert 'keras' not in sys.modules; import keras",
        "import keras, course_utils",
        "import course_utils.training.budget, keras",
        "import course_utils.models.layers, keras",
        "import importlib.util, course_utils; importlib.util.find_spec('keras'); import keras",
    ],
)
def test_every_layer_is_known_whoever_imports_keras_first(start: str) -> None:
    names = python(f"{start}; print(*keras.saving.get_custom_objects())").split()
    assert len(registered()) >= 12
    assert registered() <= set(names)


@pytest.mark.slow
def test_a_model_of_own_layers_gives_the_same_in_another_process(tmp_path: Path) -> None:
    keras.utils.set_random_seed(0)
    layers = [LocallyConnected2D(3, 2), LocalResponseNormalization(), keras.layers.Flatten()]
    models = [
        keras.Sequential([keras.Input((6, 6, 2)), *layers]),
        autoencoders.denoising((8,), 3),
        autoencoders.sparse((8,), 3),
        keras.Sequential([keras.Input((3, 5)), EnsembleDense(2)]),
    ]
    code = "import sys, course_utils, keras, numpy as np\n"
    for number, model in enumerate(models):
        x = np.random.default_rng(0).random((2, *model.input_shape[1:]), dtype=np.float32)
        np.savez(tmp_path / f"{number}.npz", x=x, y=model.predict(x, verbose=0))
        model.save(tmp_path / f"{number}.keras")
        code += (
            f"m = keras.saving.load_model({str(tmp_path / f'{number}.keras')!r})\n"
            f"d = np.load({str(tmp_path / f'{number}.npz')!r})\n"
            "assert np.allclose(m.predict(d['x'], verbose=0), d['y'], atol=1e-5)\n"
        )
    python(code)

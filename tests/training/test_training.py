"""Seeds repeat, a budget ends a training, the device is found and prepared."""

from __future__ import annotations

import random
import subprocess
import sys
from typing import Any

import keras
import numpy as np
import pytest

from course_utils import training
from course_utils.common.errors import CourseError
from course_utils.training import TimeBudget, preparation

pytestmark = pytest.mark.slow


def _draw() -> list[float]:
    layer = keras.layers.Dense(2)
    layer.build((None, 3))
    weights = np.asarray(layer.get_weights()[0]).ravel().tolist()
    noise = np.asarray(keras.random.normal((2,))).tolist()
    return [random.random(), float(np.random.rand()), *weights, *noise]


def test_set_seed_repeats_everything() -> None:
    training.set_seed(5)
    first = _draw()
    training.set_seed(5)
    assert _draw() == first
    training.set_seed(6)
    assert all(a != b for a, b in zip(_draw(), first, strict=True))


def test_importing_it_loads_no_keras() -> None:
    code = "import sys; from course_utils.training import set_seed; print('keras' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_a_name_that_it_does_not_have() -> None:
    with pytest.raises(AttributeError, match="no attribute 'TimeBugdet'"):
        training.TimeBugdet  # noqa: B018


class _Clock:
    """One second passes in each batch of training, three in each batch of validation."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class _Ticks(keras.callbacks.Callback):
    def __init__(self, clock: _Clock) -> None:
        super().__init__()
        self._clock = clock

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        self._clock.now += 1

    def on_test_batch_end(self, batch: int, logs: Any = None) -> None:
        self._clock.now += 3


def _fit(
    seconds: float, epochs: int = 10, validation: bool = False
) -> tuple[keras.Model, keras.callbacks.History]:
    """5 batches an epoch, 1 of validation."""
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    x, t = np.ones((20, 3), "float32"), np.ones((20, 1), "float32")
    clock = _Clock()
    history = model.fit(
        x,
        t,
        batch_size=4,
        epochs=epochs,
        verbose=0,
        validation_data=(x[:4], t[:4]) if validation else None,
        callbacks=[_Ticks(clock), TimeBudget(seconds, clock=clock)],
    )
    return model, history


def test_a_budget_ends_the_training_with_the_batch(capsys: pytest.CaptureFixture[str]) -> None:
    model, history = _fit(seconds=12.5)
    assert capsys.readouterr().out == (
        "Time budget of 12.5 s used up: stopped in epoch 3 after 3 batches.\n"
    )
    assert history.epoch == [0, 1, 2]
    assert len(history.history["loss"]) == 3
    assert int(model.optimizer.iterations) == 13
    assert np.all(np.isfinite(history.history["loss"]))


def test_the_model_can_be_used_and_trained_on_after_its_budget() -> None:
    model, _ = _fit(seconds=2)
    assert model.predict(np.ones((2, 3)), verbose=0).shape == (2, 1)
    again = model.fit(np.ones((4, 3)), np.ones((4, 1)), epochs=3, verbose=0)
    assert again.epoch == [0, 1, 2]


def test_an_epoch_that_was_cut_short_is_validated() -> None:
    _, history = _fit(seconds=7, validation=True)  # 5 batches, 3 s of validation: 8
    assert history.epoch == [0]
    _, history = _fit(seconds=9, validation=True)
    assert history.epoch == [0, 1]
    assert len(history.history["val_loss"]) == 2


def test_time_that_runs_out_in_validation_starts_no_other_epoch(
    capsys: pytest.CaptureFixture[str],
) -> None:
    _fit(seconds=7, validation=True)
    assert "used up: stopped after epoch 1." in capsys.readouterr().out


def test_a_training_that_ends_in_time_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    _, history = _fit(seconds=11, epochs=2)
    assert history.epoch == [0, 1]
    _fit(seconds=15, epochs=2, validation=True)  # over at 16, when all was done
    assert capsys.readouterr().out == ""


def test_each_training_has_the_whole_budget() -> None:
    clock = _Clock()
    budget = TimeBudget(3, clock=clock)
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    x, t = np.ones((20, 3), "float32"), np.ones((20, 1), "float32")
    for _ in range(2):
        model.fit(x, t, batch_size=4, epochs=9, verbose=0, callbacks=[_Ticks(clock), budget])
    assert int(model.optimizer.iterations) == 6


@pytest.mark.parametrize("seconds", [0, -1, float("nan")])
def test_a_budget_of_no_time_is_refused(seconds: float) -> None:
    with pytest.raises(CourseError, match="more than 0 seconds"):
        TimeBudget(seconds)


@pytest.fixture
def policy() -> Any:
    """Puts the global dtype policy back."""
    before = keras.config.dtype_policy()
    yield
    keras.config.set_dtype_policy(before)


def test_on_a_cpu_nothing_changes(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(preparation, "_GPUS", {})
    monkeypatch.setattr(preparation, "cores", lambda: 2)
    assert training.device() == "cpu"
    assert capsys.readouterr().out == "Training on the CPU, 2 cores, in float32.\n"
    assert keras.config.dtype_policy().name == "float32"


@pytest.mark.parametrize(
    ("capability", "precision"),
    [((9, 0), "mixed_float16"), ((7, 0), "mixed_float16"), ((6, 1), "float32"), ((), "float32")],
)
def test_half_precision_where_tensor_cores_are(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    policy: None,
    capability: tuple[int, ...],
    precision: str,
) -> None:
    gpu = preparation._Gpu("Some GPU", capability)
    monkeypatch.setattr(preparation, "_GPUS", {keras.backend.backend(): lambda: gpu})
    assert training.device() == "gpu"
    assert capsys.readouterr().out == f"Training on the GPU Some GPU, in {precision}.\n"
    assert keras.config.dtype_policy().name == precision


class _FakeConfig:
    """TensorFlow's tf.config on a machine with two GPUs."""

    def __init__(self, in_use: bool) -> None:
        self.experimental = self
        self.growing: list[Any] = []
        self._in_use = in_use
        self._found = [type("Gpu", (), {"name": f"/physical_device:GPU:{i}"})() for i in (0, 1)]

    def list_physical_devices(self, kind: str) -> list[Any]:
        return self._found if kind == "GPU" else []

    def set_memory_growth(self, gpu: Any, enable: bool) -> None:
        if self._in_use:
            raise RuntimeError("Physical devices cannot be modified after being initialized")
        assert enable
        self.growing.append(gpu.name)

    def get_device_details(self, gpu: Any) -> dict[str, Any]:
        return {"device_name": "NVIDIA T4", "compute_capability": (7, 5)}


@pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="asks TensorFlow")
@pytest.mark.parametrize("in_use", [False, True])
def test_tensorflow_takes_memory_as_it_needs_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], policy: None, in_use: bool
) -> None:
    import tensorflow as tf

    config = _FakeConfig(in_use)
    monkeypatch.setattr(tf, "config", config)
    assert training.device() == "gpu"
    said = capsys.readouterr().out
    assert said.startswith("Training on the GPU NVIDIA T4, in mixed_float16")
    assert said.count("\n") == 1
    assert ("call device() before the first model" in said) == in_use
    assert config.growing == (
        [] if in_use else ["/physical_device:GPU:0", "/physical_device:GPU:1"]
    )


def test_compute_capabilities_are_compared_as_numbers() -> None:
    assert preparation._version("9.0") == (9, 0)
    assert preparation._version("12.0") > preparation._version("7.0")
    assert preparation._version("") == ()


def _small_model() -> keras.Model:
    return keras.Sequential([keras.Input((3,)), keras.layers.Dense(2), keras.layers.Dense(1)])


@pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="counts TensorFlow's traces")
@pytest.mark.parametrize(("ready", "traces"), [(False, 2), (True, 1)])
def test_an_optimizer_that_is_ready_has_its_step_traced_once(ready: bool, traces: int) -> None:
    """The day Keras needs no help, the first case says so."""
    model, calls = _small_model(), []
    model.compile("adam", "mse")
    step = model.train_step

    def counted(data: Any) -> Any:
        calls.append(1)
        return step(data)

    model.train_step = counted
    if ready:
        training.build_optimizer(model)
    model.fit(np.zeros((8, 3)), np.zeros((8, 1)), epochs=2, verbose=0)
    assert len(calls) == traces


def test_a_ready_optimizer_learns_the_same() -> None:
    x, weights = np.random.default_rng(0).normal(size=(20, 3)), []
    for ready in (False, True):
        training.set_seed(3)
        model = _small_model()
        model.compile("adam", "mse")
        if ready:
            training.build_optimizer(model)
        model.fit(x, x[:, :1], epochs=2, verbose=0)
        weights.append(model.get_weights())
    for one, other in zip(*weights, strict=True):
        np.testing.assert_array_equal(one, other)


def test_a_model_without_an_optimizer_is_refused() -> None:
    shapeless = keras.Sequential([keras.layers.Dense(1)])
    shapeless.compile("adam", "mse")
    for model in (_small_model(), shapeless):
        with pytest.raises(CourseError, match="call compile first"):
            training.build_optimizer(model)

"""Try the course's networks on this machine's GPU, beside its CPU, and print a table in Markdown.

    python3 -m scripts.check_gpu                      # with the backend that Keras is set to
    KERAS_BACKEND=jax python3 -m scripts.check_gpu    # or "torch", "tensorflow"

Each kind of network predicts and takes one training step on both, from the same weights and images,
in single precision; then it predicts as fast as it can on the GPU, in single and mixed precision.
Exits with 1 where the two do not agree, with 2 where there is no GPU.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from course_utils import models
from course_utils.models import googlenet, recurrent
from course_utils.training import preparation

#: GPUs add in another order, and multiply single precision in fewer bits where they may.
TOLERANCE = 5e-3
BATCH, SECONDS = 64, 1.0


@dataclass(frozen=True)
class Family:
    """A kind of network. make: builds it. shape: of one input. indices: below which its inputs are.

    indices is 0 where the inputs are images, floats from 0 to 1.
    """

    name: str
    make: Callable[[], keras.Model]
    shape: tuple[int, ...]
    classes: int
    indices: int = 0


FAMILIES = (
    Family("mlp", lambda: models.mlp((28, 28, 1), 10), (28, 28, 1), 10),
    Family("lenet5", lambda: models.lenet5((28, 28, 1), 10), (28, 28, 1), 10),
    Family("small_resnet", lambda: models.small_resnet((32, 32, 3), 10), (32, 32, 3), 10),
    Family("vgg16", lambda: models.vgg16((64, 64, 3), 10), (64, 64, 3), 10),
    Family("googlenet", googlenet.googlenet, (64, 64, 3), 200),
    Family("char_rnn", lambda: recurrent.char_rnn(weights=None), (48,), 96, indices=96),
)


@dataclass(frozen=True)
class Row:
    """What was measured of one family. Differences are relative to the CPU's largest number."""

    family: str
    prediction: float
    step: float
    rate: float
    mixed_rate: float
    megabytes: float | None

    @property
    def agrees(self) -> bool:
        """Whether the GPU computes what the CPU does, within the tolerance."""
        return max(self.prediction, self.step) <= TOLERANCE


def measure(family: Family, gpu: str, cpu: str = "cpu:0") -> Row:
    """Measure one family on the Keras devices `gpu` and `cpu`."""
    x, y = data(family)
    outputs, losses = {}, {}
    with keras.device(cpu):
        weights = family.make().get_weights()
    for device in (cpu, gpu):
        with keras.device(device):
            model = _ready(family, weights)
            outputs[device] = _numbers(model.predict_on_batch(x))
            model.train_on_batch(x, y)
            losses[device] = _numbers(model.test_on_batch(x, y))
    with keras.device(gpu):
        rate = _rate(_ready(family, weights), x)
        before = keras.config.dtype_policy()
        keras.config.set_dtype_policy("mixed_float16")
        mixed = _rate(_ready(family, weights), x)
        keras.config.set_dtype_policy(before)
    return Row(
        family.name,
        _difference(outputs[gpu], outputs[cpu]),
        _difference(losses[gpu], losses[cpu]),
        rate,
        mixed,
        memory(),
    )


def data(family: Family) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return a batch of random inputs (BATCH, *shape) and labels for it."""
    rng = np.random.default_rng(0)
    if family.indices:
        x = rng.integers(0, family.indices, (BATCH, *family.shape))
        return x, rng.integers(0, family.classes, x.shape)
    x = rng.uniform(size=(BATCH, *family.shape)).astype("float32")
    return x, rng.integers(0, family.classes, BATCH)


def _ready(family: Family, weights: list[NDArray[Any]]) -> keras.Model:
    model = family.make()
    model.set_weights(weights)
    for layer in model.layers:
        if isinstance(layer, keras.layers.Dropout):
            layer.rate = 0.0  # devices draw different numbers
    model.compile(keras.optimizers.SGD(0.01), "sparse_categorical_crossentropy")
    return model


def _numbers(values: Any) -> NDArray[np.float64]:
    return np.asarray(values, dtype=np.float64)


def _difference(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    return float(np.abs(one - other).max() / max(np.abs(other).max(), 1e-12))


def _rate(model: keras.Model, x: NDArray[Any]) -> float:
    """Return how many examples a second it predicts, after a first call that compiles."""
    model.predict_on_batch(x)
    start, done = time.perf_counter(), 0
    while time.perf_counter() - start < SECONDS:
        model.predict_on_batch(x)
        done += len(x)
    return done / (time.perf_counter() - start)


def memory() -> float | None:
    """Return how many megabytes of the GPU were in use at most; None where nobody says."""
    backend = keras.backend.backend()
    if backend == "jax":
        import jax

        said = jax.devices()[0].memory_stats()
        return said["peak_bytes_in_use"] / 1e6 if said else None
    if backend == "torch":
        import torch

        return torch.cuda.max_memory_allocated() / 1e6 if torch.cuda.is_available() else None
    import tensorflow as tf

    if not tf.config.list_logical_devices("GPU"):
        return None
    return float(tf.config.experimental.get_memory_info("GPU:0")["peak"]) / 1e6


def table(rows: list[Row]) -> Iterator[str]:
    """Yield the lines of the table."""
    yield "| network | prediction differs by | step differs by | examples/s | mixed | MB at most |"
    yield "|---|---|---|---|---|---|"
    for row in rows:
        used = "?" if row.megabytes is None else f"{row.megabytes:.0f}"
        yield (
            f"| {row.family} | {row.prediction:.1e} | {row.step:.1e} | {row.rate:.0f} "
            f"| {row.mixed_rate:.0f} | {used} |"
        )


def main() -> int:
    """Measure every family and print the table; return the exit status."""
    if preparation.device() == "cpu":
        print("This backend sees no GPU here: there is nothing to check.", file=sys.stderr)
        return 2
    keras.config.set_dtype_policy("float32")
    rows = [measure(family, "gpu:0") for family in FAMILIES]
    print(f"Keras {keras.__version__} on {keras.backend.backend()}, batches of {BATCH}.\n")
    print("\n".join(table(rows)))
    return 0 if all(row.agrees for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())

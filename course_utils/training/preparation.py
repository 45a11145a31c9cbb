"""What a training needs before its first step: seeds, a device, an optimizer that is ready."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from course_utils.common.errors import CourseError
from course_utils.common.parallel import cores

if TYPE_CHECKING:
    import keras

#: The first NVIDIA GPUs whose tensor cores multiply in half precision (Volta).
_TENSOR_CORES = (7, 0)


@dataclass(frozen=True)
class _Gpu:
    name: str
    capability: tuple[int, ...]
    warning: str = ""


def set_seed(seed: int) -> None:
    """Seed Python's, NumPy's and Keras's random numbers, the backend's included.

    Weights, shuffles and dropout drawn after it are the same at every run on the same machine.
    Imports Keras, which takes some seconds the first time.
    """
    import keras

    keras.utils.set_random_seed(seed)


def device() -> str:
    """Prepare the GPU, if there is one; say in one line what trainings run on; "gpu" or "cpu".

    Call it before the first model. On a GPU with tensor cores (compute capability 7.0 or newer)
    the global dtype policy becomes "mixed_float16": layers compute in half precision, weights
    stay in single precision, and Keras scales the loss by itself (Micikevicius et al. 2017,
    Mixed precision training). TensorFlow takes the GPU's memory as it needs it instead of all of
    it. On a CPU nothing changes.

    XLA needs no call: `compile` has jit_compile="auto", which compiles the training step on a GPU
    and not on a CPU. Measured on two cores, XLA makes an epoch of `lenet5` twice as long and one of
    `small_resnet` 1.7 times, and compiling takes seconds more.
    """
    import keras

    gpu = _GPUS.get(keras.backend.backend(), _no_gpu)()
    if gpu and gpu.capability >= _TENSOR_CORES:
        keras.config.set_dtype_policy("mixed_float16")
    where = f"GPU {gpu.name}" if gpu else f"CPU, {cores()} cores"
    warning = gpu.warning if gpu else ""
    print(f"Training on the {where}, in {keras.config.dtype_policy().name}{warning}.")
    return "gpu" if gpu else "cpu"


def build_optimizer(model: keras.Model) -> None:
    """Make the variables of a compiled model's optimizer now: the first `fit` starts sooner.

    Else the optimizer makes them while TensorFlow traces the first step, and a step that makes
    variables is traced a second time: half a second more for each new model. Nothing else changes.

    Raises CourseError where the model has not been compiled, or has no weights yet.
    """
    if getattr(model, "optimizer", None) is None or not model.built:
        raise CourseError(
            f"build_optimizer: the model {model.name!r} is not compiled, or does not know its "
            "input yet; give it an Input and call compile first."
        )
    model.optimizer.build(model.trainable_variables)


def _tensorflow_gpu() -> _Gpu | None:
    import tensorflow as tf

    found = tf.config.list_physical_devices("GPU")
    if not found:
        return None
    warning = ""
    try:
        for gpu in found:
            tf.config.experimental.set_memory_growth(gpu, True)
    except RuntimeError:  # the GPU is in use already
        warning = "; TensorFlow holds all of its memory, call device() before the first model"
    details = tf.config.experimental.get_device_details(found[0])
    name = details.get("device_name", found[0].name)
    return _Gpu(name, tuple(details.get("compute_capability", ())), warning)


def _jax_gpu() -> _Gpu | None:
    import jax

    first = jax.devices()[0]
    if first.platform != "gpu":
        return None
    capability = str(getattr(first, "compute_capability", ""))
    return _Gpu(first.device_kind, _version(capability))


def _torch_gpu() -> _Gpu | None:
    import torch

    if not torch.cuda.is_available():
        return None
    return _Gpu(torch.cuda.get_device_name(), tuple(torch.cuda.get_device_capability()))


def _no_gpu() -> None:
    return None


_GPUS: dict[str, Any] = {"tensorflow": _tensorflow_gpu, "jax": _jax_gpu, "torch": _torch_gpu}


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(".") if part.isdigit())

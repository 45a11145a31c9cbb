"""Where weights come from, and how they get into a network."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple
from zipfile import BadZipFile

import keras
import numpy as np

from course_utils.common import paths
from course_utils.common.errors import CourseError
from course_utils.models.googlenet import imagenet

COURSE = paths.DATA / "googlenet_64.npz"

# The network of the paper; files that do not say otherwise hold its weights.
PAPER: dict[str, Any] = {
    "input_shape": (224, 224, 3),
    "classes": 1000,
    "width": 1.0,
    "batch_normalisation": False,
    "small_images": False,
}


class Stored(NamedTuple):
    """Weights by "layer/variable", the arguments of the network that they belong to, and names."""

    arrays: dict[str, Any]
    settings: dict[str, Any]
    class_names: list[str]
    origin: str


def load(weights: str | Path) -> Stored:
    """Return the weights called "course" or "imagenet", or those of a file.

    Raises CourseError where they are missing, damaged, or cannot be fetched.
    """
    if weights == "imagenet":
        return _read(imagenet.file())
    if weights == "course" and not COURSE.is_file():
        raise CourseError(
            f"googlenet: {COURSE} is missing; get the course again, train it with "
            "scripts/train_googlenet.py, or take weights=None."
        )
    path = COURSE if weights == "course" else Path(weights).expanduser()
    if not path.is_file():
        raise CourseError(
            f"googlenet: there is no file {path}; weights is 'course', 'imagenet', None, or the "
            "path of a .npz, .caffemodel or .onnx file."
        )
    return _read(path)


def _read(path: Path) -> Stored:
    reader = imagenet.READERS.get(path.suffix)
    if reader:
        arrays: dict[str, Any] = dict(reader(path))
    else:
        try:
            with np.load(path) as file:
                arrays = {name: file[name] for name in file.files}
        except (OSError, ValueError, EOFError, KeyError, BadZipFile) as error:
            raise CourseError(
                f"googlenet: {path} cannot be read as weights ({error}); fetch it again."
            ) from error
    names = [str(name) for name in arrays.pop("class_names", [])]
    settings = PAPER | json.loads(str(arrays.pop("settings", "{}")))
    return Stored({_layer_name(key): arrays[key] for key in arrays}, settings, names, str(path))


def _layer_name(key: str) -> str:
    """Caffe's "inception_3a/1x1/kernel" is "inception_3a_1x1/kernel" here, as Keras wants it."""
    *layer, variable = key.split("/")
    name = "_".join(layer)
    if name == "loss3_classifier":
        name = "probabilities"
    return f"{name.replace('_classifier', '_probabilities')}/{variable}"


def put(stored: Stored, model: keras.Model) -> None:
    """Set every weight of `model`.

    Raises CourseError where one is missing or has another shape.
    """
    for layer in model.layers:
        for variable in layer.weights:
            key = f"{layer.name}/{variable.name}"
            value = stored.arrays.get(key)
            if value is None:
                raise CourseError(f"googlenet: {stored.origin} holds no {key}{_advice(key)}.")
            if value.shape != tuple(variable.shape):
                raise CourseError(
                    f"googlenet: {stored.origin} holds {key} of shape {value.shape}, the network "
                    f"asks for {tuple(variable.shape)}{_advice(key)}."
                )
            variable.assign(value.astype("float32"))


def _advice(key: str) -> str:
    if key.startswith(("loss1", "loss2")):
        return "; take auxiliary_heads=False, or a file with these heads"
    if key.startswith("probabilities"):
        return "; for other classes take include_top=False and put a layer of your own on it"
    return "; leave out width, batch_normalisation, small_images and the number of channels"


def save(model: keras.Model, path: Path, settings: dict[str, Any], class_names: list[str]) -> None:
    """Write all weights as float16, with what `load` needs to build their network again."""
    arrays = {
        f"{layer.name}/{variable.name}": np.asarray(variable).astype(np.float16)
        for layer in model.layers
        for variable in layer.weights
    }
    notes = {"settings": np.array(json.dumps(settings)), "class_names": np.array(class_names)}
    np.savez_compressed(path, **(arrays | notes))


def class_names(weights: str | Path = "course") -> list[str]:
    """Return the names of the classes in the order of the probabilities.

    Raises CourseError where the weights cannot be loaded or their file names no classes.
    """
    stored = load(weights)
    if not stored.class_names:
        raise CourseError(f"class_names: {stored.origin} does not name its classes.")
    return stored.class_names

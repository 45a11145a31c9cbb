"""The deep autoencoders of faces whose weights the course ships."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from course_utils.common.errors import CourseError
from course_utils.common.paths import DATA

if TYPE_CHECKING:
    import keras

#: From the 25 x 25 pixels of a crop to its code. Hinton and Salakhutdinov had 2000, 1000 and 500.
WIDTHS = (625, 700, 350, 150, 30)
_WEIGHTS = DATA / "face_autoencoder.npz"


class Scale(NamedTuple):
    """Crops (batch, height, width) as a network takes them: each pixel around 0, all by one number.

    mean: float32 (height, width), subtracted. spread: the root of the pixels' mean variance,
    divided by: afterwards it is 1 on average (supporting text of Hinton and Salakhutdinov 2006).
    """

    mean: NDArray[np.float32]
    spread: float

    @classmethod
    def of(cls, crops: NDArray[Any]) -> Scale:
        """Measure the scale on training crops (batch, height, width).

        Raises CourseError for another shape, and for crops that are all the same.
        """
        if np.ndim(crops) != 3 or len(crops) < 2:
            raise CourseError(
                f"Scale.of: crops have the shape {np.shape(crops)}; give two or more: (batch, "
                "height, width)."
            )
        spread = float(np.sqrt(np.var(crops, axis=0).mean()))
        if not spread > 0:
            raise CourseError(f"Scale.of: the crops' spread is {spread}; give crops that differ.")
        return cls(np.mean(crops, axis=0).astype(np.float32), spread)

    def apply(self, crops: NDArray[Any]) -> NDArray[np.float32]:
        """Return scaled crops in rows: float32 (batch, height x width).

        Raises CourseError where the crops have another size than those that were measured.
        """
        if np.shape(crops)[1:] != self.mean.shape:
            raise CourseError(
                f"Scale.apply: crops have the shape {np.shape(crops)}; this scale was measured on "
                f"(batch, {', '.join(map(str, self.mean.shape))})."
            )
        rows = ((crops - self.mean) / np.float32(self.spread)).reshape(len(crops), -1)
        return rows.astype(np.float32, copy=False)

    def undo(self, rows: NDArray[Any]) -> NDArray[np.float32]:
        """Return rows (batch, height x width) as crops again: float32 (batch, height, width).

        Raises CourseError for rows of another width.
        """
        rows = np.asarray(rows)
        if rows.shape[1:] != (self.mean.size,):
            raise CourseError(
                f"Scale.undo: rows have the shape {rows.shape}; give (batch, {self.mean.size})."
            )
        crops = rows.reshape(-1, *self.mean.shape) * np.float32(self.spread) + self.mean
        return crops.astype(np.float32, copy=False)


def face_autoencoder(start: str = "pretrained") -> tuple[keras.Model, Scale]:
    """Return a trained autoencoder 625-700-350-150-30-150-350-700-625, and how to scale its input.

    Args:
        start: how its training began: "pretrained", from a stack of restricted Boltzmann machines,
            or "random", from Glorot's random weights. See data/face_autoencoder.md.

    Raises CourseError for another start, and where the file of weights is missing.
    """
    from course_utils.models.rbm.stack import new_stack, unroll

    if start not in ("pretrained", "random"):
        raise CourseError(f'face_autoencoder: start={start!r}; give "pretrained" or "random".')
    if not _WEIGHTS.is_file():
        raise CourseError(
            f"face_autoencoder: {_WEIGHTS} is missing; make it with python "
            "scripts/train_face_autoencoder.py, as its first lines say."
        )
    model = unroll(new_stack(WIDTHS), name="face_autoencoder")
    with np.load(_WEIGHTS) as stored:
        for weight in model.weights:
            weight.assign(stored[f"{start}/{weight.path}"].astype(np.float32))
        return model, Scale(stored["mean"], float(stored["spread"]))


def save_weights(path: Path, scale: Scale, models: Mapping[str, keras.Model]) -> None:
    """Write the weights as float16, under start and layer, and the scale: npz without pickle."""
    arrays: dict[str, Any] = {
        f"{start}/{weight.path}": np.asarray(weight).astype(np.float16)
        for start, model in models.items()
        for weight in model.weights
    }
    np.savez_compressed(path, mean=scale.mean, spread=np.float64(scale.spread), **arrays)

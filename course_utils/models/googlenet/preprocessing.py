"""What pictures must become before a trained GoogLeNet sees them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from course_utils.common.errors import CourseError
from course_utils.datasets.pictures import Unreadable, read, rgb

Picture: TypeAlias = "str | Path | Image.Image | NDArray[np.uint8]"
Pixels: TypeAlias = NDArray[np.float32]

# What Caffe subtracts from blue, green and red: the means over ImageNet, rounded.
_BLUE_GREEN_RED = np.array([104, 117, 123], dtype=np.float32)


def imagenet_input(pictures: Picture | Iterable[Picture]) -> Pixels:
    """Return what the BVLC network sees: float32 (batch, 224, 224, 3), channels blue, green, red.

    The short side is scaled to 256 pixels (bilinear), the middle 224 x 224 are cut out, and 104,
    117 and 123 are subtracted from blue, green and red, which range from 0 to 255.

    Args:
        pictures: one picture or several: paths, Pillow images, or uint8 arrays (height, width, 3)
            in red, green, blue; (height, width) is grey. An array (batch, height, width, 3) too.
            What a file or an image of any mode means says `datasets.pictures`.

    Raises CourseError where a file cannot be read or an array is no picture.
    """
    cut = [_centre(_short_side(picture, 256), 224) for picture in _opened(pictures)]
    pixels: Pixels = np.stack(cut).astype(np.float32)
    return np.ascontiguousarray(pixels[..., ::-1]) - _BLUE_GREEN_RED


def course_input(pictures: Picture | Iterable[Picture], side: int = 64) -> Pixels:
    """Return what the course's network sees: float32 (batch, side, side, 3), -1 to 1, RGB.

    The short side is scaled to `side` pixels (bilinear) and the middle is cut out. `pictures` and
    errors are those of `imagenet_input`.
    """
    cut = [_centre(_short_side(picture, side), side) for picture in _opened(pictures)]
    return scale(np.stack(cut))


def scale(pixels: NDArray[np.uint8]) -> Pixels:
    """Return 0 to 255 as float32 from -1 to 1, in any shape, as the course's network learned."""
    return pixels.astype(np.float32) / np.float32(127.5) - np.float32(1)


def _opened(pictures: Picture | Iterable[Picture]) -> list[Image.Image]:
    if isinstance(pictures, (str, Path, Image.Image)):
        return [_open(pictures)]
    if isinstance(pictures, np.ndarray) and pictures.ndim < 4:
        return [_open(pictures)]
    opened = [_open(picture) for picture in pictures]
    if not opened:
        raise CourseError("There is no picture to prepare; give one or more.")
    return opened


def _open(picture: Picture) -> Image.Image:
    if isinstance(picture, Image.Image):
        try:
            return rgb(picture)
        except Unreadable as error:
            raise CourseError(f"A Pillow image cannot be taken: {error}.") from error
    if isinstance(picture, (str, Path)):
        try:
            return read(Path(picture))
        except Unreadable as error:
            raise CourseError(
                f"{picture} cannot be read as a picture ({error}); "
                "check the path, or save it again as JPEG or PNG."
            ) from error
    coloured = picture.ndim == 3 and picture.shape[2] == 3
    if picture.dtype != np.uint8 or not (picture.ndim == 2 or coloured):
        raise CourseError(
            f"An array {picture.shape} of {picture.dtype} is no picture; give uint8 of shape "
            "(height, width, 3), with values from 0 to 255."
        )
    return Image.fromarray(picture).convert("RGB")


def _short_side(image: Image.Image, length: int) -> Image.Image:
    shorter = min(image.size)
    if shorter == length:
        return image
    width, height = (max(length, round(side * length / shorter)) for side in image.size)
    return image.resize((width, height), Image.Resampling.BILINEAR)


def _centre(image: Image.Image, side: int) -> NDArray[np.uint8]:
    left, top = ((length - side) // 2 for length in image.size)
    return np.asarray(image.crop((left, top, left + side, top + side)))

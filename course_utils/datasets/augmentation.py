"""More photographs out of few: blends of two, and crops turned, scaled and shifted at random."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_utils.common.errors import CourseError


def blended(images: NDArray[Any], count: int, seed: int = 0) -> NDArray[np.float32]:
    """Mix aligned photographs two by two: more of them than there are, to train on.

    Each result is m + cos(a) (x - m) + sin(a) (y - m), with two photographs x and y and an angle a
    from 0 to 90 degrees, all drawn at random, and m the mean of all photographs. So the results
    differ from m as much as photographs do, which a plain mean of two would not.

    Args:
        images: (photographs, height, width), two or more, on which the same things lie at the
            same places.
        count: how many to make.
        seed: the same seed makes the same ones.

    Returns float32 (count, height, width). Numbers may lie a little outside those of the images.

    Raises CourseError where images are no such photographs, and for a count below 1.
    """
    images = _grey_photographs(images, "blended", least=2)
    if count < 1:
        raise CourseError(f"blended: count={count}; give 1 or more.")
    rng = np.random.default_rng(seed)
    first = rng.integers(len(images), size=count)
    second = (first + rng.integers(1, len(images), size=count)) % len(images)
    angle = rng.uniform(0, np.pi / 2, (count, 1, 1)).astype(np.float32)
    mean = images.mean(axis=0)
    apart = images - mean
    mixed: NDArray[np.float32] = mean + np.cos(angle) * apart[first] + np.sin(angle) * apart[second]
    return mixed


def turned_crops(
    images: NDArray[Any],
    count: int,
    seed: int = 0,
    *,
    size: int = 25,
    side: tuple[float, float] = (0.55, 0.70),
    turn: float = 90.0,
    shift: float = 0.03,
) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Cut `count` squares around the middle of grey photographs, each drawn at random.

    Args:
        images: (photographs, height, width), of any size.
        count: how many crops.
        seed: the same seed gives the same crops.
        size: pixels of a crop in height and in width.
        side: the smallest and the largest side of the square on the photograph, as a fraction of
            the photograph's shorter side.
        turn: the square is turned by an angle from -turn to turn, in degrees.
        shift: its middle lies off the photograph's by up to this fraction of the shorter side,
            down and to the right. Every second crop, at random, is mirrored.

    Returns:
        crops: float32 (count, size, size). source: int64 (count,), the photograph of each; every
        photograph is used equally often, or once more. What lies outside a photograph is filled
        with its edge.

    Follows G. Hinton and R. Salakhutdinov, Reducing the dimensionality of data with neural
    networks, Science 313, 2006, supporting text: faces turned by -90 to 90 degrees, of which
    25 x 25 pixels at a scale of 1.4 to 1.8 are 0.55 to 0.70 of 64 pixels. Shift and mirror are
    additions.

    Raises CourseError where images are no photographs or a number is out of range.
    """
    images = _grey_photographs(images, "turned_crops")
    if count < 1 or size < 2 or not 0 < side[0] <= side[1]:
        raise CourseError(
            f"turned_crops: count={count}, size={size}, side={side}; give a count of 1 or more, a "
            "size of 2 or more, and sides above 0, the smaller one first."
        )
    from scipy.ndimage import map_coordinates  # type: ignore[import-untyped]

    rng = np.random.default_rng(seed)
    source = rng.permutation(np.arange(count) % len(images))
    shorter = min(images.shape[1:])
    # A pixel of the crop stands for several of the photograph: average those first.
    block = max(1, int(side[0] * shorter / size))
    images = _averaged(images, block)
    places = _places(rng, count, size, side, turn, shift) * (shorter / block)
    middle = (np.array(images.shape[1:]) - 1) / 2
    coordinates = np.empty((3, count, size, size), dtype=np.float32)
    coordinates[0] = source[:, None, None]
    coordinates[1:] = places + middle[:, None, None, None]
    crops = map_coordinates(images, coordinates, order=1, mode="nearest")
    return crops, source


def _averaged(images: NDArray[np.float32], block: int) -> NDArray[np.float32]:
    """Photographs with each block x block pixels averaged to one."""
    height, width = images.shape[1] // block, images.shape[2] // block
    cut = images[:, : height * block, : width * block]
    means: NDArray[np.float32] = cut.reshape(-1, height, block, width, block).mean(axis=(2, 4))
    return means


def _places(
    rng: np.random.Generator,
    count: int,
    size: int,
    side: tuple[float, float],
    turn: float,
    shift: float,
) -> NDArray[np.float64]:
    """Where each pixel of each crop lies, from the middle: (2, count, size, size).

    In units of the shorter side.
    """
    angle = np.radians(rng.uniform(-turn, turn, count))
    scale = rng.uniform(*side, count)
    mirror = rng.choice([-1.0, 1.0], count)
    down, right = rng.uniform(-shift, shift, (2, count))
    grid = (np.arange(size) - (size - 1) / 2) / size
    row, column = grid[:, None], grid[None, :]
    cos, sin = scale * np.cos(angle), scale * np.sin(angle)
    cos, sin, down, right, mirror = (a[:, None, None] for a in (cos, sin, down, right, mirror))
    return np.stack(
        [cos * row + sin * mirror * column + down, cos * mirror * column - sin * row + right]
    )


def _grey_photographs(images: Any, asking: str, least: int = 1) -> NDArray[np.float32]:
    """Return images as float32 (photographs, height, width).

    Raises CourseError, in the name of the function `asking`, where they are not `least` photographs
    or more, of one size and of real and finite numbers.
    """
    try:
        photographs = np.asarray(images, dtype=np.float32)
    except (TypeError, ValueError) as error:
        raise CourseError(
            f"{asking}: the images are no array of numbers ({error}); give photographs of one size."
        ) from error
    if photographs.ndim != 3 or len(photographs) < least or photographs.size == 0:
        raise CourseError(
            f"{asking}: images have the shape {photographs.shape}; give {least} or more grey ones: "
            "(photographs, height, width)."
        )
    if not np.isfinite(photographs).all():
        raise CourseError(f"{asking}: the images hold NaN or infinity; give finite numbers.")
    return photographs

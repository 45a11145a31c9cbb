"""A pinhole camera that looks at one point."""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[np.float64]


class Camera(NamedTuple):
    """A pinhole camera.

    position: (3,), in metres. axes: (3, 3), rows right, up and forward, of length 1.
    reach: half the side of the square picture at a distance of 1.
    """

    position: Array
    axes: Array
    reach: float

    def rays(self, side: int) -> Array:
        """Return directions (3, side, side) through the middles of the pixels, row by row.

        They reach 1 m forward: t counts metres of depth.
        """
        steps = self.reach * ((np.arange(side) + 0.5) * 2 / side - 1)
        right, up, forward = self.axes[:, :, None, None]
        found: Array = forward + right * steps - up * steps[:, None]
        return found

    def pixels(self, points: Array, side: int) -> Array:
        """Return where points (n, 3) in front of the camera are seen: (n, 2), row and column.

        A point in the middle of the upper left pixel is at 0.5, 0.5.
        """
        right, up, forward = ((points - self.position) @ self.axes.T).T
        place = np.stack([-up / forward, right / forward], axis=-1) / self.reach
        found: Array = (place + 1) * side / 2
        return found


def orbit(azimuth: float, elevation: float, target: Array, distance: float, reach: float) -> Camera:
    """Return a camera on a circle around a chair.

    azimuth: in degrees; 0 sees the front, 90 the side where x is positive. elevation: above the
    horizon, in degrees, from -89 to 89. target: the point (3,) in the middle of the picture.
    distance: of the camera from it, in metres. reach: half the side of the picture at 1 m.
    """
    around, above = np.deg2rad(azimuth % 360), np.deg2rad(elevation)
    away = np.array(
        [np.cos(above) * np.sin(around), -np.cos(above) * np.cos(around), np.sin(above)]
    )
    right = np.array([np.cos(around), np.sin(around), 0.0])
    axes = np.stack([right, np.cross(away, right), -away])
    return Camera(np.asarray(target, dtype=float) + distance * away, axes, reach)

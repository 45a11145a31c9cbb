"""Solids that chairs are built of: boxes, cylinders, ellipsoids and open bowls, in metres.

x points to the right of the chair, y to its back, z up; the floor is z = 0.

Each solid is one of four unit shapes, moved: p = centre + axes @ q, where q is in the unit shape.
So a disc is a flat cylinder, and an oval seat a cylinder with two different radii.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scripts.chairs.materials import Material

Array: TypeAlias = NDArray[np.float64]
#: |x|, |y|, |z| <= 1; x^2 + y^2 <= 1 and |z| <= 1; |q| <= 1; |q| = 1 and z <= BRIM, a thin surface.
Kind = Literal["box", "cylinder", "ellipsoid", "bowl"]
#: How far up, from -1 to 1, the surface of a bowl reaches.
BRIM = 0.25


class Solid(NamedTuple):
    """A unit shape under p = centre + axes @ q. centre: (3,), axes: (3, 3), in metres."""

    kind: Kind
    centre: Array
    axes: Array
    material: Material


def box(
    centre: ArrayLike, size: Sequence[float], material: Material, turn: Array | None = None
) -> Solid:
    """Return a box of a size (width, depth, height), turned about its centre."""
    return _solid("box", centre, np.array(size) / 2, material, turn)


def ellipsoid(
    centre: ArrayLike, size: Sequence[float], material: Material, turn: Array | None = None
) -> Solid:
    """Return an ellipsoid that fills a box of that size (width, depth, height)."""
    return _solid("ellipsoid", centre, np.array(size) / 2, material, turn)


def bowl(
    centre: ArrayLike, size: Sequence[float], material: Material, turn: Array | None = None
) -> Solid:
    """Return the skin of an ellipsoid, open above: its z axis leads out of the opening."""
    return _solid("bowl", centre, np.array(size) / 2, material, turn)


def disc(
    centre: ArrayLike, size: Sequence[float], material: Material, turn: Array | None = None
) -> Solid:
    """Return an elliptical plate of a size (width, depth, thickness)."""
    return _solid("cylinder", centre, np.array(size) / 2, material, turn)


def rod(start: ArrayLike, end: ArrayLike, radius: float, material: Material) -> Solid:
    """Return a round bar from one point to another."""
    return _between("cylinder", start, end, (radius, radius), material)


def beam(
    start: ArrayLike, end: ArrayLike, width: float, thickness: float, material: Material
) -> Solid:
    """Return a rectangular bar from one point to another: `width` wide, mostly along x.

    A bar that runs along x is `width` high instead.
    """
    return _between("box", start, end, (width / 2, thickness / 2), material)


def tube(points: ArrayLike, radius: float, material: Material) -> list[Solid]:
    """Return a bent bar through points (n, 3), its bends rounded."""
    path = np.asarray(points, dtype=float)
    bars = [rod(a, b, radius, material) for a, b in zip(path[:-1], path[1:], strict=True)]
    return bars + [ellipsoid(p, [2 * radius] * 3, material) for p in path[1:-1]]


def turned(x: float = 0.0, y: float = 0.0, z: float = 0.0) -> Array:
    """Return the rotation (3, 3) by angles in radians about x, then y, then z.

    A positive angle about x leans what stands upright to the front.
    """
    (cx, cy, cz), (sx, sy, sz) = np.cos([x, y, z]), np.sin([x, y, z])
    about_x = np.array([[1, 0, 0], [0, cx, -sx], [0, sx, cx]])
    about_y = np.array([[cy, 0, sy], [0, 1, 0], [-sy, 0, cy]])
    about_z = np.array([[cz, -sz, 0], [sz, cz, 0], [0, 0, 1]])
    rotation: Array = about_z @ about_y @ about_x
    return rotation


def corners(solid: Solid) -> Array:
    """Return the corners (8, 3) of the tightest box of the solid's own directions around it."""
    signs = np.stack(np.meshgrid([-1, 1], [-1, 1], [-1, 1]), axis=-1).reshape(8, 3)
    if solid.kind == "bowl":
        signs = np.where(signs == [0, 0, 1], BRIM, signs)  # nothing lies above the brim
    found: Array = solid.centre + signs @ solid.axes.T
    return found


def _solid(
    kind: Kind, centre: ArrayLike, half: Array, material: Material, turn: Array | None
) -> Solid:
    axes = np.diag(half) if turn is None else turn * half
    return Solid(kind, np.asarray(centre, dtype=float), axes, material)


def _between(
    kind: Kind, start: ArrayLike, end: ArrayLike, half: tuple[float, float], material: Material
) -> Solid:
    """The unit shape whose z axis leads from start to end, its x axis across it."""
    a, b = np.asarray(start, dtype=float), np.asarray(end, dtype=float)
    along = (b - a) / np.linalg.norm(b - a)
    # A direction that is not along the bar: x, for a bar along x z.
    guide = np.array([0.0, 0, 1]) if abs(along[0]) > 0.9 else np.array([1.0, 0, 0])
    across = guide - (guide @ along) * along
    across /= np.linalg.norm(across)
    axes = np.column_stack([half[0] * across, half[1] * np.cross(along, across), (b - a) / 2])
    return Solid(kind, (a + b) / 2, axes, material)

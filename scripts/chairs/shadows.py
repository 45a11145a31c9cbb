"""Which points the lamp does not reach."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from scripts.chairs import rays
from scripts.chairs.shapes import Solid, corners
from scripts.chairs.surroundings import Light

Array: TypeAlias = NDArray[np.float64]
Mask: TypeAlias = NDArray[np.bool_]
#: How far from its own surface a point's ray begins, in metres.
LIFT = 1e-4


def shadowed(
    solids: list[Solid], light: Light, points: Array, normal: Array, asked: Mask, side: int
) -> Mask:
    """Return whether a solid stands between each point and the lamp, bool (n,).

    points, normal: (3, n), row by row of a square picture of `side` rays along an edge. asked:
    (n,), False where nobody wants to know. Each ray goes to one of 16 parts of the lamp, so that
    over the rays of a pixel the edges of shadows become soft.
    """
    basis = _basis(light.towards)
    dark = np.zeros(points.shape[1], dtype=bool)
    chosen = np.flatnonzero(asked)
    start = points[:, chosen] + LIFT * normal[:, chosen]
    flat = basis[:2] @ start
    shadows = [_outline(solid, basis, light.blur) for solid in solids]
    if not shadows or not len(chosen):
        return dark
    low = np.min([low for low, _ in shadows], axis=0)
    high = np.max([high for _, high in shadows], axis=0)
    near = _within(flat, low, high)
    chosen, start, flat = chosen[near], start[:, near], flat[:, near]
    direction = light.towards[:, None] + _to_lamp(light, basis, side)[:, chosen]
    for solid, (low, high) in zip(solids, shadows, strict=True):
        inside = np.flatnonzero(_within(flat, low, high))
        inside = inside[~dark[chosen[inside]]]
        hit = rays.hits(solid, start[:, inside], direction[:, inside]) < np.inf
        dark[chosen[inside[hit]]] = True
    return dark


def _basis(towards: Array) -> Array:
    """Three directions (3, 3), rows, of which the last leads to the lamp."""
    guide = np.array([0.0, 0, 1]) if abs(towards[2]) < 0.9 else np.array([1.0, 0, 0])
    across = np.cross(guide, towards)
    across /= np.linalg.norm(across)
    return np.stack([across, np.cross(towards, across), towards])


def _outline(solid: Solid, basis: Array, blur: float) -> tuple[Array, Array]:
    """The rectangle, seen from the lamp, outside of which the solid shades nothing.

    A ray to the edge of the lamp leaves the straight line by `blur` for each metre on its way. That
    way is longest from the floor, where it begins at height 0.
    """
    found = corners(solid)
    way = found[:, 2].max() / (basis[2, 2] - 1.5 * blur)
    flat = found @ basis[:2].T
    return flat.min(axis=0) - blur * way, flat.max(axis=0) + blur * way


def _within(flat: Array, low: Array, high: Array) -> Mask:
    x, y = flat
    inside: Mask = (x >= low[0]) & (x <= high[0]) & (y >= low[1]) & (y <= high[1])
    return inside


def _to_lamp(light: Light, basis: Array, side: int) -> Array:
    """Steps (3, side * side) from the middle of the lamp to the part that each ray asks for.

    The lamp has 4 x 4 parts. Of 2 x 2 rays each takes another quarter of it; which part of the
    quarter changes from block to block.
    """
    row, column = np.divmod(np.arange(side * side), side)
    across = 2 * (column % 2) + row // 2 % 2
    up = 2 * (row % 2) + column // 2 % 2
    steps = light.blur * (np.stack([across, up]) - 1.5) / 1.5
    found: Array = basis[:2].T @ steps
    return found

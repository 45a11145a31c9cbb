"""Chairs on metal: the office chair and the cantilever."""

from __future__ import annotations

import numpy as np

from scripts.chairs.materials import BLACK_STEEL, CHROME, Material
from scripts.chairs.models.draw import Draw
from scripts.chairs.shapes import Solid, box, ellipsoid, rod, tube, turned


def office(draw: Draw) -> list[Solid]:
    """A star of five feet on castors, a column, an upholstered seat and back."""
    cloth, steel = draw.coloured("grey"), draw.pick([BLACK_STEEL, CHROME])
    seat, width = draw.between(0.44, 0.56), draw.between(0.44, 0.52)
    back, lean = draw.between(0.42, 0.62), draw.between(0.04, 0.14)
    shape = draw.pick([ellipsoid, box])
    parts = [rod([0, 0, 0.08], [0, 0, seat - 0.04], 0.026, steel)]
    for angle in draw.between(0, 1) + 2 * np.pi * np.arange(5) / 5:
        foot = 0.29 * np.array([np.cos(angle), np.sin(angle), 0])
        parts.append(rod([0, 0, 0.11], foot + [0, 0, 0.075], 0.02, steel))
        parts.append(ellipsoid(foot + [0, 0, 0.033], [0.066, 0.066, 0.066], BLACK_STEEL))
    if shape is box:
        parts.append(box([0, 0, seat], [width, width * 0.95, 0.07], cloth))
        parts.append(box([0, -width * 0.47, seat], [width, 0.07, 0.068], cloth))
    else:
        parts.append(ellipsoid([0, 0, seat], [width * 1.08, width * 1.04, 0.11], cloth))
    middle = seat + 0.14 + back / 2
    rear = width * 0.46
    parts.append(rod([0, 0.08, seat - 0.03], [0, rear + 0.03, seat - 0.03], 0.018, steel))
    parts.append(rod([0, rear + 0.03, seat - 0.03], [0, rear + 0.02 + lean, middle], 0.018, steel))
    tilt = turned(x=-2 * lean / back)
    wide, thick = (0.92, 0.06) if shape is box else (1.0, 0.10)
    parts.append(shape([0, rear + lean, middle], [width * wide, thick, back], cloth, tilt))
    return parts + (_arms(seat, width, steel) if draw.pick([True, False]) else [])


def _arms(seat: float, width: float, steel: Material) -> list[Solid]:
    parts = []
    for x in (-width * 0.56, width * 0.56):
        parts.append(rod([x * 0.7, 0.04, seat - 0.03], [x, 0.04, seat - 0.03], 0.015, steel))
        parts.append(rod([x, 0.04, seat - 0.03], [x, 0.04, seat + 0.20], 0.015, steel))
        parts.append(box([x, 0.0, seat + 0.21], [0.055, 0.26, 0.03], BLACK_STEEL))
    return parts


def cantilever(draw: Draw) -> list[Solid]:
    """One bent tube that carries the seat from the front alone (M. Stam, M. Breuer, 1926)."""
    steel = draw.pick([CHROME, BLACK_STEEL])
    cloth = draw.coloured("black")
    width, depth = draw.between(0.42, 0.50), draw.between(0.44, 0.52)
    seat, top = draw.between(0.43, 0.48), draw.between(0.80, 0.95)
    radius, lean = draw.between(0.011, 0.015), draw.between(0.06, 0.14)
    front, rear, x = -depth / 2, depth / 2, width / 2
    bend = 0.05
    side = np.array(
        [
            [rear + lean, top],
            [rear, seat + bend],
            [rear - 0.3 * bend, seat + 0.3 * bend],
            [rear - bend, seat],
            [front + bend, seat],
            [front + 0.3 * bend, seat - 0.3 * bend],
            [front, seat - bend],
            [front, radius + bend],
            [front + 0.3 * bend, radius + 0.3 * bend],
            [front + bend, radius],
            [rear, radius],
        ]
    )
    parts = []
    for edge in (-x, x):
        points = np.column_stack([np.full(len(side), edge), side])
        parts += tube(points, radius, steel)
    parts.append(rod([-x, rear, radius], [x, rear, radius], radius, steel))
    parts.append(box([0, 0, seat + 0.01], [width, depth * 0.88, 0.03], cloth))
    high = draw.between(0.17, 0.30)
    share = 1 - (high / 2 + 0.01) / (top - seat)
    tilt = turned(x=-np.arctan2(lean, top - seat))
    middle = [0, rear + share * lean, seat + share * (top - seat)]
    parts.append(box(middle, [width, 0.03, high], cloth, tilt))
    return parts

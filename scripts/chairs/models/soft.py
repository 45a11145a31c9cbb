"""The armchair and the shell."""

from __future__ import annotations

import numpy as np

from scripts.chairs.materials import CHROME, Material, plastic
from scripts.chairs.models.draw import Draw
from scripts.chairs.shapes import Solid, bowl, box, disc, rod, turned


def armchair(draw: Draw) -> list[Solid]:
    """Heavy and upholstered, with rolls on the arms and on the back."""
    cloth, feet = draw.coloured("red"), draw.wood("ebony")
    width, depth = draw.between(0.74, 0.90), draw.between(0.70, 0.82)
    arm, top = draw.between(0.50, 0.60), draw.between(0.78, 0.95)
    thick = draw.between(0.13, 0.18)
    low, seat = draw.between(0.08, 0.12), 0.40
    front, rear, x = -depth / 2, depth / 2, width / 2
    inside = width - 2 * thick
    parts = [
        box([0, 0, (low + 0.27) / 2], [width - 0.02, depth - 0.02, 0.27 - low], cloth),
        box([0, -0.02, seat - 0.065], [inside, depth - 0.10, 0.13], cloth),
    ]
    tilt = turned(x=-0.12)
    middle = (0.27 + top) / 2
    parts.append(box([0, rear - 0.06, middle], [inside + 0.06, 0.17, top - 0.27], cloth, tilt))
    back = rear - 0.06 + 0.12 * (top - middle)
    half = inside / 2 + 0.03
    parts.append(rod([-half, back, top], [half, back, top], 0.09, cloth))
    for side in (-x + thick / 2, x - thick / 2):
        parts.append(box([side, 0, (low + arm) / 2], [thick * 0.92, depth, arm - low], cloth))
        parts.append(rod([side, front - 0.01, arm], [side, rear, arm], thick * 0.56, cloth))
        for end in (front + 0.06, rear - 0.06):
            parts.append(rod([side, end, 0], [side, end, low], 0.025, feet))
    return parts


def shell(draw: Draw) -> list[Solid]:
    """A seat and back of one piece, open to the front, on rods or on a foot like a tulip's."""
    skin = draw.coloured("red", plastic)
    seat, width = draw.between(0.40, 0.46), draw.between(0.52, 0.62)
    deep, long = draw.between(0.46, 0.56), draw.between(0.72, 0.84)
    lean = draw.between(0.72, 0.90)  # how far the opening looks to the front, in radians
    turn = turned(x=lean)
    # The lowest point of the turned ellipsoid rests on the seat's height.
    below = np.hypot(deep / 2 * np.cos(lean), long / 2 * np.sin(lean))
    parts = [bowl([0, 0.02, seat + below], [width, long, deep], skin, turn)]
    if draw.pick(["rods", "tulip"]) == "tulip":
        return parts + _tulip(seat, skin)
    return parts + _rods(seat, draw.wood("beech"))


def _tulip(seat: float, skin: Material) -> list[Solid]:
    return [
        rod([0, 0, 0.02], [0, 0, seat + 0.03], 0.03, skin),
        disc([0, 0, 0.012], [0.46, 0.46, 0.024], skin),
    ]


def _rods(seat: float, wood: Material) -> list[Solid]:
    parts = []
    for x in (-1, 1):
        for y in (-1, 1):
            foot, head = [x * 0.22, y * 0.22, 0], [x * 0.11, y * 0.12, seat + 0.06]
            parts.append(rod(foot, head, 0.015, wood))
        ends = [[x * 0.13, y, seat - 0.04] for y in (-0.14, 0.14)]
        parts.append(rod(ends[0], ends[1], 0.008, CHROME))
    parts.append(rod([-0.15, 0, seat - 0.02], [0.15, 0, seat - 0.02], 0.008, CHROME))
    return parts

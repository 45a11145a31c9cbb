"""Chairs of boards and bars: ladder-back, stool, folding chair, bench."""

from __future__ import annotations

import numpy as np

from scripts.chairs.materials import Material
from scripts.chairs.models.draw import Draw
from scripts.chairs.shapes import Solid, beam, box, disc, rod, turned


def ladder_back(draw: Draw) -> list[Solid]:
    """Level slats between two posts, which are the back legs drawn out."""
    wood = draw.wood("walnut")
    width, depth = draw.between(0.38, 0.50), draw.between(0.36, 0.44)
    seat, top = draw.between(0.42, 0.48), draw.between(0.88, 1.12)
    leg, lean = draw.between(0.034, 0.046), draw.between(0.05, 0.13)
    x, y = width / 2 - leg / 2, depth / 2 - leg / 2
    parts = [box([0, 0, seat], [width + 0.02, depth + 0.02, 0.035], wood)]
    for side in (-x, x):
        parts.append(beam([side, -y, 0], [side, -y, seat], leg, leg, wood))
        parts.append(beam([side, y, 0], [side, y, seat], leg, leg, wood))
        parts.append(beam([side, y, seat], [side, y + lean, top], leg, leg, wood))
    for share in np.linspace(0.28, 0.93, draw.whole(3, 5)):
        back, height = y + share * lean, seat + share * (top - seat)
        parts.append(beam([-x, back, height], [x, back, height], 0.06, 0.016, wood))
    return parts + _rungs(x, y, seat, 0.011, wood)


def _rungs(x: float, y: float, seat: float, radius: float, wood: Material) -> list[Solid]:
    """Round bars between the legs: two on each side, one in front and one behind."""
    parts = []
    for share in (0.3, 0.6):
        for side in (-x, x):
            parts.append(rod([side, -y, share * seat], [side, y, share * seat], radius, wood))
    for front, share in ((-y, 0.45), (y, 0.38)):
        parts.append(rod([-x, front, share * seat], [x, front, share * seat], radius, wood))
    return parts


def stool(draw: Draw) -> list[Solid]:
    """A seat without a back on splayed legs."""
    wood = draw.wood("beech")
    height, width = draw.between(0.48, 0.76), draw.between(0.30, 0.38)
    radius, splay = draw.between(0.013, 0.02), draw.between(1.0, 1.45)
    legs = draw.pick([4, 3])
    shape = draw.pick([disc, box])
    parts = [shape([0, 0, height], [width, width, draw.between(0.03, 0.06)], wood)]
    angles = np.pi / 4 + 2 * np.pi * np.arange(legs) / legs
    feet = width * 0.42 * np.stack([np.cos(angles), np.sin(angles), 0 * angles], axis=-1)
    ends = [(foot * [splay, splay, 0], foot * 0.85 + [0, 0, height]) for foot in feet]
    parts += [rod(low, high, radius, wood) for low, high in ends]
    for index, (low, high) in enumerate(ends):
        share = 0.3 + 0.08 * (index % 2)
        there = ends[(index + 1) % legs]
        at, to = (a + share * (b - a) for a, b in ((low, high), there))
        parts.append(rod(at, to, radius * 0.75, wood))
    return parts


def folding(draw: Draw) -> list[Solid]:
    """Two frames that cross like an X, and slats on them."""
    wood = draw.wood("green")
    width, seat = draw.between(0.40, 0.48), draw.between(0.42, 0.47)
    top, thick = draw.between(0.78, 0.90), draw.between(0.022, 0.03)
    reach = draw.between(0.22, 0.28)
    x = width / 2
    parts = []
    # From the front foot up to the back, and from the back foot up to the front of the seat.
    back_of = -reach + draw.between(0.44, 0.54)
    for side in (-x, x):
        parts.append(beam([side, -reach, 0], [side, back_of, top], thick, 0.04, wood))
        inner = side * 0.88
        parts.append(beam([inner, reach + 0.04, 0], [inner, -reach, seat], thick, 0.04, wood))
    for y in np.linspace(-reach + 0.01, reach - 0.04, draw.whole(4, 6)):
        parts.append(box([0, y, seat], [width * 0.97, 0.055, 0.018], wood))
    tilt = turned(x=-float(np.arctan2(back_of + reach, top)))
    for share in np.linspace(0.76, 0.96, draw.whole(2, 3)):
        y = -reach + share * (back_of + reach)
        parts.append(box([0, y - 0.01, share * top], [width, 0.016, 0.06], wood, tilt))
    for y, z in ((-reach * 0.72, 0.11), (reach * 0.85, 0.08)):
        parts.append(box([0, y, z], [width * 0.95, 0.02, 0.03], wood))
    return parts


def bench(draw: Draw) -> list[Solid]:
    """A long seat of planks on two boards, or on four legs."""
    wood = draw.wood("oak")
    length, depth = draw.between(0.95, 1.40), draw.between(0.32, 0.42)
    seat, planks = draw.between(0.42, 0.48), draw.whole(2, 4)
    thick, foot = draw.between(0.03, 0.05), length * draw.between(0.36, 0.43)
    wide = depth / planks
    parts = [
        box([0, (i + 0.5) * wide - depth / 2, seat], [length, wide - 0.014, thick], wood)
        for i in range(planks)
    ]
    for side in (-foot, foot):
        parts += _support(side, depth, seat - thick / 2, wood, draw.pick(["board", "legs"]))
    parts.append(box([0, 0, seat * 0.6], [2 * foot, 0.03, 0.08], wood))
    return parts


def _support(x: float, depth: float, height: float, wood: Material, kind: str) -> list[Solid]:
    if kind == "board":
        return [box([x, 0, height / 2], [0.045, depth * 0.85, height], wood)]
    y = depth * 0.36
    legs = [beam([x, side, 0], [x, side, height], 0.055, 0.055, wood) for side in (-y, y)]
    return [*legs, box([x, 0, height * 0.6], [0.03, 2 * y, 0.06], wood)]

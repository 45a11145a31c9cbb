"""Chairs of turned bars: windsor and rocking chair."""

from __future__ import annotations

import numpy as np

from scripts.chairs.materials import Material
from scripts.chairs.models.draw import Draw
from scripts.chairs.shapes import Solid, beam, box, disc, rod, tube


def windsor(draw: Draw) -> list[Solid]:
    """A bow of bent wood over the back of an oval seat, with spindles in it."""
    wood = draw.wood("cherry")
    width, depth = draw.between(0.42, 0.50), draw.between(0.38, 0.44)
    seat, rise = draw.between(0.43, 0.47), draw.between(0.46, 0.62)
    lean = draw.between(0.10, 0.18)
    parts = [disc([0, 0, seat], [width, depth, 0.04], wood)]

    def bow(angle: float) -> list[float]:
        """A point of the bow: angle from 0, right, to pi, left. It stands on the seat's edge."""
        up = np.sin(angle) ** 0.8
        rear = depth * (0.24 + 0.16 * np.sin(angle))
        return [width * 0.40 * np.cos(angle), rear + lean * up, seat + rise * up]

    parts += tube([bow(a) for a in np.linspace(0, np.pi, 13)], 0.013, wood)
    count = draw.whole(5, 8)
    for angle in np.arccos(np.linspace(0.82, -0.82, count)):
        x, y, z = bow(angle)
        root = [0.8 * x, depth * (0.24 + 0.16 * np.sin(angle)), seat]
        parts.append(rod(root, [x, y, z], 0.007, wood))
    return parts + _splayed_legs(width, depth, seat, draw.between(0.014, 0.02), wood)


def _splayed_legs(
    width: float, depth: float, seat: float, radius: float, wood: Material
) -> list[Solid]:
    """Four legs and between them bars in the form of an H."""
    parts, middles = [], []
    for side in (-1, 1):
        at = []
        for end in (-1, 1):
            low = np.array([side * 0.47 * width, end * 0.50 * depth, 0])
            high = np.array([side * 0.30 * width, end * 0.32 * depth, seat])
            parts.append(rod(low, high, radius, wood))
            at.append(low + 0.38 * (high - low))
        parts.append(rod(at[0], at[1], radius * 0.7, wood))
        middles.append((at[0] + at[1]) / 2)
    return [*parts, rod(middles[0], middles[1], radius * 0.7, wood)]


def rocking(draw: Draw) -> list[Solid]:
    """Arms, a high back of spindles, and two curved runners."""
    wood = draw.wood("teak")
    width, depth = draw.between(0.46, 0.54), draw.between(0.42, 0.48)
    seat, top = draw.between(0.40, 0.46), draw.between(1.02, 1.18)
    lean, thick = draw.between(0.14, 0.22), draw.between(0.015, 0.02)
    x, y = width / 2, depth / 2
    parts = [box([0, 0, seat], [width, depth, 0.035], wood)]
    arm = seat + draw.between(0.18, 0.24)
    for side in (-x, x):
        parts += _runner(side, depth, draw.between(0.78, 0.95), wood)
        parts.append(rod([side, -y, 0.05], [side, -y, arm], thick, wood))
        parts.append(rod([side, y, 0.05], [side, y, seat], thick, wood))
        parts.append(rod([side, y, seat], [side, y + lean, top], thick, wood))
        rear = y + lean * (arm - seat) / (top - seat)
        parts.append(beam([side, -y - 0.05, arm], [side, rear, arm], 0.06, 0.02, wood))
    for height, tall in ((top - 0.04, 0.10), (seat + 0.10, 0.04)):
        rear = y + lean * (height - seat) / (top - seat)
        parts.append(beam([-x, rear, height], [x, rear, height], tall, 0.022, wood))
    foot, head = ((y + lean * s, seat + (top - seat) * s) for s in (0.15, 0.93))
    for at in np.linspace(-0.78, 0.78, draw.whole(5, 8)) * x:
        parts.append(rod([at, *foot], [at, *head], 0.008, wood))
    for end in (-y, y):
        parts.append(rod([-x, end, seat * 0.5], [x, end, seat * 0.5], thick * 0.7, wood))
    return parts


def _runner(x: float, depth: float, length: float, wood: Material) -> list[Solid]:
    """An arc on the floor, a little longer behind."""
    y = np.linspace(-0.5, 0.5, 9) * length
    z = 0.03 + 0.42 * y**2
    points = np.column_stack([np.full(9, x), y + 0.08 * depth, z])
    return [beam(a, b, 0.028, 0.045, wood) for a, b in zip(points[:-1], points[1:], strict=True)]

"""What stands around a chair: light from one side and from everywhere, a floor, and a wall."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[np.float64]


class Light(NamedTuple):
    """One distant lamp, and light from everywhere.

    towards: (3,), the direction to the lamp, of length 1. blur: half the width of the lamp, as a
    tangent: it makes the edges of shadows soft. ambient: the part of the light on an unshaded
    floor that comes from everywhere, 0 to 1. tint: (3,), the lamp's red, green and blue, 1 on the
    mean.
    """

    towards: Array
    blur: float
    ambient: float
    tint: Array


class Surface(NamedTuple):
    """A floor or wall: two linear colours (3,), a pattern of both, and its period in metres."""

    first: Array
    second: Array
    pattern: str
    period: float


class Room(NamedTuple):
    """What stands around the chair.

    floor, wall: how they look. wall_distance: in metres behind the chair's axis, seen from the
    camera; inf for an endless floor.
    """

    floor: Surface
    wall: Surface
    wall_distance: float


def _even(u: Array, v: Array) -> Array:
    return np.zeros_like(u)


def _tiles(u: Array, v: Array) -> Array:
    chequered: Array = (np.floor(u) + np.floor(v)) % 2
    return chequered


def _stripes(u: Array, v: Array) -> Array:
    striped: Array = np.floor(2 * u) % 2
    return striped


def _planks(u: Array, v: Array) -> Array:
    """Boards of different shades: a number from 0 to 1 for each, as good as drawn."""
    row = np.floor(u)
    scattered = np.sin(12.9898 * row + 78.233 * np.floor(v / 4 + 0.37 * row)) * 43758.5453
    share: Array = scattered - np.floor(scattered)
    return share


def _clouds(u: Array, v: Array) -> Array:
    waves: Array = np.sin(u + 2 * np.sin(0.7 * v)) + np.sin(1.3 * v + 2 * np.sin(0.9 * u))
    return 0.5 + 0.25 * waves


PATTERNS: dict[str, Callable[[Array, Array], Array]] = {
    "even": _even,
    "tiles": _tiles,
    "stripes": _stripes,
    "planks": _planks,
    "clouds": _clouds,
}


def colours(surface: Surface, u: Array, v: Array) -> Array:
    """Return the linear colours (3, n) of a surface at places u, v (n,), in metres."""
    share = PATTERNS[surface.pattern](u / surface.period, v / surface.period)
    first, second = surface.first[:, None], surface.second[:, None]
    mixed: Array = first + share * (second - first)
    return mixed

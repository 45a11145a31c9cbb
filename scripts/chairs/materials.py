"""What chairs are made of: colours, wood grain, weave, and how much they shine."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[np.float64]


class Material(NamedTuple):
    """A colour as sRGB 0xRRGGBB, its pattern, and how bright its highlight is, from 0 to 1."""

    colour: int
    pattern: Literal["plain", "wood", "fabric"] = "plain"
    gloss: float = 0.0


def wood(colour: int) -> Material:
    return Material(colour, "wood", 0.06)


def fabric(colour: int) -> Material:
    return Material(colour, "fabric")


def plastic(colour: int) -> Material:
    return Material(colour, "plain", 0.25)


def metal(colour: int) -> Material:
    return Material(colour, "plain", 0.7)


WOODS = {
    name: wood(colour)
    for name, colour in {
        "walnut": 0x7A4A28,
        "beech": 0xD9AE76,
        "oak": 0xB98448,
        "cherry": 0x8E4423,
        "teak": 0xA8662F,
        "ebony": 0x3B2A20,
        "white": 0xE4E0D8,
        "green": 0x2F6B45,
        "blue": 0x39608E,
    }.items()
}
#: For cloth, leather and plastic.
COLOURS = {
    "red": 0xB0272B,
    "grey": 0x6B727B,
    "blue": 0x274F8C,
    "black": 0x24262A,
    "green": 0x3B7A4D,
    "mustard": 0xC79A2B,
    "cream": 0xDCCFB4,
    "brown": 0x6E4630,
    "purple": 0x6A4C86,
    "white": 0xE6E6E3,
}
CHROME = metal(0xB9BEC4)
BLACK_STEEL = metal(0x2A2C30)


def linear(colour: int) -> Array:
    """Return sRGB 0xRRGGBB as amounts of light (3,), 0 to 1 (IEC 61966-2-1)."""
    srgb = np.array([colour >> 16, colour >> 8 & 255, colour & 255]) / 255
    light: Array = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    return light


def encoded(light: Array) -> Array:
    """Return amounts of light as sRGB from 0 to 1, what is brighter than white as white."""
    light = np.clip(light, 0, 1)
    srgb: Array = np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
    return srgb


def _plain(along: Array, across: Array, through: Array, board: Array) -> Array:
    return np.ones_like(along)


def _grain(along: Array, across: Array, through: Array, board: Array) -> Array:
    """Year rings around an axis that lies off the board and runs a little aslant."""
    wobble = 0.006 * np.sin(9 * along + 7 * board) + 0.004 * np.sin(31 * along + 3 * board)
    radius = np.hypot(across + 0.03 * along + 0.05 * board, through + 0.06) + wobble
    rings = 0.5 + 0.5 * np.sin(2 * np.pi * radius / 0.03)
    return (0.9 + 0.2 * board) * (1.12 - 0.42 * rings**3)


def _weave(along: Array, across: Array, through: Array, board: Array) -> Array:
    threads = np.sin(2 * np.pi * along / 0.045) * np.sin(2 * np.pi * (across + through) / 0.045)
    return 1 + 0.09 * threads


#: From coordinates in metres along a part's longest, its middle and its shortest axis, and a
#: number from 0 to 1 for each part, to factors of the colour; all arrays (n,).
PATTERNS: dict[str, Callable[[Array, Array, Array, Array], Array]] = {
    "plain": _plain,
    "wood": _grain,
    "fabric": _weave,
}

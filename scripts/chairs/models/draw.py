"""The measures and materials of one chair, drawn at random or nearly so."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

import numpy as np

from scripts.chairs.materials import COLOURS, WOODS, Material, fabric

_T = TypeVar("_T")


class Draw:
    """Decides what a model leaves open.

    Args:
        rng: where chance comes from.
        spread: 0 gives each measure its middle, 1 any value of its range.
        usual: whether a choice between kinds and colours takes what is usual, the first, always.
    """

    def __init__(self, rng: np.random.Generator, spread: float, usual: bool) -> None:
        self._rng, self._spread, self._usual = rng, spread, usual

    def between(self, low: float, high: float) -> float:
        """Return a measure."""
        return (low + high) / 2 + self._spread * self._rng.uniform(-0.5, 0.5) * (high - low)

    def whole(self, low: int, high: int) -> int:
        """Return a number of things, from low to high."""
        return min(high, int(self.between(low, high + 1)))

    def pick(self, options: Sequence[_T]) -> _T:
        """Return one of the options, of which the first is usual."""
        index = int(self._rng.integers(len(options)))  # drawn in any case: the rest stays the same
        return options[0 if self._usual else index]

    def wood(self, usual: str) -> Material:
        """Return a kind of wood, bare or painted, or the usual one."""
        return WOODS[self.pick(_first(usual, WOODS))]

    def coloured(self, usual: str, make: Callable[[int], Material] = fabric) -> Material:
        """Return cloth, or what `make` makes, of any colour or the usual one."""
        return make(COLOURS[self.pick(_first(usual, COLOURS))])


def _first(name: str, options: Mapping[str, object]) -> list[str]:
    return [name, *(other for other in options if other != name)]

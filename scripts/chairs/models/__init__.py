"""Ten models of chairs. Each takes a `Draw` and returns solids; the chair looks towards -y."""

from __future__ import annotations

from collections.abc import Callable

from scripts.chairs.models.draw import Draw
from scripts.chairs.models.metal import cantilever, office
from scripts.chairs.models.soft import armchair, shell
from scripts.chairs.models.spindles import rocking, windsor
from scripts.chairs.models.wooden import bench, folding, ladder_back, stool
from scripts.chairs.shapes import Solid

#: The models by the names of their classes, in the order of the labels.
MODELS: dict[str, Callable[[Draw], list[Solid]]] = {
    "ladder-back": ladder_back,
    "windsor": windsor,
    "stool": stool,
    "office": office,
    "armchair": armchair,
    "cantilever": cantilever,
    "shell": shell,
    "folding": folding,
    "rocking": rocking,
    "bench": bench,
}

__all__ = ["MODELS", "Draw"]

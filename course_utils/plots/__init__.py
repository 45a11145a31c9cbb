"""Figures of the labs: one look, one palette, and a text for those who cannot see them.

`circuits` draws computations.
"""

from course_utils.plots.plots import (
    CLASSES,
    DIVERGING,
    PALETTE,
    blocks,
    figure,
    graph,
    image,
    learning_curve,
    network,
    png,
    points,
    regions,
    show,
)

__all__ = [
    "CLASSES",
    "DIVERGING",
    "PALETTE",
    "blocks",
    "figure",
    "graph",
    "image",
    "learning_curve",
    "network",
    "png",
    "points",
    "regions",
    "show",
]

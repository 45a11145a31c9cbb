"""Figures of the labs: one look, one palette, and a text for those who cannot see them.

`circuits` draws computations.
"""

from course_utils.plots.figures import (
    CLASSES,
    DIVERGING,
    PALETTE,
    figure,
    image,
    learning_curve,
    png,
    points,
    regions,
    show,
)
from course_utils.plots.networks import blocks, network

__all__ = [
    "CLASSES",
    "DIVERGING",
    "PALETTE",
    "blocks",
    "figure",
    "image",
    "learning_curve",
    "network",
    "png",
    "points",
    "regions",
    "show",
]

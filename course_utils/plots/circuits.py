"""Drawings of computations: values flow forward along the edges, gradients backward."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes

from course_utils.plots.figures import PALETTE

_ARROW = {"arrowstyle": "->", "color": "#555555", "shrinkA": 17, "shrinkB": 18, "lw": 1.2}


def draw(
    ax: Axes,
    nodes: Mapping[str, tuple[str, float, float]],
    edges: Sequence[tuple[str, str, str, str]],
) -> None:
    """Draw a computation: above each edge the value that passes it, below it the gradient.

    nodes: name -> (text, x, y). edges: (from, to, value, gradient), the last two as texts; ""
    leaves one out.
    """
    for text, x, y in nodes.values():
        ax.scatter(x, y, s=1000, c="white", edgecolors="#555555", linewidths=1.5, zorder=3)
        ax.text(x, y, text, ha="center", va="center", zorder=4)
    for start, end, value, gradient in edges:
        (_, x, y), (_, to_x, to_y) = nodes[start], nodes[end]
        ax.annotate("", xy=(to_x, to_y), xytext=(x, y), arrowprops=_ARROW)
        for text, color, side in ((value, "blue", 11), (gradient, "vermillion", -11)):
            ax.annotate(
                text,
                ((x + to_x) / 2, (y + to_y) / 2),
                xytext=(0, side),
                textcoords="offset points",
                ha="center",
                va="center",
                color=PALETTE[color],
            )
    # Limits set by hand: matplotlib's layout would leave room for texts at their unscaled places.
    _, xs, ys = zip(*nodes.values(), strict=True)
    ax.set(xlim=_around(xs, 0.1), ylim=_around(ys, 0.2))
    ax.set_axis_off()


def _around(numbers: Sequence[float], margin: float) -> tuple[float, float]:
    """The range of the numbers, wider by a fraction of its length at both ends."""
    room = margin * ((max(numbers) - min(numbers)) or 1.0)
    return min(numbers) - room, max(numbers) + room

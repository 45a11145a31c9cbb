"""Drawings of computations: values flow forward along the edges, gradients backward."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from graphlib import TopologicalSorter
from typing import Any

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


def draw_graph(ax: Axes, result: Any, names: Mapping[str, Any]) -> None:
    """Draw all that a number was computed from: each number in a circle, its gradient below it.

    result: an object with `data` and `grad`, numbers, and `sources`, pairs (such an object, slope
    of this one with respect to that one). names: what the inputs among them are called; it stands
    above them. Above each edge stands its slope, below it the share of the gradient that flows back
    along it.
    """
    order = _sources_first(result)
    column = {id(result): 0}  # the longest way to the result, to the left
    for number in reversed(order):
        for source, _ in number.sources:
            column[id(source)] = min(column.get(id(source), 0), column[id(number)] - 1)
    called = {str(id(number)): name for name, number in names.items()}
    nodes: dict[str, tuple[str, float, float]] = {}
    shares: dict[tuple[str, str], list[float]] = {}
    for place in range(min(column.values()), 1):
        members = [number for number in order if column[id(number)] == place]
        for row, number in enumerate(members):
            y = (len(members) - 1) / 2 - row + 0.45 * (place % 2)  # no edge runs behind a node
            nodes[str(id(number))] = f"{number.data:.3g}", place, y
            for source, slope in number.sources:
                shares.setdefault((str(id(source)), str(id(number))), []).append(slope)
    gradients = {str(id(number)): number.grad for number in order}
    edges = [
        (start, end, " + ".join(f"{slope:.3g}" for slope in slopes), f"{share:.3g}")
        for (start, end), slopes in shares.items()
        for share in (sum(slopes) * gradients[end],)
    ]
    draw(ax, nodes, edges)
    for node, (_, x, y) in nodes.items():
        texts = ((called.get(node, ""), "black", 25), (f"{gradients[node]:.3g}", "vermillion", -25))
        for text, color, side in texts:
            ax.annotate(
                text,
                (x, y),
                xytext=(0, side),
                textcoords="offset points",
                ha="center",
                va="center",
                color=PALETTE[color],
                weight="bold",
            )


def _sources_first(result: Any) -> list[Any]:
    """All numbers that the result was computed from, each behind its sources, itself the last."""
    numbers, graph, waiting = {id(result): result}, {}, [result]
    while waiting:
        number = waiting.pop()
        sources = [source for source, _ in number.sources]
        graph[id(number)] = [id(source) for source in sources]
        new = {id(source): source for source in sources if id(source) not in numbers}
        numbers |= new
        waiting += new.values()
    return [numbers[key] for key in TopologicalSorter(graph).static_order()]


def _around(numbers: Sequence[float], margin: float) -> tuple[float, float]:
    """The range of the numbers, wider by a fraction of its length at both ends."""
    room = margin * ((max(numbers) - min(numbers)) or 1.0)
    return min(numbers) - room, max(numbers) + room

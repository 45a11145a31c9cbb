"""Drawings of networks: units joined by lines, or layers as boxes joined by arrows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes

from course_utils.plots.figures import PALETTE


def network(
    ax: Axes, layers: Sequence[Sequence[str]], labels: Sequence[Sequence[str]] = ()
) -> None:
    """Draw units as circles, layer by layer from left to right, each joined to all of the next.

    layers: the text in each unit. labels: for each gap between two layers, a text for each unit on
    its left, written along the lines that leave it; "" or () for none.
    """
    places = [
        [(2.2 * column, (len(layer) - 1) / 2 - row) for row in range(len(layer))]
        for column, layer in enumerate(layers)
    ]
    for gap in range(len(layers) - 1):
        texts = labels[gap] if gap < len(labels) else ()
        for row, start in enumerate(places[gap]):
            for end in places[gap + 1]:
                _join(ax, start, end, texts[row] if texts else "")
    for layer, where in zip(layers, places, strict=True):
        for text, (x, y) in zip(layer, where, strict=True):
            ax.scatter(x, y, s=1500, c="white", edgecolors=PALETTE["blue"], linewidths=2, zorder=3)
            ax.text(x, y, text, ha="center", va="center", zorder=4)
    half = max(len(layer) for layer in layers) / 2
    ax.set(xlim=(-0.6, 2.2 * (len(layers) - 1) + 0.6), ylim=(-half, half))
    ax.set_axis_off()


def blocks(
    ax: Axes,
    boxes: Mapping[str, tuple[str, float, float]],
    arrows: Sequence[tuple[str, str, float]],
) -> None:
    """Draw layers as boxes with a text in them, joined by arrows.

    boxes: name -> (text, x, y), the middle of the box. arrows: (from, to, bend): 0 is straight,
    above 0 the arrow bends to its left.
    """
    look = {"boxstyle": "round,pad=0.4", "facecolor": "white", "edgecolor": PALETTE["blue"]}
    drawn = {
        name: ax.text(x, y, text, ha="center", va="center", bbox=look)
        for name, (text, x, y) in boxes.items()
    }
    for start, end, bend in arrows:
        arrow = {
            "arrowstyle": "->",
            "color": "#555555",
            "connectionstyle": f"arc3,rad={-bend}",
            "patchA": drawn[start].get_bbox_patch(),
            "patchB": drawn[end].get_bbox_patch(),
        }
        ax.annotate("", xy=boxes[end][1:], xytext=boxes[start][1:], arrowprops=arrow)
    _, xs, ys = zip(*boxes.values(), strict=True)
    ax.set(xlim=(min(xs) - 0.6, max(xs) + 0.6), ylim=(min(ys) - 0.6, max(ys) + 0.6))
    ax.set_axis_off()


def _join(ax: Axes, start: tuple[float, float], end: tuple[float, float], text: str) -> None:
    arrow = {"arrowstyle": "->", "color": "#555555", "shrinkA": 20, "shrinkB": 21, "lw": 1.2}
    ax.annotate("", xy=end, xytext=start, arrowprops=arrow)
    if text:
        x, y = (0.6 * a + 0.4 * b for a, b in zip(start, end, strict=True))
        box = {"facecolor": "white", "edgecolor": "none", "pad": 1.5}
        ax.text(x, y, text, ha="center", va="center", bbox=box)

"""Figures of the labs: one look, one palette, and a text for those who cannot see them.

Figures are made without pyplot: nothing opens a window and nothing has to be closed. The colours
are those of M. Okabe and K. Ito, Color Universal Design, 2008, recommended by B. Wong, Points of
view: Color blindness, Nature Methods 8, 2011, 441. Classes also differ by their markers.
"""

from __future__ import annotations

import base64
import html
import io
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, ListedColormap
from matplotlib.figure import Figure
from matplotlib.rcsetup import cycler
from numpy.typing import NDArray

PALETTE = {
    "blue": "#0072B2",
    "vermillion": "#D55E00",
    "green": "#009E73",
    "orange": "#E69F00",
    "purple": "#CC79A7",
    "sky": "#56B4E9",
    "yellow": "#F0E442",
    "black": "#000000",
}
#: How class 0, 1, 2, ... is drawn: its colour and its marker.
CLASSES = [("blue", "o"), ("vermillion", "s"), ("green", "^")]
#: Numbers below and above 0: blue, white, vermillion.
DIVERGING = LinearSegmentedColormap.from_list(
    "diverging", [PALETTE["blue"], "#FFFFFF", PALETTE["vermillion"]]
)
_LOOK: dict[Any, Any] = {
    "axes.prop_cycle": cycler(color=list(PALETTE.values())),
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.titlesize": "medium",
    "grid.color": "#DDDDDD",
    "grid.linewidth": 0.6,
    "legend.frameon": False,
    "lines.linewidth": 2.0,
    "font.size": 10.0,
    "figure.facecolor": "white",
}
_DPI, _CSS_DPI = 144, 96
#: A sheet of white does not glare under JupyterLab's dark theme; pages have a rule of their own.
_DIMMED = "<style>[data-jp-theme-light=false] .course-figure { filter: brightness(0.8) }</style>"


def figure(
    rows: int = 1, columns: int = 1, width: float = 6.0, height: float = 3.6, **options: Any
) -> tuple[Figure, Any]:
    """Return a figure of width x height inches and its axes.

    The axes are one Axes, or an array of them: (columns,), (rows,) or (rows, columns).
    options: sharex, sharey, width_ratios and height_ratios, as of matplotlib's `Figure.subplots`.
    """
    with _look():
        fig = Figure(figsize=(width, height), layout="constrained")
        return fig, fig.subplots(rows, columns, **options)


def show(fig: Figure, *, alt: str) -> None:
    """Display a figure as an image with a text in its place: what there is to be seen in it.

    In a notebook it becomes an HTML image, in a plain terminal the text alone. The same figure
    gives the same bytes. Raises ValueError without a text.
    """
    if not alt.strip():
        raise ValueError("show: alt is empty; say in a sentence what the figure shows.")
    picture = base64.b64encode(png(fig)).decode("ascii")
    width = round(fig.get_figwidth() * _CSS_DPI)
    page = (
        f'{_DIMMED}<img class="course-figure" src="data:image/png;base64,{picture}" '
        f'alt="{html.escape(alt)}" width="{width}" style="max-width:100%;height:auto">'
    )
    if "matplotlib.pyplot" in sys.modules:  # a figure of the student's own would appear twice
        sys.modules["matplotlib.pyplot"].close(fig)
    if in_notebook():
        from IPython.display import display

        display({"text/html": page, "text/plain": alt}, raw=True)  # type: ignore[no-untyped-call]
    else:
        print(alt)


def png(fig: Figure) -> bytes:
    """Return a figure as the bytes of a PNG file; the same figure gives the same bytes."""
    stream = io.BytesIO()
    with _look():
        # Matplotlib would write its version into the file.
        fig.savefig(stream, format="png", dpi=_DPI, metadata={"Software": None})
    return stream.getvalue()


@contextmanager
def _look() -> Iterator[None]:
    """Matplotlib's own settings and ours, whatever a matplotlibrc or a style says."""
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(_LOOK)
        yield


def in_notebook() -> bool:
    """Whether an IPython kernel runs this code."""
    ipython = sys.modules.get("IPython")
    return ipython is not None and ipython.get_ipython() is not None


def points(
    ax: Axes, x: NDArray[Any], classes: NDArray[Any], names: Sequence[str], size: float = 25.0
) -> None:
    """Draw examples x (batch, 2) as points that show their classes (batch,), 0, 1 or 2."""
    for label, name in enumerate(names):
        color, marker = CLASSES[label]
        members = x[np.asarray(classes) == label]
        ax.scatter(
            members[:, 0],
            members[:, 1],
            s=size,
            c=PALETTE[color],
            marker=marker,
            edgecolors="white",
            linewidths=0.6,
            label=name,
            zorder=3,
        )


def regions(
    ax: Axes,
    score: Callable[[NDArray[np.float64]], Any],
    x_range: tuple[float, float],
    y_range: tuple[float, float],
    level: float = 0.0,
) -> None:
    """Tint the plane by what a classifier says, and draw the line between the two classes.

    score: from points (batch, 2) to numbers (batch,); at `level` and above it is class 1.
    """
    horizontal, vertical = np.meshgrid(np.linspace(*x_range, 200), np.linspace(*y_range, 200))
    grid = np.column_stack([horizontal.ravel(), vertical.ravel()])
    height = np.asarray(score(grid), dtype=float).reshape(horizontal.shape) - level
    tints = ListedColormap([PALETTE[color] for color, _ in CLASSES[:2]])
    # The image is one pixel for each point of the grid, so its edge lies half a step outside.
    margins = [(r[1] - r[0]) / 398 for r in (x_range, y_range)]
    ax.imshow(
        height >= 0,
        origin="lower",
        extent=(
            x_range[0] - margins[0],
            x_range[1] + margins[0],
            y_range[0] - margins[1],
            y_range[1] + margins[1],
        ),
        cmap=tints,
        vmin=0,
        vmax=1,
        alpha=0.2,
        aspect="auto",
        interpolation="nearest",
    )
    if height.min() < 0 <= height.max():
        ax.contour(horizontal, vertical, height, levels=[0.0], colors="black", linewidths=1.5)
    ax.set(xlim=x_range, ylim=y_range)
    ax.grid(False)


def image(ax: Axes, pixels: NDArray[Any], title: str = "", signed: bool = False) -> Any:
    """Draw pixels (height, width): ink from 0 to 1, or signed numbers from blue to vermillion.

    Returns matplotlib's image, for a colour bar.
    """
    limit = float(np.max(np.abs(pixels))) if signed else 1.0
    ax.set_title(title)
    ax.set_axis_off()
    return ax.imshow(
        pixels,
        cmap=DIVERGING if signed else "gray_r",
        vmin=-limit if signed else 0.0,
        vmax=limit,
        interpolation="nearest",
    )


def learning_curve(ax: Axes, history: Mapping[str, Sequence[float]], metric: str) -> None:
    """Draw a metric over the epochs, on the training and on the validation examples.

    history: of Keras's `History.history`: the metric, and "val_" with its name, for each epoch.
    """
    epochs = np.arange(1, len(history[metric]) + 1)
    ax.plot(epochs, history[metric], color=PALETTE["blue"], label="training")
    ax.plot(epochs, history[f"val_{metric}"], "--", color=PALETTE["vermillion"], label="validation")
    ax.set(xlabel="epoch", ylabel=metric)

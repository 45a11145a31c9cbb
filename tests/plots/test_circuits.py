"""Drawn computations show every node, value and gradient, inside the picture."""

from course_utils import plots
from course_utils.plots import circuits

NODES = {"x": ("$x$", 0, 1), "y": ("$y$", 0, 0), "+": ("+", 2, 0.5)}


def test_every_text_is_drawn_inside_the_axes() -> None:
    fig, ax = plots.figure()
    circuits.draw(ax, NODES, [("x", "+", "-2", "-4"), ("y", "+", "5", "")])
    shown = [text.get_text() for text in ax.texts]
    assert {"$x$", "$y$", "+", "-2", "-4", "5"} <= set(shown)
    (left, right), (bottom, top) = ax.get_xlim(), ax.get_ylim()
    assert all(left < x < right and bottom < y < top for _, x, y in NODES.values())


def test_nodes_in_one_line_have_a_range() -> None:
    _, ax = plots.figure()
    circuits.draw(ax, {"x": ("$x$", 0, 0), "y": ("$y$", 1, 0)}, [("x", "y", "1", "2")])
    assert ax.get_ylim()[0] < 0 < ax.get_ylim()[1]

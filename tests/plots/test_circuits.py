"""Drawn computations show every node, value and gradient, inside the picture."""

from types import SimpleNamespace

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


def _number(data, grad, *sources):
    return SimpleNamespace(data=data, grad=grad, sources=list(sources))


def test_a_graph_shows_each_number_once_its_slopes_and_the_shares_of_its_gradient() -> None:
    x, y = _number(3.0, 20.0), _number(-2.0, 0.5)
    square = _number(9.0, 2.0, (x, 3.0), (x, 3.0))  # x * x: two edges between the same two
    result = _number(7.0, 1.0, (square, 2.0), (x, 8.0), (y, 0.5))
    _, ax = plots.figure()
    circuits.draw_graph(ax, result, {"x": x, "y": y})
    shown = sorted(text.get_text() for text in ax.texts if text.get_text())
    numbers, gradients = ["x", "3", "y", "-2", "9", "7"], ["20", "0.5", "2", "1"]
    slopes, shares = ["3 + 3", "2", "8", "0.5"], ["12", "2", "8", "0.5"]
    assert shown == sorted(numbers + gradients + slopes + shares)


def test_what_is_used_stands_left_of_what_uses_it() -> None:
    x = _number(3.0, 1.0)
    between = _number(9.0, 1.0, (x, 1.0))
    _, ax = plots.figure()
    circuits.draw_graph(ax, _number(7.0, 1.0, (x, 1.0), (between, 1.0)), {})
    at = {text.get_text(): text.get_position()[0] for text in ax.texts if text.get_text()}
    assert at["3"] < at["9"] < at["7"]

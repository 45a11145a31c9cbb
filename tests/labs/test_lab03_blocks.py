"""The drawings of modules in lab 3."""

import pytest

from course_utils import plots

pytestmark = pytest.mark.slow

BOXES = {"x": ("input", 0.0, 0.0), "a": ("1 × 1", 2.0, 1.0), "y": ("sum", 4.0, 0.0)}


def test_blocks_draw_each_box_and_each_arrow() -> None:
    _, ax = plots.figure()
    plots.blocks(ax, BOXES, [("x", "a", 0), ("a", "y", 0), ("x", "y", 0.3)])
    texts = [text for text in ax.texts if text.get_text()]
    assert {text.get_text(): text.get_position() for text in texts} == {
        text: (x, y) for text, x, y in BOXES.values()
    }
    arrows = [text for text in ax.texts if not text.get_text()]
    assert [(a.xyann, a.xy) for a in arrows] == [
        ((0, 0), (2, 1)),
        ((2, 1), (4, 0)),
        ((0, 0), (4, 0)),
    ]


def test_all_boxes_lie_within_the_axes() -> None:
    _, ax = plots.figure()
    plots.blocks(ax, BOXES, [])
    assert ax.get_xlim()[0] < 0 < 4 < ax.get_xlim()[1]
    assert ax.get_ylim()[0] < 0 < 1 < ax.get_ylim()[1]


def test_an_arrow_to_no_box_is_an_error() -> None:
    _, ax = plots.figure()
    with pytest.raises(KeyError):
        plots.blocks(ax, BOXES, [("x", "nowhere", 0)])

"""Figures: one look, an image with a text in its place, the same bytes for the same figure."""

import base64
import html
import re
import subprocess
import sys
from typing import Any

import numpy as np
import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from traitlets.config import Config

from course_utils import plots


@pytest.fixture
def notebook() -> Any:
    quiet = Config({"HistoryManager": {"enabled": False}})
    shell = InteractiveShell.instance(config=quiet)
    yield shell
    InteractiveShell.clear_instance()


def test_show_displays_an_image_with_its_text(notebook: Any) -> None:
    fig, ax = plots.figure(width=3, height=2)
    ax.plot([0, 1])
    with capture_output() as captured:
        plots.show(fig, alt='A line that rises from 0 to "1" & ends.')
    (output,) = captured.outputs
    assert output.data["text/plain"] == 'A line that rises from 0 to "1" & ends.'
    page = output.data["text/html"]
    match = re.fullmatch(
        r"<style>\[data-jp-theme-light=false\] \.course-figure \{ filter: .*\}</style>"
        r'<img class="course-figure" src="data:image/png;base64,([^"]+)" alt="([^"]+)" width="288" '
        r'style="max-width:100%;height:auto">',
        page,
    )
    assert match and html.unescape(match[2]) == output.data["text/plain"]
    assert base64.b64decode(match[1]).startswith(b"\x89PNG")


def test_show_prints_the_text_in_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    fig, _ = plots.figure()
    plots.show(fig, alt="Empty axes.")
    assert capsys.readouterr().out == "Empty axes.\n"


def test_show_wants_a_text() -> None:
    fig, _ = plots.figure()
    with pytest.raises(ValueError, match="alt is empty"):
        plots.show(fig, alt=" ")


def test_the_same_figure_gives_the_same_bytes_and_names_no_version() -> None:
    def draw() -> bytes:
        fig, ax = plots.figure(width=2, height=2)
        plots.points(ax, np.eye(2), np.array([0, 1]), ["no", "yes"])
        plots.regions(ax, lambda p: p[:, 0] - 0.3, (-1, 2), (-1, 2))
        return plots.png(fig)

    first = draw()
    assert draw() == first
    assert b"Software" not in first and b"tIME" not in first


def test_pyplot_is_not_loaded() -> None:
    code = "import sys, course_utils.plots; sys.exit('matplotlib.pyplot' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_a_pyplot_figure_is_closed(capsys: pytest.CaptureFixture[str]) -> None:
    import matplotlib

    matplotlib.use("agg")
    from matplotlib import pyplot

    fig = pyplot.figure()
    plots.show(fig, alt="Nothing.")
    assert not pyplot.fignum_exists(fig.number)


def test_figure_gives_axes_in_its_shape() -> None:
    assert isinstance(plots.figure()[1], Axes)
    assert plots.figure(1, 3)[1].shape == (3,)
    assert plots.figure(2, 3, sharex=True)[1].shape == (2, 3)


def test_palette_can_be_told_apart_without_colour() -> None:
    """Okabe and Ito's colours differ in lightness; the two classes clearly so."""
    grey = {name: float(np.dot(to_rgb(c), (0.3, 0.59, 0.11))) for name, c in plots.PALETTE.items()}
    assert len({round(value, 2) for value in grey.values()}) == len(grey)
    assert len({marker for _, marker in plots.CLASSES}) == len(plots.CLASSES)


def test_regions_tints_by_the_score() -> None:
    fig, ax = plots.figure()
    plots.regions(ax, lambda p: p[:, 1], (0.0, 1.0), (-1.0, 1.0), level=0.5)
    (tinted,) = ax.images
    share = np.asarray(tinted.get_array()).mean()
    assert share == pytest.approx(0.25, abs=0.01)
    assert ax.get_xlim() == (0.0, 1.0) and ax.get_ylim() == (-1.0, 1.0)
    assert len(ax.collections) == 1, "the line between the classes"


def test_regions_of_one_class_have_no_line() -> None:
    fig, ax = plots.figure()
    plots.regions(ax, lambda p: np.ones(len(p)), (0.0, 1.0), (0.0, 1.0))
    assert np.asarray(ax.images[0].get_array()).all() and not ax.collections


def test_image_of_signed_numbers_is_white_at_zero() -> None:
    fig, ax = plots.figure()
    drawn = plots.image(ax, np.array([[-2.0, 0.0, 1.0]]), signed=True)
    assert drawn.get_clim() == (-2.0, 2.0)
    assert drawn.cmap(drawn.norm(0.0))[:3] == pytest.approx((1, 1, 1), abs=0.02)


def test_learning_curve_draws_both_parts_from_epoch_1() -> None:
    fig, ax = plots.figure()
    plots.learning_curve(ax, {"loss": [3.0, 2.0], "val_loss": [4.0, 3.5]}, "loss")
    training, validation = ax.lines
    assert training.get_xydata().tolist() == [[1, 3], [2, 2]]
    assert validation.get_ydata().tolist() == [4.0, 3.5]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("epoch", "loss")


def test_network_joins_each_unit_to_all_of_the_next_layer() -> None:
    fig, ax = plots.figure()
    plots.network(ax, [["a", "b"], ["c", "d", "e"], ["f"]], [["v", "w"]])
    arrows = [text for text in ax.texts if getattr(text, "arrow_patch", None)]
    assert len(arrows) == 2 * 3 + 3
    words = [text.get_text() for text in ax.texts if text.get_text()]
    assert sorted(words) == sorted([*"abcdef", *"vvv", *"www"])


def test_coloured_text_is_the_text_and_its_numbers_as_colours(notebook: Any) -> None:
    with capture_output() as captured:
        plots.coloured_text("a <b>\nc", [-1, -1, 0, 0, 0, 0, 7], alt="The end is orange.")
    (output,) = captured.outputs
    page = output.data["text/html"]
    spans = re.findall(r'<span style="background:(#\w{6})">([^<]*)</span>', page)
    assert [html.unescape(part) for _, part in spans] == ["a ", "<b>\n", "c"]
    blue, white, orange = (to_rgb(colour) for colour, _ in spans)
    assert min(white) > 0.98 and blue[2] > blue[0] and orange[0] > orange[2]
    assert output.data["text/plain"] == "The end is orange."


@pytest.mark.parametrize(
    ("values", "alt", "sentence"), [([0, 0], "Two.", "one value"), ([0], "", "alt is empty")]
)
def test_coloured_text_wants_values_and_a_text(values: list[int], alt: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        plots.coloured_text("a", values, alt=alt)

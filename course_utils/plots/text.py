"""Text in which a number stands behind each character, shown as its colour."""

from __future__ import annotations

import html
from itertools import groupby

import numpy as np
from matplotlib.colors import to_hex
from numpy.typing import ArrayLike

from course_utils.plots.figures import DIVERGING, in_notebook

_SHADES = 16  # on each side of 0: neighbours of one shade share a tag


def coloured_text(text: str, values: ArrayLike, *, alt: str) -> None:
    """Display a text, each character on the colour of its value: blue -1, white 0, vermillion 1.

    values: (characters,), from -1 to 1; what lies beyond has the colour of the end. In a notebook
    it becomes HTML, which reads the same on a white and on a dark page, in a plain terminal `alt`.

    Raises ValueError where there is not one value for each character, or alt is empty.
    """
    numbers = np.asarray(values, float)
    if numbers.shape != (len(text),):
        raise ValueError(
            f"coloured_text: {len(text)} characters and values of shape {numbers.shape}; give one "
            "value for each character."
        )
    if not alt.strip():
        raise ValueError("coloured_text: alt is empty; say in a sentence what the colours show.")
    if not in_notebook():
        print(alt)
        return
    from IPython.display import display

    shades = np.rint(np.clip(numbers, -1, 1) * _SHADES).astype(int)
    runs = groupby(zip(text, shades, strict=True), key=lambda pair: int(pair[1]))
    # Half of the way to white, so that black letters stand out.
    spans = "".join(
        f'<span style="background:{to_hex(DIVERGING(0.5 + shade / _SHADES / 4))}">'
        f"{html.escape(''.join(character for character, _ in run))}</span>"
        for shade, run in runs
    )
    page = (
        f'<pre role="group" aria-label="{html.escape(alt)}" style="color:#000;background:#fff;'
        f'padding:0.5em;white-space:pre-wrap">{spans}</pre>'
    )
    display({"text/html": page, "text/plain": alt}, raw=True)  # type: ignore[no-untyped-call]

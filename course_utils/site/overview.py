"""The map of the labs: which lab needs which, drawn as an SVG that takes the page's colours."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence

_WIDTH, _HEIGHT, _ACROSS, _DOWN = 150, 44, 190, 64


def ranks(needs: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """Return how many labs stand before each, along the longest way. needs: those it builds on."""
    found: dict[str, int] = {}
    for name, before in needs.items():  # in the course's order: what a lab needs stands before it
        found[name] = 1 + max((found[one] for one in before), default=-1)
    return found


def draw(titles: Mapping[str, str], needs: Mapping[str, Sequence[str]]) -> str:
    """Return the map as inline SVG: a box for each lab, an arrow from what it needs."""
    columns: dict[int, list[str]] = {}
    for name, rank in ranks(needs).items():
        columns.setdefault(rank, []).append(name)
    places = {
        name: (column * _ACROSS + 4, row * _DOWN + 4)
        for column, names in columns.items()
        for row, name in enumerate(names)
    }
    width = (max(columns) + 1) * _ACROSS - (_ACROSS - _WIDTH) + 8
    height = max(map(len, columns.values())) * _DOWN - (_DOWN - _HEIGHT) + 8
    said = "; ".join(
        f"{titles[name]} builds on {' and '.join(titles[one] for one in before)}"
        for name, before in needs.items()
        if before
    )
    arrows = "".join(
        _arrow(places[one], places[name])
        for name, before in needs.items()
        for one in _nearest(before, ranks(needs))
    )
    boxes = "".join(_box(name, titles[name], *places[name]) for name in titles)
    return (
        f'<div class="map"><svg viewBox="0 0 {width} {height}" role="group" '
        f'style="max-width:{width}px" aria-label="{html.escape(said)}"><defs>'
        '<marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" '
        'orient="auto"><path d="M0 0L8 4L0 8z"/></marker></defs>'
        f"{arrows}{boxes}</svg></div>"
    )


def _nearest(before: Sequence[str], found: Mapping[str, int]) -> list[str]:
    """Of the labs before, those that the others do not imply: the ones of the highest rank."""
    highest = max((found[one] for one in before), default=0)
    return [one for one in before if found[one] == highest]


def _box(name: str, title: str, x: int, y: int) -> str:
    number, _, topic = title.partition(": ")
    middle = x + _WIDTH / 2
    return (
        f'<a href="labs/{name}.html">'
        f'<rect x="{x}" y="{y}" width="{_WIDTH}" height="{_HEIGHT}" rx="6"/>'
        f'<text x="{middle}" y="{y + 18}">{html.escape(number)}</text>'
        f'<text x="{middle}" y="{y + 34}" class="topic">{html.escape(topic[:24])}</text></a>'
    )


def _arrow(start: tuple[int, int], end: tuple[int, int]) -> str:
    x1, y1 = start[0] + _WIDTH, start[1] + _HEIGHT / 2
    x2, y2 = end[0] - 2, end[1] + _HEIGHT / 2
    bend = (x1 + x2) / 2
    return f'<path class="arrow" d="M{x1} {y1}C{bend} {y1} {bend} {y2} {x2} {y2}"/>'

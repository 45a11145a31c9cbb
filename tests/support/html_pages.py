"""Pages of HTML as a list of tags, and texts that would like to be more than text on them."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from hypothesis import strategies as st

VOID = {"meta", "img", "br", "hr", "input", "link", "base"}
ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "</pre></details></main></body><script>",
    "--><svg onload=alert(1)>",
    "\"'><iframe src=//evil>",
    "{{ 7 * 7 }}{% raw %}",
    "]]><![CDATA[",
    "&lt;script&gt;",
    "$\\href{javascript:alert(1)}{x}$",
    "[x](javascript:alert(1)) ![x](http://evil/x.png)",
    "\x00\x1b[31m\ud800\udfff\uffff",
    "\u202e\u2066gnp.exe\u2069",
    "مرحبا שלום",
    "a" * 100_000,
    "\r\n" * 50,
]
hostile = st.one_of(st.sampled_from(ATTACKS), st.text(), st.text("<>&\"'/=! \n\r\t\x00"))


class Page(HTMLParser):
    """The tags of a page in order, each with its attributes and the text in it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.texts: list[tuple[list[str], str]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, f"</{tag}> closes something else"

    def handle_data(self, data: str) -> None:
        self.texts.append((self.open.copy(), data))

    def attributes(self, name: str) -> list[str]:
        return [str(found[name]) for _, found in self.tags if name in found]

    def text(self, inside: str = "") -> str:
        return "".join(text for tags, text in self.texts if not inside or inside in tags)


def without_colours(tags: list[tuple[str, dict[str, str | None]]]) -> list[str]:
    """The tags but for the colours of code, with the names of their attributes."""
    return [
        f"{tag} {sorted(found)}"
        for tag, found in tags
        if tag != "span" or not re.fullmatch(r"[a-z]{0,3}\d?", found.get("class") or "")
    ]

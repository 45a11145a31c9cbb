"""Sections of Wikipedia articles."""

from __future__ import annotations

import bz2
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree import ElementTree

import numpy as np
from numpy.typing import NDArray

from course_utils.datasets.shipped import shipped

_FILE = "enwiki-latest-pages-articles1.xml-p000000010p000030302-shortened.bz2"
_FEWEST_WORDS = 60
_FEWEST_SECTIONS = 12
#: Sections that list or point elsewhere.
_NO_TEXT = re.compile(
    r"references|external links|see also|(foot)?notes|further reading|bibliography|sources|"
    r"citations|notes and references|works cited|publications",
    re.IGNORECASE,
)
_HEADING = re.compile(r"^(={2,5})[ \t]*(.+?)[ \t]*\1[ \t]*$", re.MULTILINE)
#: What is cut out of wikitext, in this order, each with what takes its place.
_CUTS = [
    (re.compile(r"<!--.*?-->", re.DOTALL), " "),
    (re.compile(r"<ref[^>]*/>|<(ref|math|gallery|timeline)\b.*?</\1>", re.DOTALL), " "),
    (re.compile(r"<[^<>]*>|&nbsp;"), " "),
]
_INNERMOST = re.compile(r"\{\{[^{}]*\}\}|\{\|[^{}]*\|\}")  # a template or a table
_LINKS = [
    (
        re.compile(r"\[\[(?:File|Image|Category|[a-z-]{2,12}):(?:[^\[\]]|\[\[[^\[\]]*\]\])*\]\]"),
        " ",
    ),
    (re.compile(r"\[\[(?:[^\[\]|]*\|)?([^\[\]|]*)\]\]"), r"\1"),
    (re.compile(r"\[https?://\S*[ ]*([^\]]*)\]"), r"\1"),
    (re.compile(r"'{2,}"), ""),
]


class Documents(NamedTuple):
    """Documents in the order of their articles.

    texts: the text of each. headings: of each section, "" where an article begins. articles: int64
    (documents,), the number of each one's article. titles: of the articles, by number.
    """

    texts: list[str]
    headings: list[str]
    articles: NDArray[np.int64]
    titles: list[str]


def documents() -> Documents:
    """Return the sections of English Wikipedia articles, from the letter A: 1150 of 52 articles.

    A section has 60 words or more; an article is there if it has 12 such sections or more. Tables,
    footnotes, formulas and lists of links are left out.

    Source: the beginning of a dump of the English Wikipedia of 2012 or later (its authors, CC BY-SA
    3.0), which the package gensim ships to test itself with; it is not imported. Nothing is
    downloaded.

    Raises CourseError where gensim's file is missing.
    """
    texts: list[str] = []
    headings: list[str] = []
    titles: list[str] = []
    articles: list[int] = []
    path = shipped("gensim", "test", "test_data", _FILE, asking="documents")
    for title, wikitext in _pages(path):
        sections = [(name, text) for name, text in _sections(wikitext) if _long(text)]
        if len(sections) >= _FEWEST_SECTIONS:
            headings += [name for name, _ in sections]
            texts += [text for _, text in sections]
            articles += [len(titles)] * len(sections)
            titles.append(title)
    return Documents(texts, headings, np.array(articles), titles)


def _pages(path: Path) -> Iterator[tuple[str, str]]:
    """The title and the wikitext of each article that is no redirect."""
    with bz2.open(path) as file:
        for _, element in ElementTree.iterparse(file):
            if not element.tag.endswith("}page"):
                continue
            inside: dict[str, Any] = {part.tag.rpartition("}")[2]: part for part in element.iter()}
            if inside["ns"].text == "0" and "redirect" not in inside:
                yield inside["title"].text, inside["text"].text or ""
            element.clear()


def _sections(wikitext: str) -> Iterator[tuple[str, str]]:
    """The heading and the plain text of each section that holds text."""
    first, *rest = _HEADING.split(wikitext)
    for name, text in [("", first), *zip(rest[1::3], rest[2::3], strict=True)]:
        if not _NO_TEXT.fullmatch(name):
            yield name, _plain(text)


def _plain(wikitext: str) -> str:
    for pattern, put in _CUTS:
        wikitext = pattern.sub(put, wikitext)
    before = None
    while before != wikitext:  # templates stand inside templates
        before, wikitext = wikitext, _INNERMOST.sub(" ", wikitext)
    for pattern, put in _LINKS:
        wikitext = pattern.sub(put, wikitext)
    return " ".join(wikitext.split())


def _long(text: str) -> bool:
    return len(re.findall(r"[A-Za-z]{3,}", text)) >= _FEWEST_WORDS

"""Sections of Wikipedia articles."""

import subprocess
import sys

import numpy as np
import pytest

from course_utils import datasets


@pytest.fixture(scope="module")
def wiki() -> datasets.Documents:
    return datasets.documents()


def test_they_are_what_the_docstring_says(wiki: datasets.Documents) -> None:
    assert len(wiki.texts) == len(wiki.headings) == len(wiki.articles) == 1150
    assert len(wiki.titles) == len(set(wiki.titles)) == 52
    assert all(title.startswith("A") for title in wiki.titles)
    assert wiki.articles.dtype == np.int64 and np.bincount(wiki.articles).min() >= 12
    assert np.all(np.diff(wiki.articles) >= 0)


def test_no_markup_is_left(wiki: datasets.Documents) -> None:
    for mark in ("[[", "{{", "<ref", "</", "File:"):
        holding = sum(mark in text for text in wiki.texts)
        assert holding <= 0.01 * len(wiki.texts), mark


def test_a_text_is_about_its_article(wiki: datasets.Documents) -> None:
    for word, title in (("anarchis", "Anarchism"), ("lithium", "Alkali metal")):
        number = wiki.titles.index(title)
        holding = wiki.articles[[word in text.lower() for text in wiki.texts]]
        assert np.bincount(holding).argmax() == number


def test_neither_gensim_nor_tensorflow_is_imported() -> None:
    code = (
        "import sys; from course_utils import datasets; datasets.documents(); "
        "print('tensorflow' in sys.modules, 'gensim' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"] and not done.stderr

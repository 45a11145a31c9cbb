"""Formulas as MathML, which browsers draw without a script: an extension of Sphinx."""

from __future__ import annotations

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.writers.html5 import HTML5Translator

from course_utils.authoring.page import to_mathml


def setup(app: Sphinx) -> dict[str, Any]:
    """Make the formulas of all pages MathML. Called by Sphinx."""
    app.add_html_math_renderer("mathml", (_inline, None), (_display, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _inline(translator: HTML5Translator, node: nodes.math) -> None:
    translator.body.append(to_mathml(node.astext(), display=False))
    raise nodes.SkipNode


def _display(translator: HTML5Translator, node: nodes.math_block) -> None:
    translator.body.append(to_mathml(node.astext(), display=True))
    raise nodes.SkipNode

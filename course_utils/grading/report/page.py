"""HTML pages for students and instructors: self-contained, without scripts, everything escaped."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from course_utils.authoring.page import TEMPLATES as PAGES
from course_utils.common import wording
from course_utils.grading.report import states
from course_utils.grading.report.clean import clean, line

TEMPLATES = Path(__file__).with_name("templates")


def render(template: str, **values: Any) -> str:
    """Return a page made from a template in templates/.

    Every value that is no Markup is escaped. The page's policy lets nothing run or load: no script,
    no frame, no form, no address but pictures in the page itself, and no style but the page's own,
    which it names by its digest (Content Security Policy Level 3, https://www.w3.org/TR/CSP3/).
    """
    style = _style()
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; img-src data:; style-src 'sha256-{digest}'; "
        "base-uri 'none'; form-action 'none'"
    )
    # The template has put it into an attribute and an element, where it is safe as it is.
    return (
        _environment().get_template(template).render(policy=policy, style=Markup(style), **values)
    )


@cache
def _style() -> str:
    sheets = (PAGES / "page.css", TEMPLATES / "grading.css")
    return "".join(sheet.read_text(encoding="utf-8") for sheet in sheets)


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "clean": clean,
        "line": line,
        "number": states.number,
        "duration": wording.duration,
        "signed": states.signed,
    }
    environment.globals |= {
        "state": states.state,
        "explanation": states.explanation,
        "reasons": states.reasons,
        "points": states.points,
        "earned": states.earned,
        "in_short": states.in_short,
        "undecided": states.undecided,
        "listed": wording.listed,
    }
    return environment

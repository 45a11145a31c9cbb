"""HTML pages for students and instructors: self-contained, without scripts, everything escaped.

What others wrote is made fit to be shown first: names, code and outputs of students are hostile.
"""

from __future__ import annotations

import base64
import hashlib
import re
import sys
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from course_utils.authoring.page import TEMPLATES as PAGES
from course_utils.common import wording
from course_utils.common.paths import ROOT
from course_utils.common.wording import ESCAPES
from course_utils.grading.report import states

TEMPLATES = Path(__file__).with_name("templates")

#: Characters of one piece of text that a page shows.
LIMIT = 20_000
_NEW_LINE = re.compile(r"\r\n?|[\x85\u2028\u2029]")
#: No characters of a text: controls but tab and line feed, halves of pairs, non-characters.
_NOTHING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
#: These reorder what a reader sees (N. Boucher and R. Anderson, Trojan Source, 2021).
_REORDER = re.compile("[\u202a-\u202e\u2066-\u2069]")


def _own_places() -> dict[str, str]:
    """Where this machine keeps what tracebacks name: nothing of that is a student's concern."""
    home = Path.home()
    places = {sys.prefix: "python", sys.base_prefix: "python", str(ROOT): "course"}
    places |= {str(home): "~"} if len(home.parts) > 1 else {}
    return {place: name for place, name in places.items() if len(Path(place).parts) > 1}


_NAMES = _own_places()
#: The longest first: the environment lies in the course's folder.
_PLACES = re.compile(
    "|".join(f"{re.escape(place)}(?=[/\\\\])" for place in sorted(_NAMES, key=len, reverse=True))
    or "(?!)"
)


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
    environment.tests["in_front"] = lambda text, word: str(text).startswith(word)
    environment.globals |= {
        "state": states.state,
        "explanation": states.explanation,
        "reasons": states.reasons,
        "points": states.points,
        "earned": states.earned,
        "in_short": states.in_short,
        "undecided": states.undecided,
        "listed": wording.listed,
        "lateness": states.late,
    }
    return environment


def clean(text: object, limit: int = LIMIT) -> str:
    """Return text that every encoder takes and that shows what it holds, cut off after `limit`.

    Colours of a terminal are taken out, what is no character becomes U+FFFD, and what would reorder
    the text is shown by its number. The text is not escaped for HTML: the templates do that.
    """
    whole = str(text)
    kept = _PLACES.sub(lambda found: _NAMES[found[0]], ESCAPES.sub("", whole[:limit]))
    kept = _NOTHING.sub("\ufffd", _NEW_LINE.sub("\n", kept))
    kept = _REORDER.sub(lambda found: f"[U+{ord(found[0]):04X}]", kept)
    left_out = len(whole) - limit
    return kept if left_out <= 0 else f"{kept}\n[{left_out} more characters are left out.]"


def line(text: object, limit: int = 300) -> str:
    """Return text on one line, cut off after `limit` characters."""
    whole = " ".join(clean(text).split())
    return whole if len(whole) <= limit else f"{whole[: limit - 1]}…"

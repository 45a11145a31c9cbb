"""From the built labs to a folder of static pages: nothing is executed, nothing is fetched."""

from __future__ import annotations

import contextlib
import io
import shutil
import warnings
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace

from course_utils import __version__
from course_utils.common import settings
from course_utils.common.errors import CourseError
from course_utils.site import stage

_SETTINGS: dict[str, Any] = {
    "project": "Deep-learning labs",
    "author": "The authors of the deep-learning labs",
    "version": __version__,
    "language": "en",
    "extensions": [
        "myst_nb",
        "sphinx.ext.autodoc",
        "sphinx_copybutton",
        "sphinx_design",
        "sphinxcontrib.bibtex",
        "course_utils.site.docstrings",
        "course_utils.site.mathml",
    ],
    "html_theme": "sphinx_book_theme",
    "html_theme_options": {
        "use_download_button": False,
        "use_fullscreen_button": False,
        "show_toc_level": 2,
        "navbar_persistent": [],  # the sidebar has the search
    },
    "html_context": {"default_mode": "auto"},
    "html_title": "Deep-learning labs",
    "html_static_path": ["_static"],
    "html_css_files": ["site.css"],
    "html_math_renderer": "mathml",
    "html_copy_source": False,
    "html_show_sourcelink": False,
    "html_last_updated_fmt": None,
    "exclude_patterns": ["_static"],
    "myst_enable_extensions": ["dollarmath", "colon_fence"],
    "myst_heading_anchors": 3,
    "nb_execution_mode": "off",
    "nb_ipywidgets_js": {},
    "nb_merge_streams": True,
    "bibtex_bibfiles": ["papers.bib"],
    "autodoc_member_order": "bysource",
    "autodoc_typehints": "description",
    "templates_path": [],
    "suppress_warnings": ["bibtex.duplicate_citation", "misc.highlighting_failure"],
}


def build(target: Path, work: Path, solutions: bool = False, repository: str = "") -> int:
    """Build the site into `target` and return how many bytes it has.

    work: a folder for what is made on the way. solutions: with the answers, folded.
    repository: its address on GitHub, for links that open a lab on Binder or Colab; "" for none.
    Raises CourseError with what Sphinx found wrong: a dead link, a page that nothing leads to.
    """
    settings.state()
    stage.write(work / "source", solutions, repository)
    made, said = work / "html", io.StringIO()
    shutil.rmtree(made, ignore_errors=True)
    with docutils_namespace(), warnings.catch_warnings(), contextlib.redirect_stderr(io.StringIO()):
        warnings.simplefilter("ignore")
        app = Sphinx(
            str(work / "source"),
            None,
            str(made),
            str(work / "doctrees"),
            "html",
            confoverrides=_SETTINGS,
            status=None,
            warning=said,
            freshenv=True,
            parallel=2,
        )
        app.build(force_all=True)
    if problems := said.getvalue().strip():
        raise CourseError(f"The site has faults:\n{problems}")
    for left in (made / ".buildinfo", *made.glob("_static/*webpack-macros.html")):
        left.unlink(missing_ok=True)
    _name_toggles(made)
    shutil.rmtree(target, ignore_errors=True)
    shutil.move(made, target)
    return sum(path.stat().st_size for path in target.rglob("*") if path.is_file())


def _name_toggles(made: Path) -> None:
    """Give the arrows that unfold the navigation a name, which the theme leaves out."""
    for path in made.rglob("*.html"):
        page = path.read_text(encoding="utf-8")
        named = page.replace("<summary><span", '<summary aria-label="Its pages"><span')
        path.write_text(named, encoding="utf-8")

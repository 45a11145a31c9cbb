"""The site's sources: the pages of docs/site/ filled in, each lab as a reader sees it."""

from __future__ import annotations

import base64
import re
import shutil
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import jinja2
from nbformat import NotebookNode

from course_utils.authoring import notebook
from course_utils.authoring.presentation import for_instructors, for_students
from course_utils.common import catalog, files
from course_utils.common.errors import CourseError
from course_utils.common.paths import LABS, ROOT, SOLUTIONS
from course_utils.site import api, figures, overview, papers, plan, terms
from course_utils.site.labs import Page, read

PAGES = ROOT / "docs" / "site"
WEEKS = 15
_BUILDS_ON = re.compile(r"\*\*It builds on\*\*(.*?)\.\s", re.DOTALL)


def write(folder: Path, solutions: bool, repository: str) -> None:
    """Write all that Sphinx reads into `folder`, anew. solutions: with the answers, folded.

    repository: the address of the course's repository, or "". Raises CourseError where a lab is not
    built, or docs/site/labs.toml lacks it.
    """
    shutil.rmtree(folder, ignore_errors=True)
    pictures = folder / "_static" / "figures"
    pictures.mkdir(parents=True)
    labs = [read(name) for name in catalog.names(SOLUTIONS)]
    for lab in labs:
        _write_lab(lab, folder, pictures, solutions, repository)
    _write_pages(labs, folder, pictures, repository)
    _write_documents(folder)


def _write_lab(lab: Page, folder: Path, pictures: Path, solutions: bool, repository: str) -> None:
    shown = (
        for_instructors(lab.solved)
        if solutions
        else for_students(lab.solved, lab.released, lab.hints)
    )
    shown = figures.to_files(shown, pictures, "../_static/figures/")
    _offer(shown, lab.name, repository)
    (folder / "labs").mkdir(exist_ok=True)
    files.write(folder / "labs" / f"{lab.name}.ipynb", notebook.dumps(shown))
    (folder / "_static" / "notebooks").mkdir(exist_ok=True)
    released = catalog.notebook(LABS, lab.name)
    shutil.copy(released, folder / "_static" / "notebooks" / f"{lab.name}.ipynb")


def _offer(shown: NotebookNode, name: str, repository: str) -> None:
    """Say below a lab's heading how to open it: as a file, or where the course is at home."""
    links = [(f"../_static/notebooks/{name}.ipynb", "Download this notebook")]
    if repository:
        place = catalog.notebook(LABS, name).relative_to(ROOT).as_posix()
        owner = repository.removeprefix("https://github.com/").strip("/")
        links += [
            (f"https://mybinder.org/v2/gh/{owner}/HEAD?labpath={place}", "Open it on Binder"),
            (f"https://colab.research.google.com/github/{owner}/blob/HEAD/{place}", "on Colab"),
        ]
    offered = " · ".join(f'<a href="{address}">{words}</a>' for address, words in links)
    heading, _, rest = shown.cells[0].source.partition("\n")
    first = NotebookNode(shown.cells[0])
    first.source = f'{heading}\n\n<p class="offer">{offered}</p>\n{rest}'
    shown.cells[0] = first


def _write_pages(labs: list[Page], folder: Path, pictures: Path, repository: str) -> None:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(PAGES), undefined=jinja2.StrictUndefined, autoescape=False
    )
    shown = tomllib.loads((PAGES / "labs.toml").read_text(encoding="utf-8"))
    before = needs(labs)
    titles = {lab.name: lab.title for lab in labs}
    values = {
        "labs": [_card(lab, shown, pictures, before[lab.name], titles) for lab in labs],
        "exercises": sum(len(lab.hints) for lab in labs),
        "map": overview.draw(titles, before),
        "weeks": [_week(part, titles) for part in _weeks(labs)],
        "repository": repository,
        "terms": _index(labs),
        "papers": _cited(labs),
    }
    for path in PAGES.glob("*.md"):
        files.write(folder / path.name, environment.get_template(path.name).render(values))
    shutil.copy(PAGES / "papers.bib", folder)
    shutil.copy(PAGES / "site.css", folder / "_static")
    sources = [catalog.notebook(SOLUTIONS, lab.name).with_suffix(".py") for lab in labs]
    files.write(folder / "api.md", api.page(api.modules(sources)))


def needs(labs: Sequence[Page]) -> dict[str, list[str]]:
    """Return the labs that each builds on, as the first sentence of its opening says."""
    names = {int(lab.name.partition("_")[0]): lab.name for lab in labs}
    found = {}
    for lab in labs:
        opening = _BUILDS_ON.search(lab.text)
        numbers = re.findall(r"\blab (\d+)", opening[1]) if opening else []
        found[lab.name] = [names[int(n)] for n in dict.fromkeys(numbers) if int(n) in names]
    return found


def _card(
    lab: Page, shown: dict[str, Any], pictures: Path, before: list[str], titles: dict[str, str]
) -> dict[str, Any]:
    try:
        chosen = shown[lab.name]
    except KeyError:
        raise CourseError(
            f"docs/site/labs.toml says nothing of {lab.name}: give it a figure and a line."
        ) from None
    picture, alt = lab.figure(chosen["figure"])
    return {
        "name": lab.name,
        "title": lab.title,
        "line": chosen["line"],
        "picture": figures.write(base64.b64decode(picture), pictures),
        "alt": alt,
        "time": lab.time.partition(",")[0],
        "able": lab.able,
        "exercises": len(lab.hints),
        "needs": ", ".join(titles[one].partition(":")[0].lower() for one in before),
    }


def _weeks(labs: Sequence[Page]) -> list[list[plan.Section]]:
    return plan.weeks([plan.sections(lab.name, lab.text) for lab in labs], WEEKS)


def _week(part: list[plan.Section], titles: dict[str, str]) -> dict[str, Any]:
    exercises = [f"`{name}`" for section in part for _, name in section.exercises]
    return {
        "lab": part[0].lab,
        "title": titles[part[0].lab],
        "sections": ", ".join(f"{section.number} {section.title}" for section in part),
        "exercises": ", ".join(exercises),
        "minutes": sum(section.minutes for section in part),
    }


def _index(labs: Sequence[Page]) -> list[tuple[str, str, str]]:
    """Each term, the lab that introduces it, and that lab's title."""
    titles = {lab.name: lab.title for lab in labs}
    texts = {lab.name: lab.text for lab in labs}
    found = terms.introductions(terms.read(PAGES / "terms.txt"), texts)
    ordered = sorted(found.items(), key=lambda item: item[0].casefold())
    return [(term, name, titles[name]) for term, name in ordered]


def _cited(labs: Sequence[Page]) -> list[tuple[str, str, list[str]]]:
    """Each lab's name and title, and the keys of the papers that it names."""
    listed = papers.read(PAGES / "papers.bib")
    return [
        (lab.name, lab.title, [paper.key for paper in listed if paper.cited(lab.sources)])
        for lab in labs
    ]


def _write_documents(folder: Path) -> None:
    """The repository's own documents, their links as the site has them."""
    guide = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    guide = guide.replace("(docs/architecture.md)", "(architecture.md)")
    files.write(folder / "authors.md", guide.replace("(docs/decisions/)", "(decisions.md)"))
    shutil.copy(ROOT / "docs" / "architecture.md", folder)
    shutil.copytree(ROOT / "docs" / "decisions", folder / "decisions")
    names = sorted(path.stem for path in (folder / "decisions").glob("*.md"))
    listed = "\n".join(f"decisions/{name}" for name in names)
    text = f"# Decisions\n\nWhy the course is built as it is.\n\n```{{toctree}}\n{listed}\n```\n"
    files.write(folder / "decisions.md", text)

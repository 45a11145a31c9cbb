"""The site as it is built: no answer, no dead link, nothing from elsewhere, nothing heavy."""

import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from course_utils.common import catalog
from course_utils.common.paths import SOLUTIONS
from tests.support.answers import leaked

pytestmark = pytest.mark.slow

LIMIT, PAGE_LIMIT = 40e6, 3e6  # bytes


class Page(HTMLParser):
    """What a page links to and loads, and which anchors it has."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.images: list[dict[str, str | None]] = []
        self.anchors: set[str] = set()
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.anchors |= {name for name in (given.get("id"), given.get("name")) if name}
        if tag == "a" and given.get("href"):
            self.links.append(str(given["href"]))
        elif tag == "img":
            self.images.append(given)
            self.loaded.append(str(given.get("src")))
        elif tag == "script" and given.get("src"):
            self.loaded.append(str(given["src"]))
        elif tag == "link" and given.get("rel") == "stylesheet":
            self.loaded.append(str(given["href"]))

    def target(self, link: str) -> Path:
        """Return the file that a link of this page means."""
        path = unquote(urlsplit(link).path)
        return (self.path.parent / path).resolve() if path else self.path


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[Path, Page]:
    return {path.resolve(): Page(path.resolve()) for path in site.rglob("*.html")}


def test_every_lab_has_its_page_and_its_notebook(site: Path) -> None:
    for name in catalog.names(SOLUTIONS):
        assert (site / "labs" / f"{name}.html").exists()
        assert (site / "_static" / "notebooks" / f"{name}.ipynb").exists()


def test_no_line_of_a_solution_is_in_the_site(site: Path) -> None:
    assert not leaked(site)


def test_no_link_is_dead(pages: dict[Path, Page]) -> None:
    dead = []
    for page in pages.values():
        for link in page.links:
            if urlsplit(link).scheme:
                continue
            target, anchor = page.target(link), unquote(urlsplit(link).fragment)
            known = pages.get(target)
            if not target.exists() or (anchor and known and anchor not in known.anchors):
                dead.append(f"{page.path.name}: {link}")
    assert not dead


def test_pages_load_nothing_from_elsewhere(pages: dict[Path, Page]) -> None:
    for page in pages.values():
        for address in page.loaded:
            assert not urlsplit(address).scheme and not address.startswith("//"), address
            assert page.target(address).exists(), address


def test_every_picture_has_its_text(pages: dict[Path, Page]) -> None:
    for page in pages.values():
        for image in page.images:
            assert (image.get("alt") or "").strip(), f"{page.path.name}: {image}"


def test_the_site_and_its_pages_are_light(site: Path, pages: dict[Path, Page]) -> None:
    assert sum(path.stat().st_size for path in site.rglob("*") if path.is_file()) < LIMIT
    for page in pages.values():
        pictures = {page.target(str(image["src"])) for image in page.images}
        weight = page.path.stat().st_size + sum(picture.stat().st_size for picture in pictures)
        assert weight < PAGE_LIMIT, f"{page.path.name}: {weight / 1e6:.1f} MB"


def test_exercises_are_stubs_with_their_hints(site: Path) -> None:
    page = (site / "labs" / "01_perceptron.html").read_text(encoding="utf-8")
    assert "Exercise heaviside: replace this line with your code." in page
    assert page.count("<summary>Hint 1 of ") == 10
    assert not re.search(r'aria-label="(Right|Wrong)', page)


def test_formulas_are_drawn_without_a_script(pages: dict[Path, Page], site: Path) -> None:
    page = (site / "labs" / "02_backpropagation.html").read_text(encoding="utf-8")
    assert page.count("<math") > 50
    assert not any("mathjax" in address.lower() for p in pages.values() for address in p.loaded)

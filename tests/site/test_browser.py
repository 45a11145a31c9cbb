"""What the course writes, in Chromium: axe-core finds nothing serious, on any screen."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from course_utils.authoring import page as pages
from course_utils.grading.report.feedback import FeedbackPages
from course_utils.grading.report.report import class_report
from tests.support import made_up_class

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Page

pytestmark = pytest.mark.slow

SERIOUS = {"serious", "critical"}
#: What a student sees of a page: a phone's and a laptop's width, in pixels, by day and by night.
VIEWS = [(width, scheme) for width in (390, 1280) for scheme in ("light", "dark")]


def faults(page: Page) -> list[str]:
    """Return what axe-core finds that is serious: rule, advice, element."""
    from axe_playwright_python.sync_playwright import Axe

    return [
        f"{fault['id']}: {fault['help']}: {node['html'][:200]}"
        for fault in Axe().run(page).response["violations"]
        if fault["impact"] in SERIOUS
        for node in fault["nodes"]
    ]


def lab_page() -> str:
    return pages.render(made_up_class.released(), made_up_class.folder())


def feedback() -> str:
    (one, *_) = (result for result in made_up_class.students(5) if result.notebook)
    return FeedbackPages(made_up_class.released(), made_up_class.folder()).page(one)


def report() -> str:
    return class_report(made_up_class.students(30), "Lab 1: The perceptron")


@pytest.mark.parametrize("make", [lab_page, feedback, report])
def test_pages_of_labs_and_grades_are_accessible(
    browser: Browser, tmp_path: Path, make: Callable[[], str]
) -> None:
    path = tmp_path / "page.html"
    path.write_text(make(), encoding="utf-8")
    look_at(browser, path)


@pytest.mark.parametrize(
    "name", ["index", "begin", "plan", "terms", "papers", "instructors", "labs/01_perceptron"]
)
def test_pages_of_the_site_are_accessible(browser: Browser, site: Path, name: str) -> None:
    look_at(browser, site / f"{name}.html")


def look_at(browser: Browser, path: Path) -> None:
    for width, scheme in VIEWS:
        page = browser.new_page(
            viewport={"width": width, "height": 800}, color_scheme=scheme, reduced_motion="reduce"
        )
        errors = errors_of(page)
        page.goto(path.as_uri())
        # A colour that is still on its way from day to night has a contrast that nobody reads.
        page.wait_for_function("document.getAnimations().every(a => a.playState == 'finished')")
        assert errors == []  # before axe-core, which asks for style sheets that a file may not read
        assert faults(page) == [], f"{path.name}, {width} pixels, {scheme}"
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, f"{path.name} is {wide} pixels wide on {width}"
        page.close()


def test_a_page_is_looked_at_when_its_colours_have_settled(
    browser: Browser, tmp_path: Path
) -> None:
    path = tmp_path / "page.html"
    path.write_text(
        """<!doctype html><html lang="en"><title>A page</title><main><h1>A page</h1>
        <p id="text" style="color: #eee; transition: color 2s">A text that comes slowly.</p></main>
        <script>text.offsetTop; text.style.color = "#000"</script></html>""",
        encoding="utf-8",
    )
    look_at(browser, path)


def errors_of(page: Page) -> list[str]:
    """Return a list to which the errors on the page's console are added."""
    errors: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type == "error":
            errors.append(message.text)

    page.on("console", note)
    return errors


def test_the_search_finds_a_term_without_a_server(browser: Browser, site: Path) -> None:
    page = browser.new_page()
    page.goto((site / "search.html").as_uri() + "?q=backpropagation")
    page.wait_for_selector("ul.search li a")
    found = [link.get_attribute("href") or "" for link in page.query_selector_all("ul.search a")]
    assert any("02_backpropagation" in address for address in found)
    page.close()

"""The pages that the course writes, in Chromium: axe finds nothing serious, in light or dark."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

from course_utils.authoring import page as pages
from course_utils.grading.report.feedback import FeedbackPages
from course_utils.grading.report.report import class_report
from tests.browser.notebook import faults
from tests.support import made_up_class

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    opened = browser.new_page(viewport={"width": 1024, "height": 768})
    yield opened
    opened.close()


def lab_page() -> str:
    return pages.render(made_up_class.released(), made_up_class.folder())


def feedback() -> str:
    (one, *_) = (result for result in made_up_class.students(5) if result.notebook)
    return FeedbackPages(made_up_class.released(), made_up_class.folder()).page(one)


def report() -> str:
    return class_report(made_up_class.students(30), "Lab 1: The perceptron")


@pytest.mark.parametrize("make", [lab_page, feedback, report])
def test_axe_finds_nothing_serious_in_a_page(page: Page, make: Callable[[], str]) -> None:
    complaints: list[str] = []
    page.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
    page.set_content(make())
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert faults(page, "body") == [], scheme
    assert complaints == []

"""A notebook open in JupyterLab, as the tests read it and work it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

CELL = ".jp-Notebook .jp-Cell"
#: What axe calls worse than moderate.
SERIOUS = ("serious", "critical")


class Opened:
    """The page that a notebook is open on, and what the page has complained of."""

    def __init__(self, page: Page, path: Path) -> None:
        self.page, self.path = page, path
        self.complaints: list[str] = []
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda m: self.complaints.append(m.text) if m.type == "error" else None)

    def open(self, address: str) -> None:
        """Go to the address and wait until the notebook is there and its kernel is idle."""
        self.page.goto(address)
        self.page.locator(CELL).first.wait_for()
        self.wait_idle()

    def wait_idle(self) -> None:
        """Wait until the kernel has done all that it was asked for."""
        self.page.locator(".jp-Notebook-ExecutionIndicator[data-status=idle]").wait_for()

    def cell(self, code: str) -> Locator:
        """The first code cell in whose code, as last saved, this text stands."""
        for place, cell in enumerate(self.saved()["cells"]):
            if cell["cell_type"] == "code" and code in "".join(cell["source"]):
                return self.page.locator(CELL).nth(place)
        raise AssertionError(f"no cell holds {code!r}")

    def write(self, cell: Locator, code: str) -> None:
        """Put this code in the place of a cell's, as if pasted."""
        cell.locator(".cm-content").click()
        self.page.keyboard.press("Control+a")
        self.page.keyboard.insert_text(code)

    def run(self, cell: Locator) -> Locator:
        """Run the cell and return where its outputs are, once they are complete."""
        prompt = cell.locator(".jp-InputPrompt")
        before = prompt.inner_text()
        cell.locator(".cm-content").click()
        self.page.keyboard.press("Control+Enter")
        self.page.wait_for_function(
            "([prompt, before]) => /\\[\\d+\\]/.test(prompt.textContent)"
            " && prompt.textContent.trim() != before.trim()",
            arg=[prompt.element_handle(), before],
        )
        return cell.locator(".jp-Cell-outputArea")

    def command(self, menu: str, *entries: str) -> None:
        """Choose an entry of a menu, or of a menu in it."""
        self.page.locator(".lm-MenuBar-item", has_text=menu).click()
        for entry in entries:
            self.page.locator(".lm-Menu-item", has_text=re.compile(f"^{entry}")).first.click()

    def save(self) -> None:
        """Save, and wait until the file is written."""
        before = self.path.stat().st_mtime_ns
        self.command("File", "Save Notebook")
        for _ in range(100):
            if self.path.stat().st_mtime_ns != before:
                return
            self.page.wait_for_timeout(100)
        raise AssertionError(f"{self.path} was not saved")

    def restart(self) -> None:
        """Restart the kernel, as its menu does, and say yes."""
        self.command("Kernel", "Restart Kernel…")
        self.page.locator(".jp-Dialog .jp-mod-accept").click()
        self.page.locator(".jp-Dialog").wait_for(state="detached")
        self.wait_idle()

    def saved(self) -> dict[str, Any]:
        """The notebook as it lies on the disk."""
        found: dict[str, Any] = json.loads(self.path.read_text(encoding="utf-8"))
        return found


def faults(page: Page, within: str) -> list[str]:
    """What axe-core finds that is serious, in the page's elements of a selector."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page, context=within).response["violations"]
    return [
        f"{fault['id']}: {fault['help']}: {node['html'][:200]}"
        for fault in found
        if fault["impact"] in SERIOUS
        for node in fault["nodes"]
    ]

"""A notebook open in JupyterLab, as the tests read it and work it."""

from __future__ import annotations

import json
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

    def cell(self, text: str) -> Locator:
        """The first code cell whose code holds this text."""
        return self.page.locator(".jp-CodeCell", has_text=text).first

    def write(self, cell: Locator, code: str) -> None:
        """Put this code in the place of a cell's, as if pasted."""
        cell.locator(".cm-content").click()
        self.page.keyboard.press("Control+a")
        self.page.keyboard.insert_text(code)

    def run(self, cell: Locator) -> Locator:
        """Run the cell and return its output, once it is complete."""
        cell.locator(".cm-content").click()
        self.page.keyboard.press("Control+Enter")
        self.page.wait_for_function(
            "cell => /\\[\\d+\\]/.test(cell.querySelector('.jp-InputPrompt').textContent)",
            arg=cell.element_handle(),
        )
        return cell.locator(".jp-OutputArea-output")

    def command(self, menu: str, entry: str) -> None:
        """Choose an entry of a menu."""
        self.page.get_by_role("menuitem", name=menu, exact=True).click()
        self.page.get_by_role("menuitem", name=entry).first.click()

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
        self.page.get_by_role("button", name="Confirm Kernel Restart").click()
        self.wait_idle()

    def theme(self, name: str) -> None:
        """Choose a theme, as the settings' menu does."""
        self.page.evaluate(
            "name => window.jupyterapp.commands.execute('apputils:change-theme', {theme: name})",
            name,
        )

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

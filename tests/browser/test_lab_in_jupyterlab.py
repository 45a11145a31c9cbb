"""Lab 1 in JupyterLab and Chromium, as a student works it: one sitting, in the order below."""

from __future__ import annotations

import re

import pytest

from tests.browser.notebook import CELL, Opened, faults

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

STUB = "raise NotImplementedError"
ANSWER = """def heaviside(z):
    return np.where(z {} 0, 1.0, 0.0)


lab.check("heaviside", heaviside)"""
CARD = ".jp-OutputArea-output section[role=region]"
NEEDS = "This cell needs exercise"


def test_the_first_start_opens_the_lab_and_asks_nothing(lab: Opened) -> None:
    assert lab.page.title().startswith("perceptron")
    lab.page.wait_for_timeout(500)  # a question would come after all else
    assert lab.page.locator(".jp-Dialog, .Toastify__toast").all_inner_texts() == []
    assert lab.complaints == []


def test_run_all_on_the_untouched_lab_reaches_its_end(lab: Opened) -> None:
    lab.command("Run", "Run All Cells")
    last = lab.cell("lab.progress()")
    last.locator("table").wait_for()
    lab.wait_idle()
    lab.save()
    cells = [cell for cell in lab.saved()["cells"] if cell["cell_type"] == "code"]
    errors = [
        output
        for cell in cells
        for output in cell["outputs"]
        if output["output_type"] == "error" or output.get("name") == "stderr"
    ]
    assert errors and all(error.get("ename") == "NeedsExercise" for error in errors)
    assert all(cell["execution_count"] for cell in cells)
    assert re.search(r"\b0 of \d+ exercises right", last.inner_text())
    assert lab.page.get_by_text("Not attempted yet: heaviside").first.is_visible()


def test_a_wrong_answer_a_hint_and_a_right_one(lab: Opened) -> None:
    cell = lab.cell("def heaviside(z)")
    lab.write(cell, ANSWER.format(">"))
    card = lab.run(cell)
    assert card.get_by_role("region", name="Not right yet: heaviside").is_visible()
    assert "At z = 0 the unit fires: use >=, not >." in card.inner_text()
    assert faults(lab.page, CARD) == []

    lab.write(cell, 'lab.hint("heaviside")')
    hint = lab.run(cell)
    assert hint.get_by_role("region", name="Hint 1 of").is_visible()

    lab.write(cell, ANSWER.format(">="))
    card = lab.run(cell)
    assert card.get_by_role("region", name="Right: heaviside").is_visible()
    shown = lab.run(lab.cell("lab.progress()"))
    assert re.search(r"\b1 of \d+ exercises right, 1 of", shown.inner_text())
    assert faults(lab.page, ".jp-OutputArea-output table") == []


def test_after_a_restart_a_cell_says_what_it_needs(lab: Opened) -> None:
    lab.restart()
    lab.run(lab.cell("import ipywidgets"))
    needing = lab.cell('lab.needs("heaviside", "neuron")')
    assert NEEDS in lab.run(needing).inner_text()
    assert "Traceback" not in needing.inner_text()


def test_work_is_there_after_it_is_saved_and_opened_again(lab: Opened) -> None:
    lab.save()
    source = ["".join(cell["source"]) for cell in lab.saved()["cells"]]
    assert ANSWER.format(">=") in source
    lab.page.reload()
    lab.page.locator(CELL).first.wait_for()
    lab.wait_idle()
    assert lab.cell("np.where(z >= 0, 1.0, 0.0)").is_visible()
    assert lab.page.get_by_role("region", name="Right: heaviside").is_visible()


def test_an_exercise_is_solved_by_the_keyboard_alone(lab: Opened) -> None:
    keyboard = lab.page.keyboard
    lab.page.locator(".jp-Notebook").focus()
    keyboard.press("Escape")
    found = lab.cell("def neuron(")
    for _ in range(40):
        if found.evaluate("cell => cell.classList.contains('jp-mod-active')"):
            break
        keyboard.press("ArrowDown")
    keyboard.press("Enter")
    keyboard.press("Control+a")
    keyboard.insert_text(
        'def neuron(X, w, b, f):\n    return f(X @ w + b)\n\n\nlab.check("neuron", neuron)'
    )
    keyboard.press("Control+Enter")
    card = lab.page.get_by_role("region", name="Right: neuron")
    card.wait_for()
    assert lab.page.evaluate("document.activeElement !== document.body")


def test_cards_and_figures_fit_a_window_of_1024_pixels(lab: Opened) -> None:
    lab.page.set_viewport_size({"width": 1024, "height": 768})
    lab.page.wait_for_timeout(500)
    wide = lab.page.evaluate(
        """shown => {
            const edge = document.querySelector('.jp-Notebook').getBoundingClientRect().right;
            return [...document.querySelectorAll(shown)]
                .filter(part => part.getBoundingClientRect().right > edge)
                .map(part => part.outerHTML.slice(0, 80));
        }""",
        f"{CARD}, .jp-OutputArea-output table, .jp-OutputArea-output img",
    )
    assert wide == []


def test_cards_can_be_read_in_the_dark(lab: Opened) -> None:
    lab.command("Settings", "Theme", "JupyterLab Dark")
    lab.page.locator("body[data-jp-theme-light=false]").wait_for()
    assert faults(lab.page, CARD) == []


def test_nothing_was_complained_of_on_the_console(lab: Opened) -> None:
    assert lab.complaints == []

"""Outputs of executed cells are made stable."""

import ast
import re
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from course_utils.authoring.outputs import WIDGET, WIDGET_TEXT, settle, stabilise
from course_utils.authoring.source import find_labs

BAR, DONE = "━" * 10, "━" * 20
#: What Keras 3.15 writes in a notebook for an epoch of two steps.
EPOCH = (
    "Epoch 1/3\n"
    f"\r\x1b[1m1/2\x1b[0m \x1b[32m{BAR}\x1b[0m\x1b[37m{BAR}\x1b[0m \x1b[1m0s\x1b[0m "
    + "187ms/step - loss: 0.3838"
    + "\b" * 53
    + f"\r\x1b[1m2/2\x1b[0m \x1b[32m{DONE}\x1b[0m\x1b[37m\x1b[0m \x1b[1m0s\x1b[0m "
    "118ms/step - loss: 0.3725 - val_loss: 0.4044\n"
)


@pytest.mark.parametrize(
    ("text", "settled"),
    [
        (EPOCH, f"Epoch 1/3\n2/2 {DONE} - loss: 0.3725 - val_loss: 0.4044\n"),
        ("2/2 - 0s - 12ms/step - loss: 0.1920\n", "2/2 - loss: 0.1920\n"),
        (f"313/313 {DONE} 1s 2ms/step\n", f"313/313 {DONE}\n"),
        (f"10/10 {DONE} 1:02 900us/step - loss: 1\n", f"10/10 {DONE} - loss: 1\n"),
        ("   2/Unknown 1s 1s/step - loss: 1", "   2/Unknown - loss: 1"),
        ("it took 3s and 12ms/step\n", "it took 3s and 12ms/step\n"),
        ("12%\r 50%\r100%   \n", "100%\n"),
        ("plain \x1b[1mbold\x1b[0m text", "plain bold text"),
        ("<History at 0x7f2c4c597b10>", "<History at 0x…>"),
        ("memory 0x7f2c4c597b10", "memory 0x7f2c4c597b10"),
        ("", ""),
    ],
)
def test_settle(text: str, settled: str) -> None:
    assert settle(text) == settled
    assert settle(settled) == settled


@pytest.mark.parametrize("path", find_labs(), ids=lambda path: path.parent.name)
def test_a_lab_is_made_before_keras_is_imported(path: Path) -> None:
    """`Lab` holds TensorFlow's start-up log back, which differs from run to run."""
    statements = ast.parse(path.read_text(encoding="utf-8")).body
    made = next(n for n, one in enumerate(statements) if ast.unparse(one).startswith("lab = Lab("))
    heavy = re.compile(r"(import|from) (keras|tensorflow)|from course_utils.*models")
    assert not [one for one in statements[:made] if heavy.match(ast.unparse(one))]


def outputs_of(*outputs: Any) -> list[Any]:
    cell = new_code_cell("x", outputs=list(outputs), execution_count=7)
    notebook = new_notebook(cells=[new_markdown_cell("text"), new_code_cell(""), cell])
    notebook.metadata["widgets"] = {"state": {}}
    stable = stabilise(notebook)
    nbformat.validate(stable)
    assert "widgets" not in stable.metadata
    assert stable.cells[2].execution_count == 1
    return list(stable.cells[2].outputs)


def stream(text: str, name: str = "stdout") -> Any:
    return new_output("stream", text=text, name=name)


def test_pieces_of_a_stream_are_joined() -> None:
    pieces = [stream(EPOCH[:40]), stream(EPOCH[40:90]), stream(EPOCH[90:])]
    assert [output.text for output in outputs_of(*pieces)] == [settle(EPOCH)]
    between = new_output("display_data", data={"text/plain": "figure"})
    found = outputs_of(stream("a"), stream("b"), between, stream("c"), stream("", "stderr"))
    assert [output.get("text") for output in found] == ["ab", None, "c"]


def test_a_widget_keeps_a_sentence() -> None:
    data = {"text/plain": "interactive(...)", WIDGET: {"model_id": "82b18350"}}
    assert outputs_of(new_output("display_data", data=data))[0].data == {"text/plain": WIDGET_TEXT}


def test_what_a_widget_drew_is_not_kept_beside_it() -> None:
    drawn = new_output("display_data", data={"text/html": "<img>"})
    shown = new_output("execute_result", data={WIDGET: {"model_id": "82b18350"}})
    assert [output.data for output in outputs_of(drawn, shown)] == [{"text/plain": WIDGET_TEXT}]


def test_results_are_renumbered_and_lose_addresses_and_colours() -> None:
    data = {"text/plain": "\x1b[1m<f at 0x7f00aa>\x1b[0m", "image/png": "at 0x7f00aa"}
    result = outputs_of(new_output("execute_result", data=data, execution_count=7))[0]
    assert result.execution_count == 1
    assert result.data == {"text/plain": "<f at 0x…>", "image/png": "at 0x7f00aa"}

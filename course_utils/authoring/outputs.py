"""Make the outputs of an executed notebook stable: the same seed gives the same bytes.

What differs from run to run without meaning anything is taken out: how a stream was cut into
pieces, progress bars on their way, timings, addresses in memory, ids of widgets.
"""

from __future__ import annotations

import re
from typing import Any

from nbformat import NotebookNode

from course_utils.common.wording import ESCAPES

WIDGET = "application/vnd.jupyter.widget-view+json"
WIDGET_TEXT = "Interactive: run this notebook to move the sliders."

_ADDRESS = re.compile(r"\bat 0x[0-9a-fA-F]+")
#: Keras 3 writes "10/10 ━━━━ 0s 12ms/step - loss: 0.5", with verbose=2 "10/10 - 0s - 12ms/step - ".
_KERAS_LINE = re.compile(r"\s*\d+/(?:\d+|Unknown) ")
_KERAS_TIME = re.compile(
    r" (?:- )?(?:\d+s|\d+(?::\d\d)+) (?:- )?\d+(?:\.\d+)?(?:us|ms|s|min)/(?:step|epoch|image)"
)


def stabilise(notebook: NotebookNode) -> NotebookNode:
    """Make the outputs of every code cell stable, in place, and return the notebook."""
    notebook.metadata.pop("widgets", None)
    count = 0
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        cell.metadata.pop("execution", None)
        if cell.execution_count is not None:
            count += 1
            cell.execution_count = count
        outputs = _of_widget(cell.outputs) or _merged(cell.outputs)
        cell.outputs = [_output(output, count) for output in outputs]
    return notebook


def _of_widget(outputs: list[NotebookNode]) -> list[NotebookNode]:
    """The widget of a cell that shows one; what it drew belongs to it and not to the page."""
    return [output for output in outputs if WIDGET in output.get("data", {})]


def _merged(outputs: list[NotebookNode]) -> list[NotebookNode]:
    """Join neighbouring pieces of one stream and settle its text; drop streams left empty."""
    merged: list[NotebookNode] = []
    for output in outputs:
        last = merged[-1] if merged else None
        if output.output_type != "stream":
            merged.append(output)
        elif last is not None and last.output_type == "stream" and last.name == output.name:
            last.text += output.text
        else:
            merged.append(output.copy())
    for output in merged:
        if output.output_type == "stream":
            output.text = settle(output.text)
    return [output for output in merged if output.output_type != "stream" or output.text]


def settle(text: str) -> str:
    """Return the text of a stream as a terminal shows it in the end.

    That is of a progress bar its last state, without timings, colours and addresses.
    """
    return "\n".join(_plain(_final(line)) for line in ESCAPES.sub("", text).split("\n"))


def _final(line: str) -> str:
    """Return what is left of a line that was written over."""
    if "\r" not in line and "\b" not in line:
        return line
    pieces = [piece for piece in re.split(r"[\r\b]+", line) if piece]
    return pieces[-1].rstrip() if pieces else ""


def _plain(line: str) -> str:
    line = _ADDRESS.sub("at 0x…", line)
    return _KERAS_TIME.sub("", line) if _KERAS_LINE.match(line) else line


def _output(output: NotebookNode, count: int) -> NotebookNode:
    if output.output_type == "execute_result":
        output.execution_count = count
    data: Any = output.get("data")
    if not data:
        return output
    if WIDGET in data:
        output.data = NotebookNode({"text/plain": WIDGET_TEXT})
        return output
    for kind in ("text/plain", "text/html"):
        if kind in data:
            data[kind] = _ADDRESS.sub("at 0x…", ESCAPES.sub("", data[kind]))
    return output

"""Submissions that are spoiled, or odd, as files."""

from __future__ import annotations

import base64
import copy
import json
import os
from collections.abc import Callable
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_output

#: Writes one submission at a path, given the solved trial lab.
Writer = Callable[[Path, NotebookNode], None]


def not_json(path: Path, solved: NotebookNode) -> None:
    path.write_text("PK\x03\x04 this is a word processor's file", encoding="utf-8")


def empty_file(path: Path, solved: NotebookNode) -> None:
    path.write_bytes(b"")


def json_but_no_notebook(path: Path, solved: NotebookNode) -> None:
    path.write_text('["cells", {"cells": 3}]', encoding="utf-8")


def deeply_nested(path: Path, solved: NotebookNode) -> None:
    path.write_text("[" * 200_000 + "]" * 200_000, encoding="utf-8")


def no_cells(path: Path, solved: NotebookNode) -> None:
    _write(path, solved, cells=[])


def from_the_future(path: Path, solved: NotebookNode) -> None:
    _write(path, solved, nbformat=9)


def wrong_lab(path: Path, solved: NotebookNode) -> None:
    text = nbformat.writes(solved).replace("90_trial", "91_other")
    for name in ("step", "row_means", "small_net", "seconds_in_a_week"):
        text = text.replace(name, f"other_{name}")
    path.write_text(text, encoding="utf-8")


def other_language(path: Path, solved: NotebookNode) -> None:
    made = copy.deepcopy(solved)
    made.metadata.kernelspec = {"name": "ir", "language": "R", "display_name": "R"}
    made.metadata.language_info = {"name": "R"}
    for cell in made.cells:
        if cell.cell_type == "code":
            cell.source = "step <- function(z) as.numeric(z >= 0)"
    nbformat.write(made, path)


def folder_named_like_a_notebook(path: Path, solved: NotebookNode) -> None:
    path.mkdir()


def link_to_the_solution(path: Path, solved: NotebookNode) -> None:
    target = path.parent.parent / "elsewhere.ipynb"
    if not target.exists():
        nbformat.write(solved, target)
    path.symlink_to(target)


def named_pipe(path: Path, solved: NotebookNode) -> None:
    os.mkfifo(path)


def version_3(path: Path, solved: NotebookNode) -> None:
    made = nbformat.v4.convert.downgrade(copy.deepcopy(solved))
    path.write_text(json.dumps(made), encoding="utf-8")


def huge_outputs(path: Path, solved: NotebookNode) -> None:
    made = copy.deepcopy(solved)
    picture = base64.b64encode(os.urandom(15_000_000)).decode()
    cell = next(cell for cell in made.cells if cell.cell_type == "code")
    cell.outputs = [new_output("display_data", {"image/png": picture})]
    nbformat.write(made, path)


def without_ids(path: Path, solved: NotebookNode) -> None:
    made = json.loads(nbformat.writes(solved))
    for cell in made["cells"]:
        del cell["id"]
        cell["metadata"] = {}
    made["nbformat_minor"] = 4
    made["metadata"] = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    path.write_text(json.dumps(made), encoding="utf-8")


def with_a_byte_order_mark(path: Path, solved: NotebookNode) -> None:
    path.write_bytes(b"\xef\xbb\xbf" + nbformat.writes(solved).replace("\n", "\r\n").encode())


#: What cannot be graded: no points, a sentence, a person to look.
UNREADABLE: dict[str, Writer] = {
    one.__name__: one
    for one in (
        not_json,
        empty_file,
        json_but_no_notebook,
        deeply_nested,
        no_cells,
        from_the_future,
        wrong_lab,
        other_language,
        folder_named_like_a_notebook,
        link_to_the_solution,
        named_pipe,
    )
}
#: What is odd to read and deserves all its points.
READABLE: dict[str, Writer] = {
    one.__name__: one for one in (version_3, huge_outputs, without_ids, with_a_byte_order_mark)
}


def _write(path: Path, solved: NotebookNode, **changes: object) -> None:
    made = json.loads(nbformat.writes(solved)) | changes
    path.write_text(json.dumps(made), encoding="utf-8")

"""Figures of a notebook as files of their own, which a browser fetches when it needs them.

A figure is shown by its cell as an HTML image with its picture inside; a page with thirty of them
weighs megabytes before its first word is read.
"""

from __future__ import annotations

import base64
import hashlib
import io
import re
from pathlib import Path

from nbformat import NotebookNode
from PIL import Image

from course_utils.common import files

_PICTURE = re.compile(r'src="data:image/(?:png|jpeg|webp);base64,([A-Za-z0-9+/=\s]+)"')


def to_files(notebook: NotebookNode, folder: Path, address: str) -> NotebookNode:
    """Return a copy of the notebook whose figures are WebP files in `folder`.

    address: what a page writes before a file's name to reach `folder`. A figure is named by what it
    is, so that the same notebook gives the same files. The pictures lose nothing.
    """
    copy: NotebookNode = NotebookNode(notebook)
    copy.cells = [_cell_to_files(cell, folder, address) for cell in notebook.cells]
    return copy


def _cell_to_files(cell: NotebookNode, folder: Path, address: str) -> NotebookNode:
    if cell.cell_type != "code":
        return cell
    copy = NotebookNode(cell)
    copy.outputs = [_output_to_files(output, folder, address) for output in cell.outputs]
    return copy


def _output_to_files(output: NotebookNode, folder: Path, address: str) -> NotebookNode:
    page = "".join(output.get("data", {}).get("text/html", ""))
    if "base64," not in page:
        return output

    def put(found: re.Match[str]) -> str:
        name = write(base64.b64decode(found[1]), folder)
        return f'loading="lazy" src="{address}{name}"'

    copy = NotebookNode(output)
    copy.data = NotebookNode(output.data, **{"text/html": _PICTURE.sub(put, page)})
    return copy


def write(picture: bytes, folder: Path) -> str:
    """Write the bytes of a picture to `folder` as a WebP file without loss; return its name."""
    name = hashlib.sha256(picture).hexdigest()[:16] + ".webp"
    path = folder / name
    if not path.exists():
        stream = io.BytesIO()
        Image.open(io.BytesIO(picture)).save(stream, "webp", lossless=True, quality=50, method=3)
        files.write(path, stream.getvalue())
    return name

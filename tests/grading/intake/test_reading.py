"""Any file that claims to be a notebook: cells, or a sentence that says why not."""

import json
import os
import tempfile
from pathlib import Path
from typing import Any

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_utils.common.paths import LABS, SOLUTIONS
from course_utils.grading.intake import reading
from course_utils.grading.intake.reading import StudentNotebook, Unreadable, glance, read
from tests.support.submitted import LAB, notebook


def read_bytes(tmp_path: Path, content: bytes | str) -> StudentNotebook:
    path = tmp_path / "p.ipynb"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read(path, "class/ada.ipynb")


def refused(tmp_path: Path, content: bytes | str) -> str:
    """The sentence with which a file is refused; it names the file."""
    with pytest.raises(Unreadable) as caught:
        read_bytes(tmp_path, content)
    text = str(caught.value)
    assert text.startswith("class/ada.ipynb") and text.endswith(".") and "\n" not in text
    return text


def cells(tmp_path: Path, *found: Any, **more: Any) -> StudentNotebook:
    data = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": found, **more}
    return read_bytes(tmp_path, json.dumps(data))


def code(source: Any, **more: Any) -> dict[str, Any]:
    return {"cell_type": "code", "metadata": {}, "source": source, "outputs": [], **more}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "is an empty file"),
        (" \n\n", "is an empty file"),
        ("hello", "is not JSON"),
        ('{"cells": [', "is not JSON"),
        (b"PK\x03\x04 and so on", "a zip or an office file"),
        (b"%PDF-1.4", "a PDF"),
        ("<!DOCTYPE html><html>", "a web page"),
        ("[1, 2]", "is JSON but no notebook"),
        ("3", "is JSON but no notebook"),
        ("null", "is JSON but no notebook"),
        ('{"a": 1}', "is JSON but no notebook"),
        ('{"cells": 3, "nbformat": 4}', "has no list of cells"),
        ('{"nbformat": 4}', "has no list of cells"),
        ('{"cells": [], "nbformat": 4}', "has no cells"),
        ('{"cells": [{}], "nbformat": 5}', "has the notebook format 5, which is not known"),
        ('{"cells": [{}], "nbformat": "x"}', "has the notebook format x"),
        ('{"cells": [{}], "nbformat": NaN}', "has the notebook format nan"),
        ('{"worksheets": 7, "nbformat": 3}', "has the notebook format 3, of before 2015"),
        ("[" * 100_000, "is nested too deeply"),
        ('{"cells": ' * 50_000, "is nested too deeply"),
        (b"\x80\x81\x00\xff" * 50, "is not JSON"),
        ("9" * 10_000, "is JSON but no notebook"),
        ('{"nbformat": ' + "9" * 10_000 + ', "cells": [{}]}', "has the notebook format"),
    ],
)
def test_what_is_no_notebook(tmp_path: Path, content: bytes | str, words: str) -> None:
    assert words in refused(tmp_path, content)


def test_a_notebook_without_cells_is_empty_and_the_others_unreadable(tmp_path: Path) -> None:
    for content, status in (('{"cells": [], "nbformat": 4}', "empty"), ("x", "unreadable")):
        with pytest.raises(Unreadable) as caught:
            read_bytes(tmp_path, content)
        assert caught.value.status == status


def test_what_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "folder.ipynb").mkdir()
    os.mkfifo(tmp_path / "pipe.ipynb")
    (tmp_path / "link.ipynb").symlink_to("/etc/hostname")
    for name, words in (
        ("folder", "is a folder, not a file"),
        ("pipe", "is a pipe or a device"),
        ("link", "is a link, which is not followed"),
        ("none", "cannot be opened"),
    ):
        with pytest.raises(Unreadable, match=words):
            read(tmp_path / f"{name}.ipynb")


def test_too_much_of_everything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_CELLS", 10)
    monkeypatch.setattr(reading, "MOST_TEXT", 1_000)
    monkeypatch.setattr(reading, "MOST_NESTED", 500)
    assert "more than 10 cells" in refused(tmp_path, notebook(*["x"] * 11))
    assert "more than 1000 characters" in refused(tmp_path, notebook("x" * 600, "y" * 600))
    assert "holds too much to read" in refused(tmp_path, '{"cells": [' + "[]," * 600 + "[]]}")


def test_huge_outputs_are_dropped(tmp_path: Path) -> None:
    picture = {"output_type": "display_data", "data": {"image/png": "A" * 20_000_000}}
    found = cells(tmp_path, code("x = 1", outputs=[picture], attachments={"a": "b"}))
    assert [cell.source for cell in found.cells] == ["x = 1"]


def test_ids_and_places(tmp_path: Path) -> None:
    found = cells(
        tmp_path,
        code("a", id="one"),
        code("b", metadata={"id": "colab"}),
        code("c", id="one", metadata={"id": "kept"}),
        code("d", id=7, metadata=[]),
        code("e", id="", metadata={"id": None}),
    )
    ids = [("one",), ("colab",), ("one", "kept"), (), ()]
    assert [cell.ids for cell in found.cells] == ids
    assert [cell.place for cell in found.cells] == [1, 2, 3, 4, 5]


def test_source_in_every_form(tmp_path: Path) -> None:
    found = cells(
        tmp_path,
        code(["a\n", "b"]),
        code("a\r\nb\rc"),
        code([]),
        code("half \ud800 a pair"),
        {"cell_type": "markdown", "source": "# Title"},
        {"cell_type": "raw", "source": "raw"},
    )
    assert [cell.source for cell in found.cells] == [
        "a\nb", "a\nb\nc", "", "half ? a pair", "# Title", "raw",
    ]  # fmt: skip
    assert [cell.kind for cell in found.cells][-2:] == ["markdown", "raw"]


@pytest.mark.parametrize("bad", [None, 3, {"a": 1}, ["a", 3], [["a"]], True])
def test_source_that_is_no_text_is_left_out_and_reported(tmp_path: Path, bad: Any) -> None:
    found = cells(tmp_path, code("x = 1"), code(bad))
    assert len(found.cells) == 1
    assert found.notes == ("The source of cell 2 is not text; it was left out.",)


@pytest.mark.parametrize("bad", [None, 3, "text", [], {}, {"cell_type": "heading"}])
def test_a_cell_that_is_no_cell_is_left_out_and_reported(tmp_path: Path, bad: Any) -> None:
    found = cells(tmp_path, bad, code("x = 1"))
    assert [cell.place for cell in found.cells] == [2]
    assert found.notes == ("Cell 1 is no cell of a notebook; it was left out.",)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "latin-1"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    text = json.dumps(json.loads(notebook("name = 'José'")), ensure_ascii=False)
    found = read_bytes(tmp_path, text.replace("\n", "\r\n").encode(encoding))
    assert found.cells[0].source == "name = 'José'" and found.lab == LAB


def test_numbers_that_are_none_do_not_matter(tmp_path: Path) -> None:
    text = notebook("x = 1").replace('"outputs": []', '"outputs": [NaN, Infinity, -Infinity]')
    assert read_bytes(tmp_path, text).cells[0].source == "x = 1"


@pytest.mark.parametrize("version", [3, 2])
def test_a_notebook_of_an_older_format_is_upgraded(tmp_path: Path, version: int) -> None:
    new = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell("x = 1"), nbformat.v4.new_markdown_cell("text")]
    )
    old = nbformat.convert(new, version)
    if version == 3:
        heading = {"cell_type": "heading", "level": 2, "source": "Title", "metadata": {}}
        old.worksheets[0].cells.append(nbformat.from_dict(heading))
    found = read_bytes(tmp_path, json.dumps(old))
    assert [cell.source for cell in found.cells] == ["x = 1", "text", "## Title"][:version]


def test_lab_and_language_of_the_metadata(tmp_path: Path) -> None:
    for metadata, lab, language in (
        ({"course": {"lab": "02_x"}, "kernelspec": {"language": "R"}}, "02_x", "r"),
        ({"course": "x", "kernelspec": {"name": "python3"}}, "", ""),
        ({"course": {"lab": 3}, "language_info": {"name": "Julia"}}, "", "julia"),
        ([], "", ""),
    ):
        found = cells(tmp_path, code("x"), metadata=metadata)
        assert (found.lab, found.language) == (lab, language)
        assert glance(tmp_path / "p.ipynb").lab == lab
    assert glance(tmp_path / "none.ipynb").lab == ""


@pytest.mark.parametrize("path", sorted([*LABS.glob("*/*.ipynb"), *SOLUTIONS.glob("*/*.ipynb")]))
def test_the_courses_own_notebooks(path: Path) -> None:
    original = nbformat.read(path, as_version=4)
    found = read(path)
    assert [cell.source for cell in found.cells] == [cell.source for cell in original.cells]
    assert [cell.ids[0] for cell in found.cells] == [cell.id for cell in original.cells]
    assert (found.lab, found.language, found.notes) == (path.parent.name, "python", ())


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(
            st.sampled_from(
                ["cells", "worksheets", "nbformat", "metadata", "source", "input", "cell_type"]
                + ["id", "course", "lab", "language_info", "name", "nbformat_minor"]
            ),
            inner,
            max_size=5,
        ),
    ),
    max_leaves=25,
)


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.binary(max_size=200), JSON.map(json.dumps).map(str.encode)))
def test_anything_is_read_or_refused_in_a_sentence(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "p.ipynb"
        path.write_bytes(content)
        try:
            for cell in read(path).cells:
                cell.source.encode()
        except Unreadable as error:
            assert str(error).startswith("p.ipynb")
            assert error.status in ("unreadable", "empty")

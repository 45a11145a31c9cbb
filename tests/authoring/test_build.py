"""Building a lab: the files it makes, again the same bytes, what is kept and what has drifted."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest

from course_utils.authoring import notebook, source
from course_utils.authoring.build import build_labs, check_labs
from course_utils.authoring.execute import execute
from course_utils.authoring.source import LabSource
from course_utils.common.errors import CourseError
from tests.support import sample_lab

GENERATED = (
    "labs/01_lines/checks.npz",
    "labs/01_lines/lines.ipynb",
    "solutions/01_lines/lines.ipynb",
)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course of one lab, built once; the tests work on copies."""
    root = tmp_path_factory.mktemp("built")
    sample_lab.write(root)
    build_labs(root=root, report=lambda _: None)
    return root


@pytest.fixture
def course(built: Path, tmp_path: Path) -> Path:
    root = tmp_path / "course"
    shutil.copytree(built, root)
    return root


def files(root: Path) -> dict[str, bytes]:
    """The bytes of every generated file."""
    return {name: (root / name).read_bytes() for name in GENERATED}


def edit(path: Path, change: Callable[[nbformat.NotebookNode], object]) -> None:
    """Change a notebook as JupyterLab would, and save it."""
    found = nbformat.read(path, as_version=4)
    change(found)
    nbformat.write(found, path)


def lab_in(root: Path) -> LabSource:
    return source.read(root / "solutions/01_lines/lines.py", root)


def test_what_is_built(course: Path) -> None:
    assert sorted(p.name for p in (course / "labs/01_lines").iterdir()) == [
        "checks.npz",
        "lines.ipynb",
    ]
    assert not (course / "build" / "01_lines").exists()
    for name in GENERATED[1:]:
        text = (course / name).read_text(encoding="utf-8")
        found = nbformat.reads(text, as_version=4)
        nbformat.validate(found)
        assert (
            json.dumps(json.loads(text), sort_keys=True, indent=1, ensure_ascii=False) + "\n"
            == text
        )
        assert set(found.metadata) == {"course", "kernelspec", "language_info"}
    released = nbformat.read(course / GENERATED[1], as_version=4)
    for cell in released.cells:
        assert cell.cell_type != "code" or (not cell.outputs and cell.execution_count is None)
        assert ("lab.needs(" in cell.source) == (
            "raises-exception" in cell.metadata.get("tags", [])
        )
    stops = [c.source for c in released.cells if "lab.needs(" in c.source]
    assert stops[0] == 'lab.needs("scale")\nscaled = scale(x)\nprint(scaled)'
    for secret in ("values.max", "polyfit", "SOLUTION"):
        assert secret not in json.dumps(released)


def test_ids_are_stable_and_the_same_in_both_notebooks(course: Path) -> None:
    both = [nbformat.read(course / name, as_version=4) for name in GENERATED[1:]]
    ids = [[cell.id for cell in found.cells] for found in both]
    assert ids[0] == [*ids[1], "hand-in-1"]
    assert ids[1] == notebook.cell_ids(lab_in(course))
    assert ids[0][:7] == [
        "lines-1", "lines-2", "exercise-scale-text-1", "exercise-scale",
        "a-look-1", "a-look-2", "a-look-3",
    ]  # fmt: skip
    assert len(set(ids[0])) == len(ids[0])
    scale = both[0].cells[3].metadata
    assert scale == {"course": {"exercise": "scale"}, "deletable": False}


def test_ids_are_valid_whatever_the_headings(tmp_path: Path) -> None:
    name = "a" * 80
    cells = [sample_lab.function(name), sample_lab.function(name + "b")]
    headings = [f"# %% [markdown]\n# ## {text}" for text in ("Größe: (R/γ)²", "γ", "x" * 90, "2.1")]
    lab = sample_lab.lab_of(tmp_path, *headings, *cells, exercises=(name, name + "b"))
    ids = notebook.cell_ids(lab)
    nbformat.validate(notebook.released(lab))
    assert len(set(ids)) == len(ids)


def test_cells_that_only_draw_are_folded(tmp_path: Path) -> None:
    drawing = '# %% tags=["hide-input"]\nprint("a figure")'
    kept = '# %% tags=["slow"]\nprint("no figure")'
    lab = sample_lab.lab_of(tmp_path, sample_lab.function("f"), drawing, kept, exercises=("f",))
    for made in (notebook.released(lab), notebook.solved(lab)):
        folded, shown = [cell for cell in made.cells if cell.metadata.get("tags")]
        assert folded.metadata["jupyter"] == {"source_hidden": True}
        assert "hide-input" in folded.metadata["tags"]
        assert "jupyter" not in shown.metadata


def test_what_students_open_ends_in_a_word_on_handing_in(course: Path) -> None:
    last = nbformat.read(course / GENERATED[1], as_version=4).cells[-1]
    assert last.cell_type == "markdown", "Run All may not run the lab twice"
    assert last.source.startswith("## Hand in") and "`lab.ready()`" in last.source
    assert "lines.ipynb alone" in last.source.replace("\n", " ")


@pytest.mark.slow
def test_a_rebuild_changes_no_byte(course: Path) -> None:
    before, said = files(course), list[str]()
    build_labs(["1"], False, said.append, course)
    assert said == ["01_lines: up to date."]
    build_labs(None, True, said.append, course)
    assert said[-1] == "01_lines: built."
    assert files(course) == before


def test_a_built_course_has_not_drifted(course: Path) -> None:
    assert check_labs(course) == []


@pytest.mark.slow
def test_opening_or_running_a_lab_is_no_work_to_keep(course: Path) -> None:
    def run(found: nbformat.NotebookNode) -> None:
        found.metadata.language_info["version"] = "3.12.1"
        found.cells[1].outputs = [nbformat.v4.new_output("stream", text="hello")]
        found.cells[1].execution_count = 4

    before = files(course)
    edit(course / GENERATED[1], run)
    assert "labs/01_lines/lines.ipynb is not as it was built" in check_labs(course)[0]
    said = list[str]()
    build_labs(None, False, said.append, course)
    assert files(course) == before
    assert not list(course.rglob("*.kept-*"))


@pytest.mark.slow
def test_a_notebook_in_which_a_person_worked_is_kept(course: Path) -> None:
    before, said = files(course), list[str]()
    path = course / GENERATED[1]
    (path.with_name("lines.kept-1.ipynb")).write_text("an older one")
    edit(path, lambda found: found.cells[3].update(source="def scale(x): return x"))
    work = path.read_bytes()
    build_labs(None, False, said.append, course)
    assert path.with_name("lines.kept-2.ipynb").read_bytes() == work
    assert path.with_name("lines.kept-1.ipynb").read_text() == "an older one"
    assert any("labs/01_lines/lines.ipynb was not as built; it is kept beside" in s for s in said)
    assert files(course) == before


# What is done to a built course, and the beginning of what the check says.
DRIFTS: dict[str, tuple[Callable[[Path], object], str]] = {
    "released missing": (lambda r: (r / GENERATED[1]).unlink(), f"{GENERATED[1]} is missing"),
    "solved missing": (lambda r: (r / GENERATED[2]).unlink(), f"{GENERATED[2]} is missing"),
    "checks missing": (lambda r: (r / GENERATED[0]).unlink(), f"{GENERATED[0]} is missing"),
    "released edited": (
        lambda r: edit(r / GENERATED[1], lambda n: n.cells[0].update(source="# Hello")),
        f"{GENERATED[1]} is not as it was built",
    ),
    "solved edited": (
        lambda r: edit(r / GENERATED[2], lambda n: n.cells[0].update(source="# Hello")),
        f"{GENERATED[2]} is not as it was built",
    ),
    "outputs edited": (
        lambda r: edit(r / GENERATED[2], lambda n: n.cells[5].update(outputs=[])),
        f"{GENERATED[2]} is not as it was built",
    ),
    "no notebook": (
        lambda r: (r / GENERATED[1]).write_text("{}"),
        f"{GENERATED[1]} is no notebook that can be read",
    ),
    "checks cut": (
        lambda r: (r / GENERATED[0]).write_bytes((r / GENERATED[0]).read_bytes()[:200]),
        f"{GENERATED[0]} is damaged",
    ),
    "text changed": (
        lambda r: sample_lab.write(r, sample_lab.SCRIPT.replace("Divide by", "Divide it by")),
        f"{GENERATED[1]} was built from another version of its source",
    ),
    "cases changed": (
        lambda r: sample_lab.write(r, exercises=sample_lab.EXERCISES.replace("size=4", "size=5")),
        f"{GENERATED[0]} was built from another version of its source",
    ),
    "source broken": (
        lambda r: sample_lab.write(r, sample_lab.SCRIPT.replace("### END", "## END")),
        "solutions/01_lines/lines.py:20: ### BEGIN SOLUTION without",
    ),
    "no source": (
        lambda r: shutil.copytree(r / "labs/01_lines", r / "labs/09_gone"),
        "labs/09_gone has no source in solutions/",
    ),
}


@pytest.mark.parametrize("name", DRIFTS)
def test_drift_is_noticed(course: Path, name: str) -> None:
    change, sentence = DRIFTS[name]
    change(course)
    found = check_labs(course)
    assert any(problem.startswith(sentence) for problem in found), found


@pytest.mark.slow
def test_a_lab_that_fails_changes_nothing_and_names_the_line(course: Path) -> None:
    before = files(course)
    script = sample_lab.SCRIPT.replace("print(scaled.sum())", "print(scaled / [1, 2])", 1)
    line = script.splitlines().index("print(scaled / [1, 2])") + 1
    sample_lab.write(course, script)
    with pytest.raises(CourseError) as caught:
        build_labs(None, False, lambda _: None, course)
    start = f"solutions/01_lines/lines.py:{line}: cell a-look-5 of lab 01_lines raises ValueError: "
    assert str(caught.value).startswith(start)
    assert files(course) == before
    assert not (course / "build" / "01_lines").exists()


@pytest.mark.slow
def test_a_wrong_check_fails_the_solved_lab(course: Path) -> None:
    """The reference is what the exercise returns, so the solved lab passes its own checks; with
    checks of another version it must not."""
    sample_lab.write(course, sample_lab.SCRIPT.replace("return values / largest", "return values"))
    solved = notebook.solved(lab_in(course))
    with pytest.raises(CourseError, match="cell exercise-scale of lab 01_lines raises CheckFailed"):
        execute(solved, course / "labs/01_lines", strict=True, root=course)


@pytest.mark.slow
def test_progress_is_told(course: Path) -> None:
    told: list[tuple[int, int]] = []
    solved = notebook.solved(lab_in(course))
    execute(solved, course / "labs/01_lines", lambda done, of: told.append((done, of)), root=course)
    assert told == [(n, 13) for n in range(1, 14)]


def test_an_unknown_lab_is_refused(course: Path) -> None:
    with pytest.raises(CourseError, match="There is no lab"):
        build_labs(["7"], False, lambda _: None, course)

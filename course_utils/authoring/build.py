"""Build the labs: from each source the released lab, its checks and the executed solution."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from course_utils.authoring import execute, notebook, record, references, source
from course_utils.authoring.drift import drift, up_to_date
from course_utils.authoring.source import LabSource, shown
from course_utils.authoring.verify import verify
from course_utils.common import catalog, files, settings
from course_utils.common.errors import CourseError
from course_utils.common.paths import ROOT


def build_labs(
    names: Iterable[str] | None = None,
    force: bool = False,
    report: Callable[[str], None] = print,
    root: Path = ROOT,
) -> None:
    """Build the labs of these names, or all.

    Each gives labs/NN/topic.ipynb, labs/NN/checks.npz and the executed solutions/NN/topic.ipynb.
    What is as its source gives is skipped, unless forced.

    report: is told in one sentence what happened to each lab.
    Raises CourseError where a source is wrong or its lab fails; that lab's files stay as they were.
    """
    sources = source.find_labs(root)
    if names is not None:
        chosen = {catalog.choose(name, root / "solutions") for name in names}
        sources = [path for path in sources if path.parent.name in chosen]
    for path in sources:
        lab = source.read(path, root)
        verify(lab)
        if not force and up_to_date(lab):
            report(f"{lab.name}: up to date.")
        else:
            report(f"{lab.name}: executing the solved lab.")
            _build(lab, report)
            report(f"{lab.name}: built.")


def check_labs(root: Path = ROOT) -> list[str]:
    """Return, one sentence each, where labs/ and solutions/ are not what their sources give.

    [] where all is well. Executes nothing.
    """
    found: list[str] = []
    try:
        paths = source.find_labs(root)
    except CourseError as error:
        return [str(error)]
    for path in paths:
        try:
            lab = source.read(path, root)
            verify(lab)
            found += drift(lab)
        except CourseError as error:
            found += str(error).splitlines()
    known = {path.parent.name for path in paths}
    for name in catalog.names(root / "labs"):
        if name not in known:
            folder = shown(root / "labs" / name, root)
            found.append(f"{folder} has no source in solutions/; remove it, or restore its source.")
    return found


def _build(lab: LabSource, report: Callable[[str], None]) -> None:
    """Make all of a lab's files aside, then move them to their places.

    So a lab that fails changes nothing. Aside is as deep as labs/, so that relative paths to data/
    hold.
    """
    aside = lab.root / "build" / lab.name
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    try:
        checks = aside / lab.checks_path.name
        _forget_models()
        record.write_checks(references.solved(lab), checks, notebook.source_digest(lab))
        solved = execute.execute(notebook.solved(lab), aside, strict=True, root=lab.root)
        for path in (lab.released_path, lab.solved_path):
            _keep(lab, path, report)
        lab.released_path.parent.mkdir(parents=True, exist_ok=True)
        files.write(lab.released_path, notebook.dumps(notebook.released(lab)))
        files.write(lab.solved_path, notebook.dumps(notebook.seal(solved)))
        os.replace(checks, lab.checks_path)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _forget_models() -> None:
    """Have Keras number its layers from the start again.

    The names of what a lab builds must not depend on the labs that were built before it.
    """
    settings.state()
    if "keras" in sys.modules:
        sys.modules["keras"].utils.clear_session()


def _keep(lab: LabSource, path: Path, report: Callable[[str], None]) -> None:
    """Keep a notebook in which a person has worked under another name beside it."""
    if not path.exists():
        return
    found = notebook.load(path)
    if found is not None and notebook.sealed(found):
        return
    number = 1
    while (kept := path.with_name(f"{path.stem}.kept-{number}.ipynb")).exists():
        number += 1
    os.replace(path, kept)
    report(f"{shown(path, lab.root)} was not as built; it is kept beside, as {kept.name}.")

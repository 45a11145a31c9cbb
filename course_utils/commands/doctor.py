"""What is wrong with this copy of the course and this machine, and how to mend it."""

import importlib.metadata
import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from course_utils import __version__
from course_utils.commands import surroundings
from course_utils.commands.findings import Finding
from course_utils.common import catalog, settings
from course_utils.setup import here, installer, machine, marker, versions

# What the labs themselves need, beyond the environment.
DISK_GIB = 1
MEMORY_GIB = 2
SET_UP_AGAIN = "Run `python3 -m course_utils doctor` with a Python outside .venv."


def examine(root: Path) -> list[Finding]:
    """Look at everything; what cannot even be looked at is a finding too."""
    looks: list[tuple[str, Callable[[Path], Iterator[Finding]]]] = [
        ("Python", _python),
        ("Packages", _packages),
        *surroundings.LOOKS.items(),
        ("Keras and TensorFlow", _keras),
        ("Kernel", _kernel),
        ("Labs", _labs),
        ("Data", _data),
        ("Disk", _disk),
        ("Memory", _memory),
        ("Writing", _writing),
    ]
    findings = []
    for name, look in looks:
        try:
            findings += list(look(root))
        except Exception as error:  # noqa: BLE001 - a broken package may raise anything
            findings.append(Finding(name, f"{type(error).__name__}: {error}", SET_UP_AGAIN))
    return findings


def show(findings: list[Finding]) -> None:
    """Print the findings as a table, and what there is to do below it."""
    from rich.console import Console
    from rich.table import Table

    table = Table("", "Looked at", "Found", box=None, pad_edge=False)
    for finding in findings:
        mark = "note" if finding.note else "ok"
        table.add_row(mark if finding.well else "[bold red]PROBLEM[/]", finding.name, finding.found)
    console = Console(highlight=False)
    console.print(table)
    problems = [finding for finding in findings if not finding.well]
    for problem in problems:
        console.print(f"\n[bold red]{problem.name}[/]: {problem.remedy}")
    for finding in findings:
        if finding.note:
            console.print(f"\n{finding.name}: {finding.note}")
    if not problems:
        console.print("\nNothing is wrong.")


def _python(root: Path) -> Iterator[Finding]:
    found = f"{platform.python_version()} at {sys.executable}"
    remedy = "" if versions.supported() else "Use CPython 3.11 to 3.13."
    yield Finding("Python", found, remedy)
    yield Finding("Course", f"{__version__} in {root}")


def _packages(root: Path) -> Iterator[Finding]:
    cuda = machine.has_nvidia_driver()
    files = [root / name for name in marker.requirement_files(cuda)]
    lacking = [pin for path in files for pin in here.missing(path)]
    for pin in lacking:
        name = pin.partition("==")[0]
        yield Finding(pin, f"{_version(name)} is installed", SET_UP_AGAIN)
    if not lacking:
        lines = sum(len(installer.pins(path)) for path in files)
        yield Finding("Packages", f"all as pinned ({lines} pins)")
    for name in ("tensorflow", "keras", "numpy", "jupyterlab"):
        yield Finding(name, _version(name))


def _version(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return "nothing"


def _keras(root: Path) -> Iterator[Finding]:
    settings.state()
    import keras
    import tensorflow

    gpus = tensorflow.config.list_physical_devices("GPU")
    yield Finding("Keras backend", keras.config.backend())
    blind = machine.has_nvidia_driver() and not gpus
    remedy = f"TensorFlow does not see the GPU of the NVIDIA driver: update it. {SET_UP_AGAIN}"
    yield Finding("Device", f"{len(gpus)} GPU" if gpus else "CPU", remedy if blind else "")
    yield Finding(
        "Precision", f"{keras.config.floatx()}, policy {keras.config.dtype_policy().name}"
    )


def _kernel(root: Path) -> Iterator[Finding]:
    from jupyter_client.kernelspec import KernelSpecManager

    spec = KernelSpecManager().get_kernel_spec("python3")
    program = spec.argv[0]
    # Jupyter replaces a bare "python" by the interpreter that runs Jupyter.
    ours = os.path.basename(program) == program or os.path.samefile(program, sys.executable)
    remedy = f"Remove `{spec.resource_dir}`: it starts another Python than this one."
    yield Finding("Kernel", f"python3 in {spec.resource_dir}", "" if ours else remedy)


def _labs(root: Path) -> Iterator[Finding]:
    import nbformat

    from course_utils.exercises import archive

    room = root / "labs"
    names = catalog.names(room)
    if not names:
        yield Finding("Labs", f"none in {room}", "Get a whole copy of the course.")
    for name in names:
        try:
            nbformat.validate(nbformat.read(catalog.notebook(room, name), as_version=4))
            archive.read(room / name / "checks.npz")
        except Exception as error:  # noqa: BLE001 - whatever it is, the file is no good
            yield Finding(name, str(error), f"Get {room / name} anew from the course.")
        else:
            yield Finding(name, "notebook and checks.npz can be read")


def _data(root: Path) -> Iterator[Finding]:
    from sklearn.datasets import load_digits

    shape = load_digits().data.shape
    yield Finding("Data", f"scikit-learn's digits, shape {shape}")
    room = root / "data"
    files = [path for path in room.rglob("*") if path.is_file()] if room.is_dir() else []
    empty = [path for path in files if path.stat().st_size == 0]
    remedy = f"Get {empty[0]} anew from the course." if empty else ""
    if files:
        yield Finding("data/", f"{len(files)} files, {len(empty)} of them empty", remedy)


def _disk(root: Path) -> Iterator[Finding]:
    for folder in dict.fromkeys((root, Path(tempfile.gettempdir()), Path.home())):
        free = shutil.disk_usage(folder).free / machine.GIB
        remedy = f"Make room in {folder}: the labs need {DISK_GIB} GB." if free < DISK_GIB else ""
        yield Finding("Disk", f"{free:.1f} GB free in {folder}", remedy)


def _memory(root: Path) -> Iterator[Finding]:
    import psutil

    free = psutil.virtual_memory().available / machine.GIB
    remedy = f"Close other programs: a lab needs {MEMORY_GIB} GB." if free < MEMORY_GIB else ""
    yield Finding("Memory", f"{free:.1f} GB available", remedy)


def _writing(root: Path) -> Iterator[Finding]:
    remedies = {
        root / "labs": "Copy the course to a folder of your own.",
        Path(tempfile.gettempdir()): "Set TMPDIR to a folder that you may write.",
    }
    for folder, remedy in remedies.items():
        try:
            with tempfile.TemporaryFile(dir=folder) as file:
                file.write(bytes(2**20))  # a full disk takes a new file, and nothing in it
                file.flush()
            yield Finding("Writing", f"{folder} can be written")
        except OSError as error:
            yield Finding("Writing", f"{folder}: {error.strerror}", remedy)

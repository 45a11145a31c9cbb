"""What the machine has to offer before anything is installed: a driver, disk, venv."""

import importlib
import os
import shutil
import sys
from pathlib import Path

from course_utils.common.errors import CourseError

GIB = 2**30
# Measured on Linux with Python 3.11: .venv takes 2.7 GB and the downloads, which pip keeps in its
# cache, 0.7 GB. NVIDIA's libraries take about 4 GB more, and 2.5 GB in the cache.
NEEDED_GIB = 4
NEEDED_GIB_CUDA = 11


def has_nvidia_driver() -> bool:
    """Return whether an NVIDIA driver is installed."""
    return os.path.exists("/proc/driver/nvidia/version") or shutil.which("nvidia-smi") is not None


def require_disk(root: Path, cuda: bool) -> None:
    """Refuse to begin what will not fit. Raises CourseError with what is free and needed."""
    needed = NEEDED_GIB_CUDA if cuda else NEEDED_GIB
    free = shutil.disk_usage(root).free / GIB
    if free < needed:
        raise CourseError(
            f"The set-up needs {needed} GB of disk and {root} has {free:.1f} GB free: make room, or"
            " move the course to a larger disk, then run the same command again."
        )


def require_venv() -> None:
    """Refuse a Python that cannot make environments. Raises CourseError with the remedy."""
    try:
        importlib.import_module("venv")
        importlib.import_module("ensurepip")
    except ImportError as error:
        raise CourseError(no_venv()) from error


def no_venv() -> str:
    """Return the sentence for a Python without venv."""
    version = ".".join(map(str, sys.version_info[:2]))
    if os.path.exists("/etc/debian_version"):
        remedy = "run `sudo apt install python3-venv`"
        if os.path.realpath("/usr/bin/python3") != os.path.realpath(sys.executable):
            remedy = f"run `sudo apt install python{version}-venv`"
    else:
        remedy = f"install your system's venv package for Python {version}"
    return (
        f"{sys.executable} (Python {version}) cannot make a virtual environment because its venv or"
        f" ensurepip module is missing: {remedy}, then run the same command again."
    )

"""Where pictures of chairs come from: data/, the cache, or the renderer."""

from __future__ import annotations

import contextlib
import hashlib
import os
from pathlib import Path
from typing import TypeAlias
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from course_utils.common import paths
from course_utils.common.errors import CourseError
from scripts.chairs import scene
from scripts.chairs.models import MODELS

Pixels: TypeAlias = NDArray[np.uint8]
#: What comes with the course: (varied, views of each class), at SHIPPED_SIZE with seed 0.
SHIPPED_VIEWS = {False: 200, True: 100}
SHIPPED_SIZE = 64


def shipped(varied: bool) -> Path:
    """Return the path of a sheet of pictures: a row for each class, a column for each view."""
    return paths.DATA / f"chairs_{_kind(varied)}.webp"


def load(views: int | None, varied: bool, seed: int, size: int) -> Pixels:
    """Return (10 * views, size, size, 3), class by class."""
    here = SHIPPED_VIEWS[varied]
    wanted = here if views is None else views
    # A varied picture does not depend on how many there are; a step of the turntable does.
    enough = wanted <= here if varied else wanted == here
    if seed == 0 and size == SHIPPED_SIZE and enough and shipped(varied).is_file():
        return _cut(shipped(varied), here)[:, :wanted].reshape(-1, size, size, 3)
    path = cache() / f"{_kind(varied)}-{wanted}-{seed}-{size}-{_version()}.npz"
    kept = _read(path)
    if kept is None:
        kept = draw(wanted, varied, seed, size)
        _write(path, kept)
    return kept


def cache() -> Path:
    """Keras's cache directory, the part for data sets: KERAS_HOME, else ~/.keras."""
    return Path(os.environ.get("KERAS_HOME") or Path.home() / ".keras") / "datasets" / "chairs"


def draw(views: int, varied: bool, seed: int, size: int) -> Pixels:
    """Render the pictures, with a progress bar: (10 * views, size, size, 3)."""
    from rich.progress import track

    todo = [(name, view) for name in MODELS for view in range(views)]
    pictures = [
        scene.picture(_scene(name, view, views, varied, seed), size)
        for name, view in track(todo, description="rendering chairs", transient=True)
    ]
    return np.stack(pictures)


def _scene(name: str, view: int, views: int, varied: bool, seed: int) -> scene.Scene:
    if varied:
        return scene.varied(name, view, seed)
    return scene.studio(name, view, views, seed)


def save_sheet(pictures: Pixels, path: Path) -> None:
    """Write pictures, class by class, as one sheet, without loss."""
    size, rows = pictures.shape[1], len(MODELS)
    grid = pictures.reshape(rows, -1, size, size, 3).transpose(0, 2, 1, 3, 4)
    sheet = Image.fromarray(grid.reshape(rows * size, -1, 3))
    sheet.save(path, lossless=True, quality=80, method=4)


def _cut(path: Path, views: int) -> Pixels:
    """A sheet as (10, views, size, size, 3)."""
    try:
        with Image.open(path) as file:
            sheet = np.asarray(file.convert("RGB"))
    except OSError as error:
        raise CourseError(
            f"chairs: {path} cannot be read ({error}); get the course again, or delete the file, "
            "and the pictures are rendered."
        ) from error
    size, rows = SHIPPED_SIZE, len(MODELS)
    return sheet.reshape(rows, size, views, size, 3).transpose(0, 2, 1, 3, 4)


def _kind(varied: bool) -> str:
    return "varied" if varied else "studio"


def _version() -> str:
    """A digest of the renderer: what an older one made is not served again."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def _read(path: Path) -> Pixels | None:
    """What the cache holds, or None where it holds nothing or nothing whole."""
    if not path.is_file():
        return None
    try:
        with np.load(path) as file:
            images: Pixels = file["images"]
    except (OSError, ValueError, EOFError, KeyError, BadZipFile) as error:
        print(f"chairs: {path} is damaged ({error}) and is made anew.")
        return None
    return images


def _write(path: Path, images: Pixels) -> None:
    """Put a file into the cache, whole or not at all."""
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with part.open("wb") as file:
            np.savez_compressed(file, images=images)
        os.replace(part, path)
    except OSError as error:
        with contextlib.suppress(OSError):
            part.unlink()
        print(f"chairs: the pictures are not kept for the next time ({error}).")

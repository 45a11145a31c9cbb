"""Pictures in files: folders of class folders, pipelines of names, and files that are broken."""

from __future__ import annotations

import io
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from course_utils.common.errors import CourseError
from course_utils.common.wording import listed
from course_utils.transfer import keys

# HEIC, which Pillow cannot read, is what many telephones write: it shall be named, not left out.
SUFFIXES = frozenset(
    (".avif", ".bmp", ".gif", ".heic", ".heif", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp")
)
_SHOWN = 5


class Unreadable(Exception):
    """A file that is no picture; the message says why."""


class Listing(NamedTuple):
    """The pictures of a folder: paths, labels int64 (n,), and the classes' names."""

    files: list[Path]
    labels: NDArray[np.int64]
    class_names: list[str]


def class_folders(folder: str | Path) -> Listing:
    """Return the pictures in a folder that holds one folder for each class.

    Classes are numbered in the order of their folders' names. Pictures may lie in folders below
    that of their class. Folders and files whose names begin with a dot, and files that are no
    pictures by their names, are left out.

    Raises CourseError where the folder does not exist, or is not laid out like that.
    """
    root = Path(folder).expanduser()
    if not root.is_dir():
        what = "is a file" if root.exists() else "does not exist"
        raise CourseError(
            f"The folder {root} {what}; give one that holds a folder of pictures for each class."
        )
    classes = sorted(path for path in root.iterdir() if path.is_dir() and path.name[0] != ".")
    if not classes:
        loose = sum(1 for _ in _pictures(root))
        raise CourseError(
            f"{root} holds no class folders, but {loose} pictures; sort them into one folder for "
            "each class, named as the class."
        )
    found = [sorted(_pictures(path)) for path in classes]
    empty = [path.name for path, files in zip(classes, found, strict=True) if not files]
    if empty:
        raise CourseError(
            f"{root}: no pictures lie in {', '.join(empty)}; each folder in it is a class and "
            "needs some, such as .jpg or .png files."
        )
    labels = np.repeat(np.arange(len(classes)), [len(files) for files in found])
    files = [file for files in found for file in files]
    return Listing(files, labels.astype(np.int64), [path.name for path in classes])


def _pictures(folder: Path) -> Iterator[Path]:
    for place, below, names in os.walk(folder):
        below[:] = [name for name in below if name[0] != "."]
        for name in names:
            if name[0] != "." and Path(name).suffix.lower() in SUFFIXES:
                yield Path(place, name)


def content(path: Path) -> bytes:
    """Return the bytes of a file, or raise Unreadable."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise Unreadable(error.strerror or str(error)) from error


def decode(data: bytes) -> Image.Image:
    """Return the picture in a file's bytes, in red, green and blue and upright, as it was taken.

    Raises Unreadable where there is none, or only a part of one.
    """
    try:
        with Image.open(io.BytesIO(data)) as opened:
            return ImageOps.exif_transpose(opened).convert("RGB")
    except Exception as error:  # a reader of one of many formats may fail in any way
        raise Unreadable(_reason(error)) from error


def _reason(error: Exception) -> str:
    if isinstance(error, UnidentifiedImageError):
        return "no picture, or of a kind that Pillow cannot read"
    return str(error) or type(error).__name__


def name_unreadable(failed: dict[str, str], ask: str) -> None:
    """Name the files that could not be read: in a line, or with ask="raise" in a CourseError."""
    if not failed:
        return
    names = listed([f"{name} ({why})" for name, why in failed.items()], _SHOWN)
    if ask == "raise":
        raise CourseError(
            f"Bottlenecks: {len(failed)} pictures cannot be read: {names}; mend or remove them, or "
            "take unreadable='skip'."
        )
    print(f"Bottlenecks: skipped {len(failed)} pictures that cannot be read: {names}.")


def check_choice(ask: str) -> None:
    """Raise CourseError where `unreadable` is neither "skip" nor "raise"."""
    if ask not in ("skip", "raise"):
        raise CourseError(f"Bottlenecks: unreadable={ask!r}; give 'skip' or 'raise'.")


def elements(pipeline: Iterable[Any]) -> Iterator[tuple[Any, Any]]:
    """Yield (file or image, label or None) of a pipeline, batched or not, one at a time.

    pipeline: a tf.data.Dataset, or any iterable, of x or (x, label). Texts of no axes are single
    files, images of three axes are single images; one axis more is a batch.
    """
    numpy = getattr(pipeline, "as_numpy_iterator", None)
    for element in numpy() if numpy else pipeline:
        x, label = element if isinstance(element, tuple) else (element, None)
        x = np.asarray(x if not isinstance(x, Path) else str(x))
        axes = 0 if x.dtype.kind in "OSU" else 3
        if x.ndim == axes:
            yield _text(x), label
        elif x.ndim == axes + 1:
            labels = [None] * len(x) if label is None else label
            yield from ((_text(one), of) for one, of in zip(x, labels, strict=True))
        else:
            raise CourseError(
                f"Bottlenecks: the pipeline gives arrays of shape {x.shape}; it must give names of "
                "files, or images (height, width, channels), one at a time or in batches."
            )


def _text(x: Any) -> Any:
    """Names of files as paths; TensorFlow gives them as bytes."""
    if np.asarray(x).dtype.kind not in "OSU":
        return x
    name = np.asarray(x).item()
    return Path(os.fsdecode(name))


def digest(path: Path) -> bytes:
    """Return the digest of a file's bytes, or raise Unreadable."""
    return keys.file(content(path))

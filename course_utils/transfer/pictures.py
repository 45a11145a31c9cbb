"""Pictures in files: folders of class folders, pipelines of names, and files that are broken."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from course_utils.common.errors import CourseError
from course_utils.common.litter import is_litter
from course_utils.common.wording import listed
from course_utils.datasets.pictures import Unreadable, is_picture
from course_utils.transfer import keys

_SHOWN = 5


class Listing(NamedTuple):
    """The pictures of a folder: paths, labels int64 (n,), and the classes' names."""

    files: list[Path]
    labels: NDArray[np.int64]
    class_names: list[str]


def class_folders(folder: str | Path) -> Listing:
    """Return the pictures in a folder that holds one folder for each class.

    Classes are numbered in the order of their folders' names. Pictures may lie in folders below
    that of their class, and links are followed. What a picture is says `datasets.pictures`. One
    line names what was passed over: what systems leave behind, files that are no pictures, and
    pictures that lie in no class.

    Raises CourseError where the folder does not exist, or is not laid out like that.
    """
    root = Path(folder).expanduser()
    if not root.is_dir():
        what = "is a file" if root.exists() else "does not exist"
        raise CourseError(
            f"The folder {root} {what}; give one that holds a folder of pictures for each class."
        )
    walk = _Walk(root)
    top = sorted(root.iterdir())
    classes = [path for path in top if path.is_dir() and not is_litter(path.name)]
    loose = [path for path in top if path not in classes and walk.is_picture(path)]
    if not classes:
        raise CourseError(
            f"{root} holds no class folders, but {len(loose)} pictures; sort them into one folder "
            "for each class, named as the class."
        )
    walk.pass_over("in no class", loose)
    found = [sorted(walk.pictures(path)) for path in classes]
    empty = [path.name for path, files in zip(classes, found, strict=True) if not files]
    if empty:
        raise CourseError(
            f"{root}: no pictures lie in {', '.join(empty)}; each folder in it is a class and "
            "needs some, such as .jpg or .png files."
        )
    walk.report()
    labels = np.repeat(np.arange(len(classes)), [len(files) for files in found])
    files = [file for files in found for file in files]
    return Listing(files, labels.astype(np.int64), [path.name for path in classes])


class _Walk:
    """Looks for pictures below a folder, and keeps what it passes over."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._passed: dict[str, list[Path]] = {}

    def pictures(self, folder: Path, entered: frozenset[Path] = frozenset()) -> Iterator[Path]:
        """Yield the pictures in a folder and below it.

        entered: the folders around it, which a link may lead back to.
        """
        real = folder.resolve()
        if real in entered:
            self.pass_over("links back to a folder around them", [folder])
            return
        try:
            names = sorted(folder.iterdir())
        except OSError as error:
            self.pass_over(f"cannot be opened ({error.strerror})", [folder])
            return
        for path in names:
            if path.is_dir() and not is_litter(path.name):
                yield from self.pictures(path, entered | {real})
            elif self.is_picture(path):
                yield path

    def is_picture(self, path: Path) -> bool:
        """Return whether a path is a picture's, or else pass it over, or say why it cannot be told.

        A link that leads nowhere and a file that may not be opened are pictures that cannot be
        read, so that they are named, or raised, with those.
        """
        if is_litter(path.name):
            self.pass_over("left by a system or a program", [path])
            return False
        if path.exists() and not path.is_file():
            self.pass_over("neither file nor folder", [path])
            return False
        try:
            found = is_picture(path)
        except OSError:
            return True
        if not found:
            self.pass_over("no pictures", [path])
        return found

    def pass_over(self, why: str, paths: list[Path]) -> None:
        """Note what is not taken."""
        self._passed.setdefault(why, []).extend(paths)

    def report(self) -> None:
        """Print one line on what was passed over, if there is any."""
        groups = {why: paths for why, paths in self._passed.items() if paths}
        if not groups:
            return
        parts = [
            f"{len(paths)} {why} "
            f"({listed([path.relative_to(self._root).as_posix() for path in paths], 3)})"
            for why, paths in groups.items()
        ]
        total = sum(map(len, groups.values()))
        print(f"Bottlenecks: passed over {total} in {self._root}: {'; '.join(parts)}.")


def content(path: Path) -> bytes:
    """Return the bytes of a file, or raise Unreadable."""
    if path.exists() and not path.is_file():
        raise Unreadable("no file")  # a pipe would never end
    try:
        return path.read_bytes()
    except OSError as error:
        raise Unreadable(error.strerror or str(error)) from error


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
        # Copies: many a generator gives the same array each time, with other numbers in it.
        x = np.array(x if not isinstance(x, Path) else str(x))
        label = None if label is None else np.array(label)
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

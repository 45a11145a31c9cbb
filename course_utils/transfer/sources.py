"""Where images come from: an array, or files. Both give digests first and pixels when asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from course_utils.common.errors import CourseError
from course_utils.datasets.pictures import Unreadable, decode
from course_utils.transfer import keys, pictures

Pixels = NDArray[np.float32]
Preprocess = Callable[[Any], Any]


class Source(Protocol):
    """Images of one call. digests: one for each, None where its file cannot be read.

    probes: pictures of the same kind, to try a preprocessing on. failed: file -> why.
    """

    digests: list[bytes | None]
    probes: list[Any]
    failed: dict[str, str]

    def pixels(
        self, rows: Sequence[int], preprocess: Preprocess | None
    ) -> tuple[list[bytes], list[int], Pixels | None]:
        """Return digests of what was read now, which rows they are, and what the network sees."""


class Arrays:
    """Images (n, height, width, channels), or of any other shape behind the batch."""

    def __init__(self, images: NDArray[Any]) -> None:
        self._images = images
        self.digests: list[bytes | None] = [keys.array(image) for image in images]
        self.failed: dict[str, str] = {}
        noise = np.random.default_rng(0).random((2, *images.shape[1:]))
        scales = {"b": [2], "f": [1, 255]}.get(images.dtype.kind, [255])
        self.probes: list[Any] = [(noise * scale).astype(images.dtype) for scale in scales]

    def pixels(
        self, rows: Sequence[int], preprocess: Preprocess | None
    ) -> tuple[list[bytes], list[int], Pixels | None]:
        """Return the images' digests, the rows that could be read, and their pixels."""
        # A copy, whose digests are taken first: a preprocessing may write to what it is given.
        batch = self._images[list(rows)]
        digests = [keys.array(image) for image in batch]
        seen = preprocess(batch) if preprocess else batch
        return digests, list(rows), np.asarray(seen, dtype=np.float32)


class Files:
    """Pictures in files. What cannot be read goes to `failed`."""

    def __init__(self, files: Sequence[Path]) -> None:
        self._files = files
        self.failed: dict[str, str] = {}
        self.digests: list[bytes | None] = [self._digest(file) for file in files]
        noise = np.random.default_rng(0).integers(0, 256, (300, 400, 3), dtype=np.uint8)
        whole = Image.fromarray(noise)
        self.probes: list[Any] = [[whole], [whole.crop((0, 0, 31, 83))]]

    def _digest(self, file: Path) -> bytes | None:
        try:
            return pictures.digest(file)
        except Unreadable as error:
            self.failed[str(file)] = str(error)
            return None

    def pixels(
        self, rows: Sequence[int], preprocess: Preprocess | None
    ) -> tuple[list[bytes], list[int], Pixels | None]:
        """One picture at a time: sixteen large photographs would fill the memory."""
        digests, read, seen = [], [], []
        for row in rows:
            try:
                # Read anew, with the digest of these bytes: the file may have changed meanwhile.
                data = pictures.content(self._files[row])
                picture = decode(data, self._files[row].suffix)
            except Unreadable as error:
                self.failed[str(self._files[row])] = str(error)
                continue
            pixels = preprocess([picture]) if preprocess else np.asarray(picture)[None]
            # A copy: the next picture may be written to the same array.
            seen.append(np.array(pixels, dtype=np.float32))
            digests.append(keys.file(data))
            read.append(row)
        sizes = {part.shape for part in seen}
        if len(sizes) > 1:
            raise CourseError(
                f"Bottlenecks: the pictures have different shapes, such as {sorted(sizes)[:2]}; "
                "give a preprocess= that makes them one, such as course_input."
            )
        return digests, read, np.concatenate(seen) if seen else None

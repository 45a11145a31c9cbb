"""Reads Tiny ImageNet from its zip file into arrays."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path, PurePosixPath
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image


class Images(NamedTuple):
    """Pixels uint8 (images, 64, 64, 3), labels int64 (images,)."""

    pixels: NDArray[np.uint8]
    labels: NDArray[np.int64]


def read(path: Path) -> tuple[Images, Images, list[str]]:
    """Return training images, validation images, and the classes' names in the labels' order.

    Takes the original archive, tiny-imagenet-200.zip, and any other which keeps its images in
    train/WNID/ and val/WNID/. Names come from its classes.txt or words.txt, lines of a WordNet
    number (WNID), a tab and a name.
    """
    with zipfile.ZipFile(path) as archive:
        pictures = [
            PurePosixPath(name)
            for name in archive.namelist()
            if name.lower().endswith((".jpg", ".jpeg"))
        ]
        training = {
            file: _folder_below("train", file) for file in pictures if "train" in file.parts
        }
        validation = {file: _folder_below("val", file) for file in pictures if "val" in file.parts}
        annotations = [name for name in archive.namelist() if name.endswith("val_annotations.txt")]
        if annotations:
            lines = archive.read(annotations[0]).decode().splitlines()
            wnids = dict(line.split("\t")[:2] for line in lines)
            validation = {file: wnids[file.name] for file in validation}
        order = sorted(set(training.values()))
        index = {wnid: number for number, wnid in enumerate(order)}
        parts = [_decode(archive, part, index) for part in (training, validation)]
        names = _names(archive)
    return parts[0], parts[1], [names.get(wnid, wnid) for wnid in order]


def _names(archive: zipfile.ZipFile) -> dict[str, str]:
    tables = ("classes.txt", "words.txt")
    files = [name for name in archive.namelist() if name.endswith(tables)]
    lines = archive.read(files[0]).decode().splitlines() if files else []
    pairs = (line.split("\t") for line in lines)
    # WordNet gives several names for one thing, separated by commas.
    return {pair[0]: pair[1].split(",")[0] for pair in pairs if len(pair) == 2}


def _folder_below(part: str, file: PurePosixPath) -> str:
    return file.parts[file.parts.index(part) + 1]


def _decode(
    archive: zipfile.ZipFile, part: dict[PurePosixPath, str], index: dict[str, int]
) -> Images:
    pixels = np.empty((len(part), 64, 64, 3), dtype=np.uint8)
    for row, file in enumerate(part):
        picture = Image.open(io.BytesIO(archive.read(str(file))))
        pixels[row] = np.asarray(picture.convert("RGB"))
    return Images(pixels, np.array([index[wnid] for wnid in part.values()]))

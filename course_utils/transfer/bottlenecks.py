"""Bottleneck features: computed once, kept on disk, never served where something has changed."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import keras
import numpy as np
from numpy.typing import ArrayLike, NDArray

from course_utils.common.errors import CourseError
from course_utils.models.googlenet import predictor
from course_utils.transfer import keys, pictures
from course_utils.transfer.extraction import BATCH, Extraction, Features, Report
from course_utils.transfer.sources import Arrays, Files, Preprocess
from course_utils.transfer.store import Store

_CHUNK = 256  # images of a pipeline that are held in memory


class Pictures(NamedTuple):
    """Features of the pictures in files that could be read.

    z: float32 (n, features). labels: int64 (n,). class_names: one for each label.
    files: the n paths, in the same order.
    """

    z: Features
    labels: NDArray[np.int64]
    class_names: list[str]
    files: list[Path]


class Piped(NamedTuple):
    """Features of what a pipeline gave.

    z: float32 (n, features). labels: (n, ...), or None where it gave none. files: the n paths, or
    None where it gave images.
    """

    z: Features
    labels: NDArray[Any] | None
    files: list[Path] | None


class Bottlenecks:
    """Features of images: what a trained network makes of them, before its classifier.

        bottlenecks = Bottlenecks(backbone(), preprocess=course_input, cache="build/bottlenecks")
        z = bottlenecks(images)
        z, labels, class_names, files = bottlenecks.folder("my_pictures")

    Args:
        network: a Keras model of one input and one output, run in inference mode.
        preprocess: from pictures to what the network takes, float32 (batch, ...). It gets copies of
            arrays, as they were given, and of files a list of one Pillow image in RGB;
            `course_input` and `imagenet_input` take both. None: the images are what the network
            takes.
        cache: a folder. Features are kept in it, for each image by itself, under a key of the
            network's architecture, its weights, the code of its layers and of the preprocessing,
            and the image's or the file's own bytes. So a change in any of them is noticed, and
            where some images are new only these are computed. What layers are called, and whether
            the network is Sequential or Functional or holds other models, is no part of it.
            Several processes may use it at once; one that is killed loses the last 256 images.
            None: nothing is kept.
        limit: bytes that the files in the folder may take; those unused for the longest go first.
        verbose: whether each call shows its progress and says what it saved.

    After each call, `report` says what it did. Nothing of the network is changed; where it has
    been trained on meanwhile, its features are computed anew.

    Raises CourseError where the network has several inputs or outputs, or the cache is no folder.
    """

    def __init__(
        self,
        network: keras.Model,
        preprocess: Preprocess | None = None,
        cache: str | Path | None = None,
        *,
        limit: int = 1 << 30,
        verbose: bool = True,
    ) -> None:
        _check_network(network)
        self.network, self.preprocess, self.verbose = network, preprocess, verbose
        self.report: Report | None = None
        self._store = Store(Path(cache).expanduser(), limit) if cache is not None else None
        self._compiled_for, self._predict = "", predictor(network, BATCH)

    def __call__(self, images: ArrayLike, *, refresh: bool = False) -> Features:
        """Return the features (n, ...) of images (n, ...). refresh: compute all of them anew.

        Raises CourseError where the images are no batch that fits the network.
        """
        batch = np.asarray(images)
        if batch.ndim < 2 or batch.dtype.kind not in "biuf":
            raise CourseError(
                f"Bottlenecks: an array {batch.shape} of {batch.dtype} is no batch of images; give "
                "numbers (batch, height, width, channels), or files to folder() or pipeline()."
            )
        extraction = self._begin(refresh)
        features, _ = extraction.of(Arrays(batch))
        self._end(extraction)
        return features

    def folder(
        self, folder: str | Path, *, unreadable: str = "skip", refresh: bool = False
    ) -> Pictures:
        """Return features, labels, class names and files of a folder of class folders.

        The classes are the folders' names in their order. unreadable: "skip" names pictures that
        cannot be read and leaves them out, "raise" raises.

        Raises CourseError where the folder is not laid out like that, or nothing in it is readable.
        """
        listing = pictures.class_folders(folder)
        z, rows = self._of_files(listing.files, unreadable, refresh)
        files = [listing.files[row] for row in rows]
        return Pictures(z, listing.labels[rows], listing.class_names, files)

    def pipeline(
        self, pipeline: Iterable[Any], *, unreadable: str = "skip", refresh: bool = False
    ) -> Piped:
        """Return features, labels and files of what a tf.data pipeline gives, in its order.

        pipeline: a tf.data.Dataset, or any iterable, of names of files or of images, or of pairs
        of these with a label; one at a time or in batches. It must end. Images are held in memory
        a few at a time.

        Raises CourseError where it gives something else, or nothing that can be read.
        """
        elements = pictures.elements(pipeline)
        chunk = list(islice(elements, _CHUNK))
        if not chunk:
            raise CourseError("Bottlenecks: the pipeline gave nothing.")
        if isinstance(chunk[0][0], Path):
            chunk += elements
            z, rows = self._of_files([file for file, _ in chunk], unreadable, refresh)
            chosen = [chunk[row] for row in rows]
            return Piped(z, _labels(chosen), [file for file, _ in chosen])
        extraction = self._begin(refresh)
        parts: list[Features] = []
        labels: list[tuple[None, Any]] = []
        while chunk:
            parts.append(extraction.of(Arrays(np.stack([image for image, _ in chunk])))[0])
            labels += [(None, label) for _, label in chunk]
            chunk = list(islice(elements, _CHUNK))
        self._end(extraction)
        return Piped(np.concatenate(parts), _labels(labels), None)

    def clear(self) -> None:
        """Delete all features in the cache, of every network; other files in it stay."""
        if self._store is not None:
            self._store.clear()

    def _of_files(
        self, files: Sequence[Path], unreadable: str, refresh: bool
    ) -> tuple[Features, list[int]]:
        pictures.check_choice(unreadable)
        extraction, source = self._begin(refresh), Files(files)
        z, rows = extraction.of(source)
        for row in sorted(set(range(len(files))) - set(rows)):  # copies are tried once
            source.failed.setdefault(str(files[row]), "the same as another one of these")
        pictures.name_unreadable(source.failed, unreadable)
        if not rows:
            raise CourseError(f"Bottlenecks: none of the {len(files)} pictures can be read.")
        self._end(extraction)
        return z, rows

    def _begin(self, refresh: bool) -> Extraction:
        """What is needed for one call, with the network as it is now."""
        begun = time.perf_counter()
        network = keys.network(self.network)
        if network != self._compiled_for:  # on JAX, the compiled network holds the weights
            self._compiled_for, self._predict = network, predictor(self.network, BATCH)

        def key(probes: list[Any]) -> str:
            return keys.joined(network, keys.preprocessing(self.preprocess, probes))

        return Extraction(
            self.network,
            self._predict,
            self.preprocess,
            key,
            self._store,
            refresh,
            self.verbose,
            begun,
        )

    def _end(self, extraction: Extraction) -> None:
        self.report = extraction.report()
        if self.verbose:
            print(self.report)


def _check_network(network: keras.Model) -> None:
    try:
        ends = len(network.inputs), len(network.outputs)
    except (AttributeError, TypeError, ValueError):  # Keras: a model that has seen no input
        ends = (0, 0)
    if ends != (1, 1):
        raise CourseError(
            f"Bottlenecks: the network {network.name!r} has {ends[0]} inputs and {ends[1]} outputs "
            "that are known; take one with one of each, as transfer.backbone makes it."
        )


def _labels(chunk: Sequence[tuple[Any, Any]]) -> NDArray[Any] | None:
    """The labels of (x, label), None where there are none."""
    return None if not chunk or chunk[0][1] is None else np.asarray([of for _, of in chunk])

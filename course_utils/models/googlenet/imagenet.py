"""The BVLC network: fetched once, kept in Keras's cache directory."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np

from course_utils.common import files
from course_utils.common.errors import CourseError
from course_utils.models.googlenet import caffemodel
from course_utils.models.googlenet.download import fetch

URL = "http://dl.caffe.berkeleyvision.org/bvlc_googlenet.caffemodel"
# As its page in Caffe's model zoo states it.
SHA1 = "405fc5acd08a3bb12de8ee5e23a96bec22f08204"


def cache() -> Path:
    """Keras's cache directory, the part for models: KERAS_HOME, else ~/.keras."""
    return Path(os.environ.get("KERAS_HOME") or Path.home() / ".keras") / "models"


def file() -> Path:
    """Return the path of the weights as .npz; fetch and convert them where they are not yet.

    A bvlc_googlenet.npz or bvlc_googlenet.caffemodel in the cache directory is taken as it is.

    Raises CourseError where the download fails or is not what it should be.
    """
    converted = cache() / "bvlc_googlenet.npz"
    if converted.is_file():
        return converted
    original = converted.with_suffix(".caffemodel")
    if not original.is_file():
        _download(original)
    with files.replacing(converted) as draft, draft.open("wb") as opened:
        # Typed as the pickle switch by NumPy's stubs, though any name of an array is allowed.
        np.savez(opened, **caffemodel.read(original))  # type: ignore[arg-type]
    return converted


def _download(target: Path) -> None:
    try:
        fetch(URL, target, SHA1)
    except CourseError as error:
        raise CourseError(
            f"googlenet(weights='imagenet'): {error} Or put a bvlc_googlenet.caffemodel or "
            f"bvlc_googlenet.npz that you have into {target.parent}, or give its path as weights=."
        ) from error

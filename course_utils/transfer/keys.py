"""What a cached feature depends on, as digests: the network, the preprocessing, the image.

All are SHA-256 over bytes in a stated order, the same in every process.
"""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Callable
from typing import Any

import numpy as np

from course_utils.common.errors import CourseError
from course_utils.transfer.architecture import described as network
from course_utils.transfer.canonical import array, code

__all__ = ["array", "file", "joined", "network", "preprocessing"]


def preprocessing(function: Callable[[Any], Any] | None, probes: list[Any]) -> str:
    """Return the digest of a function from pictures to pixels: its code, and what it does.

    probes: inputs that it is tried on, arrays (batch, ...) or lists of pictures; it gets copies.
    They show a change in what its code refers to: a mean that it subtracts, a library that scales
    otherwise than before.

    Raises CourseError where it gives different pixels for the same picture, or for a picture alone
    and among others.
    """
    if function is None:
        return "none"
    digest = hashlib.sha256(json.dumps(code(function)).encode())
    for probe in probes:
        first, second = (_tried(function, probe) for _ in range(2))
        if not np.array_equal(first, second, equal_nan=True):
            raise CourseError(
                "Bottlenecks: preprocess gives different pixels for the same picture, so that its "
                "features cannot be kept; leave out what is random, or take cache=None."
            )
        alone = [_tried(function, probe[place : place + 1]) for place in range(len(probe))]
        if not _the_same(first, alone):
            raise CourseError(
                "Bottlenecks: preprocess gives other pixels for a picture alone than for the same "
                "picture among others, so that its features cannot be kept; let each depend on "
                "itself only, or take cache=None."
            )
        digest.update(array(first))
    return digest.hexdigest()


def file(content: bytes) -> bytes:
    """Return the digest (32 bytes) of the bytes of a file."""
    return hashlib.sha256(content).digest()


def joined(*parts: str) -> str:
    """Return one digest (64 hexadecimal digits) of several texts."""
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _tried(function: Callable[[Any], Any], probe: Any) -> Any:
    """What a function returns, in an array of its own; it may write to what it is given."""
    return np.array(function(copy.deepcopy(probe)))


def _the_same(together: Any, alone: list[Any]) -> bool:
    """Whether a batch is its parts, up to the rounding of another order of the sums."""
    try:
        parts = np.concatenate(alone)
    except ValueError:
        return False
    if parts.dtype.kind not in "fc":
        return np.array_equal(together, parts)
    close = 1e-4 * max(1.0, float(np.abs(together[np.isfinite(together)]).max(initial=0)))
    return together.shape == parts.shape and np.allclose(
        together, parts, rtol=1e-4, atol=close, equal_nan=True
    )

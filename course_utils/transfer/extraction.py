"""One call's work: what is known is taken from disk, the rest computed and kept."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from course_utils.common.errors import CourseError
from course_utils.transfer.sources import Pixels, Preprocess, Source
from course_utils.transfer.store import Shard, Store

Features = NDArray[np.float32]
#: Images that go through the network at once.
BATCH = 16
_KEPT_AT_ONCE = 256  # images after which their features are written: what a crash may cost


@dataclass(frozen=True)
class Report:
    """What one call did: images asked for, of these from the cache and computed now.

    seconds: that it took. saved: seconds that the images from the cache took when they were
    computed, less those it took to find them.
    """

    images: int
    cached: int
    computed: int
    seconds: float
    saved: float

    def __str__(self) -> str:
        text = f"Bottlenecks of {self.images} images in {self.seconds:.1f} s"
        if not self.cached:
            return f"{text}: all computed."
        rest = f", {self.computed} computed" if self.computed else ""
        source = f"{self.cached}" if self.computed else "all"
        return f"{text}: {source} from the cache{rest}; saved {max(0.0, self.saved):.1f} s."


@dataclass(frozen=True)
class _Known:
    features: Features
    seconds: float


class Extraction:
    """Features of the images of one call, which may come in several parts.

    network, preprocess: as of Bottlenecks. predict: the network, compiled. key: from a source's
    probes to the key of its files. store: None keeps nothing. refresh: takes nothing from it.
    begun: when the call began, on time.perf_counter's clock.
    """

    def __init__(
        self,
        network: keras.Model,
        predict: Callable[[Pixels], Pixels],
        preprocess: Preprocess | None,
        key: Callable[[list[Any]], str],
        store: Store | None,
        refresh: bool,
        verbose: bool,
        begun: float,
    ) -> None:
        self._network, self._predict, self._preprocess = network, predict, preprocess
        self._key, self._store, self._refresh, self._verbose = key, store, refresh, verbose
        self._begun = begun
        self._images = self._cached = self._computed = 0
        self._worth = self._searched = 0.0

    def of(self, source: Source) -> tuple[Features, list[int]]:
        """Return features (n, ...) and the rows of the images that could be read."""
        began = time.perf_counter()
        key = self._key(source.probes) if self._store is not None else ""
        asked = {digest for digest in source.digests if digest is not None}
        known = self._from_disk(key, asked)
        # In an image's first place only: two that are the same are computed once.
        first = {digest: row for row, digest in reversed(list(enumerate(source.digests)))}
        missing = sorted(row for digest, row in first.items() if digest and digest not in known)
        hits = [known[digest].seconds for digest in source.digests if digest in known]
        self._searched += time.perf_counter() - began
        self._cached += len(hits)
        self._worth += sum(hits)
        self._compute(key, source, missing, known)
        failed_now = {source.digests[row] for row in missing} - set(known)
        rows = [
            row
            for row, digest in enumerate(source.digests)
            if digest is not None and digest not in failed_now
        ]
        self._images += len(rows)
        self._computed += len(rows) - len(hits)
        found = [known[digest].features for row in rows if (digest := source.digests[row])]
        shape = (0, *self._network.output_shape[1:])
        return (np.stack(found) if found else np.empty(shape, np.float32)), rows

    def report(self) -> Report:
        """What all parts together did."""
        seconds = time.perf_counter() - self._begun
        saved = self._worth - self._searched if self._cached else 0.0
        return Report(self._images, self._cached, self._computed, seconds, saved)

    def _from_disk(self, key: str, asked: set[bytes]) -> dict[bytes, _Known]:
        known: dict[bytes, _Known] = {}
        if self._store is None:
            return known
        for path, shard in self._store.read(key):
            rows = [(row, bytes(digest)) for row, digest in enumerate(shard.digests)]
            used = [(row, digest) for row, digest in rows if digest in asked]
            if used and self._refresh:
                self._store.remove(path)
                continue
            for row, digest in used:
                known[digest] = _Known(shard.features[row], float(shard.seconds[row]))
            if used:
                self._store.used(path)
        return known

    def _compute(
        self, key: str, source: Source, missing: Sequence[int], known: dict[bytes, _Known]
    ) -> None:
        """Add the features of the missing images to `known`, and write them in parts."""
        if not missing:
            return
        bar = keras.utils.Progbar(len(missing), unit_name="image", verbose=int(self._verbose))
        for start in range(0, len(missing), _KEPT_AT_ONCE):
            part = missing[start : start + _KEPT_AT_ONCE]
            new: dict[bytes, _Known] = {}
            for at in range(0, len(part), BATCH):
                rows = part[at : at + BATCH]
                self._compute_batch(source, rows, new, known)
                bar.update(start + at + len(rows))
            if new and self._store is not None:
                self._store.write(key, _shard(new))

    def _compute_batch(
        self,
        source: Source,
        rows: Sequence[int],
        new: dict[bytes, _Known],
        known: dict[bytes, _Known],
    ) -> None:
        began = time.perf_counter()
        digests, read, pixels = source.pixels(rows, self._preprocess)
        if pixels is None:
            return
        self._check(pixels)
        features = self._predict(pixels)
        seconds = (time.perf_counter() - began) / len(read)
        for digest, row, vector in zip(digests, read, features, strict=True):
            new[digest] = known[source.digests[row] or digest] = _Known(vector, seconds)

    def _check(self, pixels: Pixels) -> None:
        asked, given = tuple(self._network.inputs[0].shape[1:]), pixels.shape[1:]
        if len(asked) != len(given) or any(
            want not in (None, have) for want, have in zip(asked, given, strict=True)
        ):
            raise CourseError(
                f"Bottlenecks: the images reach the network as {given}, it takes {asked}; give a "
                "preprocess= that makes them so, such as course_input."
            )


def _shard(new: dict[bytes, _Known]) -> Shard:
    digests = np.frombuffer(b"".join(new), dtype=np.uint8).reshape(len(new), -1)
    features = np.stack([known.features for known in new.values()])
    return Shard(digests, features, np.array([known.seconds for known in new.values()]))

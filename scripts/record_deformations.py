"""Records what deformed digits do for a plain network and for a convolutional one.

    python scripts/record_deformations.py --export data/deformations.csv

Each fold of the 5,000 digits is tested once by networks that learned from the other 4,000. A
fold's lines are written together; what stands in the table is not done again.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import keras
import numpy as np

from course_utils import datasets
from course_utils.experiments import deformations, records

MEMBERS, EPOCHS = 5, 12


class Line(NamedTuple):
    """A share of wrong answers, and of whom."""

    network: str
    deformed: str
    fold: int
    way: str
    error: float


def measured(network: str, deform: bool, fold: int, x: Any, t: Any) -> Iterator[tuple[str, float]]:
    """Yield (way, share of wrong answers on the fold)."""
    keras.utils.set_random_seed(fold)
    test = np.arange(len(t)) % 5 == fold
    model = deformations.mlp(MEMBERS) if network == "MLP" else deformations.cnn()
    deformations.learn(model, x[~test], t[~test], deform=deform, epochs=EPOCHS, seed=fold)
    plain = deformations.probabilities(model, x[test])
    views = deformations.averaged(model, x[test], np.random.default_rng(fold))
    for way, answers in (("one network", plain), ("test-time augmentation", views)):
        yield way, float(np.mean(answers.argmax(axis=-1) != t[test][:, None]))
    if network == "MLP":
        for way, answers in (("ensemble of 5", plain), ("both", views)):
            yield way, float(np.mean(answers.mean(axis=1).argmax(axis=-1) != t[test]))


def main() -> None:
    reader = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    reader.add_argument("--folds", type=int, nargs="+", default=list(range(5)))
    reader.add_argument("--export", type=Path, required=True, help="the table to write or go on")
    asked = reader.parse_args()
    x, t = (np.concatenate(parts) for parts in zip(*datasets.mnist(), strict=True))
    done = {line[:3] for line in records.read(asked.export, Line)}
    for fold in asked.folds:
        for network in ("MLP", "CNN"):
            for deform in (False, True):
                head = network, "yes" if deform else "no", fold
                if head not in done:
                    start = time.process_time()
                    lines = [Line(*head, *pair) for pair in measured(network, deform, fold, x, t)]
                    records.append(asked.export, lines, Line, digits=4)
                    print(*head, f"{time.process_time() - start:.0f} s", flush=True)


if __name__ == "__main__":
    main()

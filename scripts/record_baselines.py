"""Records how classical classifiers and a small CNN do on 100 to 4,000 digits.

    python scripts/record_baselines.py --export data/baselines.csv

Each fold of the 5,000 digits is the test part once; the examples to learn from are drawn from the
others. A line is written as soon as it is known; what stands in the table is not done again.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import NamedTuple

import keras
import numpy as np

from course_utils import datasets
from course_utils.experiments import baselines, records


class Line(NamedTuple):
    """What a system reached, with the fields of `baselines.Score`."""

    system: str
    features: str
    examples: int
    fold: int
    accuracy: float
    seconds: float
    milliseconds: float


def main() -> None:
    reader = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    reader.add_argument("--folds", type=int, nargs="+", default=list(range(5)))
    reader.add_argument("--export", type=Path, required=True, help="the table to write or go on")
    asked = reader.parse_args()
    x, t = (np.concatenate(parts) for parts in zip(*datasets.mnist(), strict=True))
    features = {"pixels": x.reshape(-1, 784), "gradients": baselines.gradient_histograms(x)}
    done = {line[:4] for line in records.read(asked.export, Line)}
    for fold in asked.folds:
        test = np.arange(len(t)) % 5 == fold
        pool = np.random.default_rng(fold).permutation(np.flatnonzero(~test))
        for examples in (100, 1000, 4000):
            chosen = pool[:examples]
            for kind, z in features.items():
                for system in baselines.SYSTEMS:
                    head = system, kind, examples, fold
                    if head not in done and (kind == "pixels" or system != "CNN"):
                        keras.utils.set_random_seed(fold)
                        score = baselines.measure(
                            system, (z[chosen], t[chosen]), (z[test], t[test])
                        )
                        records.append(asked.export, [Line(*head, *score)], Line, digits=4)
                        print(*head, score, flush=True)


if __name__ == "__main__":
    main()

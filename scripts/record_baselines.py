"""Records how classical classifiers and a small CNN do on 100 to 4,000 digits.

    python scripts/record_baselines.py --export data/baselines.csv

Each fold of the 5,000 digits is the test part once; the examples to learn from are drawn from the
others. A line is written as soon as it is known; what stands in the table is not done again.
"""

from __future__ import annotations

import argparse
import csv
from pathlib import Path

import keras
import numpy as np

from course_utils import datasets
from course_utils.experiments import baselines

FIELDS = ("system", "features", "examples", "fold", *baselines.Score._fields)


def main() -> None:
    reader = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    reader.add_argument("--folds", type=int, nargs="+", default=list(range(5)))
    reader.add_argument("--export", type=Path, required=True, help="the table to write or go on")
    asked = reader.parse_args()
    x, t = (np.concatenate(parts) for parts in zip(*datasets.mnist(), strict=True))
    features = {"pixels": x.reshape(-1, 784), "gradients": baselines.gradient_histograms(x)}
    done = set()
    if asked.export.is_file():
        with asked.export.open(newline="") as lines:
            done = {tuple(row[f] for f in FIELDS[:4]) for row in csv.DictReader(lines)}
    for fold in asked.folds:
        test = np.arange(len(t)) % 5 == fold
        pool = np.random.default_rng(fold).permutation(np.flatnonzero(~test))
        for examples in (100, 1000, 4000):
            for kind, z in features.items():
                for system in baselines.SYSTEMS:
                    head = (system, kind, str(examples), str(fold))
                    if head not in done and (kind == "pixels" or system != "CNN"):
                        keras.utils.set_random_seed(fold)
                        chosen = pool[:examples]
                        score = baselines.measure(
                            system, (z[chosen], t[chosen]), (z[test], t[test])
                        )
                        write(asked.export, head, score)


def write(path: Path, head: tuple[str, ...], score: baselines.Score) -> None:
    """Append a line, with the table's head where it is new."""
    new = not path.is_file()
    with path.open("a", newline="") as lines:
        table = csv.writer(lines, lineterminator="\n")
        if new:
            table.writerow(FIELDS)
        table.writerow((*head, f"{score.accuracy:.4f}", *(f"{n:.3g}" for n in score[1:])))
    print(*head, f"{score.accuracy:.4f}", f"{score.seconds:.1f} s", flush=True)


if __name__ == "__main__":
    main()

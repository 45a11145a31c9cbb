"""Records what each remedy against overfitting does, over strengths and seeds.

    python scripts/record_remedies.py --export data/remedies.csv

A line is written as soon as it is known; what stands in the table is not done again.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import NamedTuple

from course_utils import datasets
from course_utils.experiments import records, remedies


class Line(NamedTuple):
    """A network's errors, with the fields of `remedies.Errors`.

    Numbers that were chosen are text, so that they can be looked up.
    """

    remedy: str
    strength: str
    false_labels: str
    seed: int
    training: float
    selection: float
    validation: float


def main() -> None:
    reader = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    reader.add_argument("--seeds", type=int, nargs="+", default=list(range(10)))
    reader.add_argument("--export", type=Path, required=True, help="the table to write or go on")
    asked = reader.parse_args()
    (images, labels), _ = datasets.mnist()
    x = images.reshape(-1, 14, 2, 14, 2).mean(axis=(2, 4)).reshape(-1, 196)
    done = {line[:4] for line in records.read(asked.export, Line)}
    for remedy, strengths in remedies.STRENGTHS.items():
        for strength in strengths:
            for share in (0.0, 0.2):
                head = remedy, f"{strength:g}", f"{share:g}"
                seeds = [seed for seed in asked.seeds if (*head, seed) not in done]
                if seeds:
                    run = remedies.learn((x, labels), seeds, remedy, strength, false_labels=share)
                    lines = [
                        Line(*head, seed, *found)
                        for seed, found in zip(seeds, run.errors, strict=True)
                    ]
                    records.append(asked.export, lines, Line, digits=4)
                    print(*head, f"{len(lines)} seeds", flush=True)


if __name__ == "__main__":
    main()

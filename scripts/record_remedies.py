"""Records what each remedy against overfitting does, over strengths and seeds.

    python scripts/record_remedies.py --export data/remedies.csv

A line is written as soon as it is known; what stands in the table is not done again.
"""

from __future__ import annotations

import argparse
import csv
from pathlib import Path

from course_utils import datasets
from course_utils.experiments import remedies

FIELDS = ("remedy", "strength", "false_labels", "seed", *remedies.Errors._fields)


def main() -> None:
    reader = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    reader.add_argument("--seeds", type=int, nargs="+", default=list(range(10)))
    reader.add_argument("--export", type=Path, required=True, help="the table to write or go on")
    asked = reader.parse_args()
    (images, labels), _ = datasets.mnist()
    x = images.reshape(-1, 14, 2, 14, 2).mean(axis=(2, 4)).reshape(-1, 196)
    done = set()
    if asked.export.is_file():
        with asked.export.open(newline="") as lines:
            done = {tuple(row[f] for f in FIELDS[:3]) for row in csv.DictReader(lines)}
    for remedy, strengths in remedies.STRENGTHS.items():
        for strength in strengths:
            for share in (0.0, 0.2):
                head = (remedy, f"{strength:g}", f"{share:g}")
                if head not in done:
                    run = remedies.learn(
                        (x, labels), asked.seeds, remedy, strength, false_labels=share
                    )
                    write(asked.export, head, asked.seeds, run.errors)


def write(
    path: Path, head: tuple[str, ...], seeds: list[int], found: list[remedies.Errors]
) -> None:
    """Append a line for each seed, with the table's head where it is new."""
    new = not path.is_file()
    with path.open("a", newline="") as lines:
        table = csv.writer(lines, lineterminator="\n")
        if new:
            table.writerow(FIELDS)
        for seed, errors in zip(seeds, found, strict=True):
            table.writerow((*head, seed, *(f"{error:.4f}" for error in errors)))
    print(*head, *(f"{sum(part) / len(part):.4f}" for part in zip(*found, strict=True)), flush=True)


if __name__ == "__main__":
    main()

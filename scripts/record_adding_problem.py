"""Records how well four recurrent networks learn the adding problem at four lags.

    python scripts/record_adding_problem.py --export data/adding_problem.csv

One line of the table for each eighth of each training, written as soon as a training ends. Lags
that stand in the table already are kept, so that the same command goes on where it was stopped.
"""

from __future__ import annotations

import argparse
import csv
from pathlib import Path

from course_utils.experiments.memory import CELLS, Point, learn_adding

LAGS = (20, 50, 100, 200)
BATCHES = 1200


def recorded(path: Path) -> set[tuple[str, int, int]]:
    """The trainings that the table holds: cell, lag and seed."""
    if not path.is_file():
        return set()
    with path.open(newline="") as lines:
        rows = list(csv.DictReader(lines))
    return {(row["cell"], int(row["lag"]), int(row["seed"])) for row in rows}


def main() -> None:
    reader = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    reader.add_argument("--seeds", type=int, default=1)
    reader.add_argument("--export", type=Path, required=True, help="the table to write or go on")
    asked = reader.parse_args()
    done = recorded(asked.export)
    with asked.export.open("a", newline="") as lines:
        table = csv.writer(lines, lineterminator="\n")
        if not done:
            table.writerow(Point._fields)
        for seed in range(asked.seeds):
            for lag in LAGS:
                for cell in CELLS:
                    if (cell, lag, seed) in done:
                        continue
                    points = learn_adding(cell, lag, batches=BATCHES, seed=seed)
                    table.writerows((*point[:4], f"{point.error:.6f}") for point in points)
                    lines.flush()
                    print(f"seed {seed}, lag {lag}, {cell}: {points[-1].error:.4f}", flush=True)


if __name__ == "__main__":
    main()

"""Records how well four recurrent networks learn the adding problem at four lags.

    python scripts/record_adding_problem.py --export data/adding_problem.csv

One line of the table for each eighth of each training, written as soon as a training ends. Lags
that stand in the table already are kept, so that the same command goes on where it was stopped.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from course_utils.experiments import records
from course_utils.experiments.memory import CELLS, Point, learn_adding

LAGS = (20, 50, 100, 200)
BATCHES = 1200


def main() -> None:
    reader = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    reader.add_argument("--seeds", type=int, default=1)
    reader.add_argument("--export", type=Path, required=True, help="the table to write or go on")
    asked = reader.parse_args()
    done = {point[:3] for point in records.read(asked.export, Point)}
    for seed in range(asked.seeds):
        for lag in LAGS:
            for cell in CELLS:
                if (cell, lag, seed) in done:
                    continue
                points = learn_adding(cell, lag, batches=BATCHES, seed=seed)
                records.append(asked.export, points, Point, digits=6)
                print(f"seed {seed}, lag {lag}, {cell}: {points[-1].error:.4f}", flush=True)


if __name__ == "__main__":
    main()

"""Records how well a network learns chairs from scratch, from 5 to 50 pictures of each kind.

    python scripts/record_few_chairs.py --export data/few_chairs.csv

For each seed the pictures are shuffled once; a larger draw holds the smaller ones. What is learned
from and tested on is what lab 5, section 3, has. A line is written as soon as it is known; what
stands in the table is not done again.
"""

from __future__ import annotations

import argparse
import itertools
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from course_utils import datasets
from course_utils.experiments import records
from course_utils.experiments.few_chairs import Point, from_scratch

SIZES = (5, 10, 20, 50)
Labelled = tuple[NDArray[np.uint8], NDArray[np.int64]]


def pictures() -> tuple[dict[str, Labelled], dict[str, Labelled]]:
    """Return what may be learned from, and the tests: {domain: (images, labels)}."""
    (x, t), (x_varied, t_varied) = datasets.chairs(), datasets.chairs(varied=True)
    view, last = np.arange(len(x)) % 200, np.arange(len(x_varied)) % 100 >= 60
    pool, held_out = view % 2 == 0, view % 8 == 1
    return (
        {"studio": (x[pool], t[pool]), "varied": (x_varied[~last], t_varied[~last])},
        {"studio": (x[held_out], t[held_out]), "varied": (x_varied[last], t_varied[last])},
    )


def draw(labels: NDArray[np.int64], images: int, seed: int) -> NDArray[np.int64]:
    """Return the rows of so many images of each kind."""
    order = np.random.default_rng(seed).permutation(len(labels))
    kinds = range(len(datasets.CHAIRS))
    return np.concatenate([order[labels[order] == kind][:images] for kind in kinds])


def main() -> None:
    reader = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    reader.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3, 4, 5])
    reader.add_argument("--export", type=Path, required=True, help="the table to write or go on")
    asked = reader.parse_args()
    pools, tests = pictures()
    done = {point[:3] for point in records.read(asked.export, Point)}
    for seed, source, images in itertools.product(asked.seeds, pools, SIZES):
        if (seed, source, images) in done:
            continue
        x, t = pools[source]
        rows = draw(t, images, seed)
        x_tests = {name: x_test for name, (x_test, _) in tests.items()}
        p = from_scratch(x[rows], t[rows], x_tests, seed)
        right = {name: float(np.mean(p[name].argmax(axis=1) == tests[name][1])) for name in tests}
        records.append(asked.export, [Point(seed, source, images, **right)], Point, digits=4)
        print(seed, source, images, right, flush=True)


if __name__ == "__main__":
    main()

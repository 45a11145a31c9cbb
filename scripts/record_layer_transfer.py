"""Records how well chairs are told apart by the course's network, cut at each Inception module.

    python scripts/record_layer_transfer.py --export data/layer_transfer.csv

Two lines of the table for each seed and cut, written as soon as they are done: a new head on frozen
features, and then the head and all that is below it, fine-tuned. A seed draws the pictures to learn
from, and the first weights of the head. What stands in the table already, with the same weights and
pictures, is kept, so that the same command goes on where it was stopped.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import itertools
from pathlib import Path
from typing import NamedTuple

import keras
import numpy as np

from course_utils import datasets, transfer
from course_utils.datasets.chairs import sheet
from course_utils.models.googlenet import course_input, googlenet
from course_utils.models.googlenet.architecture import MODULES
from course_utils.models.googlenet.weights import COURSE

PER_CLASS, EPOCHS, BATCH, SEEDS = 20, 5, 20, (1, 2)


class Row(NamedTuple):
    """One row of the table.

    seed: of a run. module: the cut. trained: "head" or "all". studio, varied: accuracies.
    inputs: the beginning of the SHA-256 of the weights and the pictures, see `digest`.
    """

    seed: int
    module: str
    trained: str
    studio: float
    varied: float
    inputs: str


def digest() -> str:
    """Return what tells these weights and pictures from others."""
    whole = hashlib.sha256()
    for path in (COURSE, sheet(False), sheet(True)):
        whole.update(path.read_bytes())
    return whole.hexdigest()[:12]


def pictures(
    seed: int,
) -> tuple[tuple[np.ndarray, np.ndarray], dict[str, tuple[np.ndarray, np.ndarray]]]:
    """Return what is learned from and the two tests, as in lab 5: (x, t), {domain: (x, t)}."""
    studio, labels = datasets.chairs()
    view, rng = np.arange(len(studio)) % 200, np.random.default_rng(seed)
    pool = [np.flatnonzero((labels == c) & (view % 2 == 0)) for c in range(len(datasets.CHAIRS))]
    rows = np.concatenate([rng.permutation(of_class)[:PER_CLASS] for of_class in pool])
    tests = {"studio": (studio[view % 8 == 1], labels[view % 8 == 1])}
    varied = datasets.chairs(views=60, varied=True)
    tests["varied"] = varied
    inputs = {name: (course_input(x), t) for name, (x, t) in tests.items()}
    return (course_input(studio[rows]), labels[rows]), inputs


def cut(module: str, seed: int, inputs: str) -> list[Row]:
    """Train on the features of one module, frozen and then fine-tuned."""
    keras.utils.set_random_seed(seed)
    (x, t), tests = pictures(seed)
    backbone = transfer.backbone(googlenet(include_top=False), until=module)
    z = transfer.Bottlenecks(backbone, verbose=False)(x)
    spread = z.std(axis=0) + 1e-3  # the head learns on numbers of one size, see below
    head = transfer.new_head(z.shape[1], len(datasets.CHAIRS), learning_rate=1e-2)
    head.fit(z / spread, t, epochs=60, batch_size=BATCH, verbose=0)
    kernel, bias = head.get_weights()
    head.set_weights([kernel / spread[:, None], bias])  # the same answers on z itself
    model = transfer.assemble(backbone, head)
    rows = [Row(seed, module, "head", *scores(model, tests), inputs)]
    transfer.fine_tune(
        model,
        x,
        t,
        trainable_from="all",
        learning_rate=1e-3,
        epochs=EPOCHS,
        batch_size=BATCH,
        verbose=0,
    )
    return [*rows, Row(seed, module, "all", *scores(model, tests), inputs)]


def scores(
    model: keras.Model, tests: dict[str, tuple[np.ndarray, np.ndarray]]
) -> tuple[float, float]:
    right = [
        float(np.mean(model.predict(x, batch_size=64, verbose=0).argmax(axis=1) == t))
        for x, t in (tests["studio"], tests["varied"])
    ]
    return right[0], right[1]


def main() -> None:
    reader = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    reader.add_argument("--export", type=Path, required=True, help="the table to write or go on")
    asked = reader.parse_args()
    inputs = digest()
    kept: list[list[str]] = []
    if asked.export.is_file():
        with asked.export.open(newline="") as lines:
            kept = [row for row in list(csv.reader(lines))[1:] if row[-1] == inputs]
    done = {(int(row[0]), row[1]) for row in kept if row[2] == "all"}
    with asked.export.open("w", newline="") as lines:
        table = csv.writer(lines, lineterminator="\n")
        whole = [row for row in kept if (int(row[0]), row[1]) in done]
        table.writerows([Row._fields, *whole])
        lines.flush()
        for seed, module in itertools.product(SEEDS, MODULES):
            if (seed, module) in done:
                continue
            for row in cut(module, seed, inputs):
                digits = f"{row.studio:.4f}", f"{row.varied:.4f}"
                table.writerow((*row[:3], *digits, row.inputs))
                print(*row[:3], *digits, flush=True)
            lines.flush()


if __name__ == "__main__":
    main()

"""Records how a classifier does with few labels, from scratch and from pretrained weights.

    python scripts/record_few_labels.py --full --export data/few_labels.csv

For each seed it pretrains a network on all training images, without labels, and then the
classifiers. A line is written as soon as it is known; what stands in the table is not done again.
With --full it takes all of MNIST, which Keras downloads, and goes up to 1,000 labels of each digit;
without, the 5,000 digits of the course, and up to 400.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import keras

from course_utils import datasets
from course_utils.experiments import records
from course_utils.experiments.few_labels import KINDS, Point, learn_labels
from course_utils.models import autoencoders


def pretrained(x: Any, seed: int) -> keras.Model:
    """Two denoising layers, one trained after the other, as in the lab's section 9."""
    keras.utils.set_random_seed(seed)
    return autoencoders.pretrain(x, (256, 256), noise=0.4, code_activation="relu")


def main() -> None:
    reader = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    reader.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2, 3, 4])
    reader.add_argument("--full", action="store_true", help="all 70,000 digits, by a download")
    reader.add_argument("--export", type=Path, required=True, help="the table to write or go on")
    asked = reader.parse_args()
    training, test = datasets.mnist(full=asked.full)
    counts = (10, 30, 100, 1000) if asked.full else (10, 30, 100, 400)
    steps = counts[-1]  # batches of 100, 10 digits: 10 epochs of the most labels, more of fewer
    images = len(training[0])
    done = {point[:4] for point in records.read(asked.export, Point)}
    for seed in asked.seeds:
        todo = [(k, n) for n in counts for k in KINDS if (k, n, seed, images) not in done]
        model = pretrained(training[0], seed) if todo else None
        for kind, labels in todo:
            point = learn_labels(model, training, test, labels, kind, seed=seed, steps=steps)
            records.append(asked.export, [point], Point, digits=4)
            print(*point, flush=True)


if __name__ == "__main__":
    main()

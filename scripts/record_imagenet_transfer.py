"""Records how well chairs are told apart by features from ImageNet, beside the course's own.

    python scripts/record_imagenet_transfer.py WEIGHTS --export data/imagenet_transfer.csv

The weights are those that `googlenet(weights="imagenet")` fetches. What is learned from and tested
on is what lab 5, section 3, has: 20 studio pictures of each kind, another draw for each seed.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import NamedTuple

import numpy as np
from record_few_chairs import draw, pictures
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from course_utils import transfer
from course_utils.experiments import records
from course_utils.models.googlenet import course_input, googlenet, imagenet_input

SEEDS, IMAGES = (1, 2, 3), 20


class Row(NamedTuple):
    """seed: of the draw. weights: "course" or "imagenet". studio, varied: accuracies."""

    seed: int
    weights: str
    studio: float
    varied: float


def main() -> None:
    reader = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    reader.add_argument("weights", type=Path, help="bvlc_googlenet.npz or .caffemodel")
    reader.add_argument("--export", type=Path, required=True, help="the table to write")
    asked = reader.parse_args()
    pools, tests = pictures()
    x, t = pools["studio"]
    draws = [draw(t, IMAGES, seed) for seed in SEEDS]
    used = np.unique(np.concatenate(draws))
    asked.export.unlink(missing_ok=True)
    for name, network, preprocess in (
        ("course", transfer.backbone(), course_input),
        ("imagenet", googlenet(weights=asked.weights, include_top=False), imagenet_input),
    ):
        features = transfer.Bottlenecks(network, preprocess=preprocess)
        z = np.zeros((len(x), *network.output_shape[1:]), np.float32)
        z[used] = features(x[used])
        z_tests = {domain: features(images) for domain, (images, _) in tests.items()}
        for seed, rows in zip(SEEDS, draws, strict=True):
            regression = LogisticRegression(C=0.01, max_iter=500, tol=1e-3)
            model = make_pipeline(StandardScaler(), regression).fit(z[rows], t[rows])
            right = {one: float(model.score(z_tests[one], tests[one][1])) for one in tests}
            records.append(asked.export, [Row(seed, name, **right)], Row, digits=4)


if __name__ == "__main__":
    main()

"""Trains the GoogLeNet whose weights the course ships, on Tiny ImageNet.

    python scripts/train_googlenet.py tiny-imagenet-200.zip --minutes 60 --folder build/googlenet

The learning rate falls along a cosine over the minutes that are given, whatever the machine's
speed. The state is written after every epoch; the same command goes on where it was stopped, and
with more minutes the cosine becomes that much longer. Runs on every backend of Keras:
KERAS_BACKEND=jax. At the end, `--export data/googlenet_64.npz` writes the weights as float16, and
beside them a card with the recipe and what was measured.
"""

from __future__ import annotations

import argparse
import json
import math
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import googlenet_card
import numpy as np
import tiny_imagenet
from numpy.typing import NDArray
from PIL import Image

from course_utils.common import files
from course_utils.models.googlenet.preprocessing import scale

BATCH = 128
PEAK_RATE = 0.003
WARM_UP = 0.03  # part of the training in which the rate rises
FULL = 64  # pixels of height and width; the first parts of the training see fewer
# Until which part of the training the images have that size.
SIDES = ((0.3, 40), (0.6, 48), (1.0, FULL))
SETTINGS: dict[str, Any] = {"width": 0.5, "batch_normalisation": True, "small_images": True}
SMALLEST_AREA = 0.5  # of the picture, in a random crop
WEIGHT_DECAY = 0.05
DROPOUT = 0.0  # a dozen epochs do not overfit; the paper's 0.4 slows them

Batch = tuple[NDArray[np.float32], NDArray[np.int64]]


def rate(progress: float) -> float:
    """The learning rate when `progress`, 0 to 1, of the training is done."""
    if progress < WARM_UP:
        return PEAK_RATE * (0.05 + 0.95 * progress / WARM_UP)
    return PEAK_RATE * 0.5 * (1 + math.cos(math.pi * (progress - WARM_UP) / (1 - WARM_UP)))


def crop(picture: NDArray[np.uint8], side: int, rng: np.random.Generator) -> NDArray[np.uint8]:
    """A random part of a picture, scaled to side x side, mirrored half of the time."""
    height, width = picture.shape[:2]
    area, aspect = rng.uniform(SMALLEST_AREA, 1), math.exp(rng.uniform(-0.25, 0.25))
    h, w = min(1, math.sqrt(area / aspect)) * height, min(1, math.sqrt(area * aspect)) * width
    top, left = rng.uniform(0, height - h), rng.uniform(0, width - w)
    scaled = Image.fromarray(picture).resize(
        (side, side), Image.Resampling.BILINEAR, (left, top, left + w, top + h)
    )
    result = np.asarray(scaled)
    return result[:, ::-1] if rng.random() < 0.5 else result


def draw(
    images: tiny_imagenet.Images, rows: NDArray[np.int64], side: int, rng: np.random.Generator
) -> Batch:
    """A batch of random crops: float32 (rows, side, side, 3), labels (rows,)."""
    pixels = np.stack([crop(images.pixels[row], side, rng) for row in rows])
    return scale(pixels), images.labels[rows]


class Training:
    """A network, its optimiser, and what was measured so far; kept in one file."""

    def __init__(self, folder: Path, classes: int) -> None:
        import keras

        from course_utils.models.googlenet.network import googlenet

        keras.utils.set_random_seed(0)
        keras.config.set_dtype_policy("mixed_bfloat16")
        self.model = googlenet((None, None, 3), classes, weights=None, **SETTINGS)
        if keras.backend.backend() == "tensorflow":
            from fused import fused

            self.model = fused(self.model)
        self.model.get_layer("dropout").rate = DROPOUT
        optimiser = keras.optimizers.AdamW(PEAK_RATE, weight_decay=WEIGHT_DECAY)
        optimiser.exclude_from_weight_decay(var_names=["gamma", "beta", "bias"])
        optimiser.build(self.model.trainable_variables)
        loss = keras.losses.CategoricalCrossentropy(label_smoothing=0.1)
        self.model.compile(optimiser, loss, metrics=["accuracy"])
        self.one_hot = np.eye(classes, dtype=np.float32)
        self.seconds, self.history = 0.0, list[dict[str, float]]()
        self._file = folder / "state.npz"
        folder.mkdir(parents=True, exist_ok=True)
        if self._file.exists():
            self._load()

    def _variables(self) -> list[Any]:
        return [*self.model.weights, *self.model.optimizer.variables]

    def save(self) -> None:
        """Write weights, the optimiser's state and the history to the run's file."""
        values = {str(n): np.asarray(v) for n, v in enumerate(self._variables())}
        notes = json.dumps({"seconds": self.seconds, "history": self.history})
        with files.replacing(self._file) as draft, draft.open("wb") as file:
            np.savez(file, notes=np.array(notes), **values)

    def _load(self) -> None:
        with np.load(self._file) as state:
            notes = json.loads(str(state["notes"]))
            for number, variable in enumerate(self._variables()):
                variable.assign(state[str(number)])
        self.seconds, self.history = notes["seconds"], notes["history"]
        print(f"goes on after epoch {len(self.history)}, {self.seconds / 60:.1f} minutes")

    def epoch(self, images: tiny_imagenet.Images, budget: float) -> dict[str, float]:
        """Train on every image once, or until the time is over; return what was measured."""
        rng = np.random.default_rng([0, len(self.history)])
        order = rng.permutation(len(images.labels))
        before, start, seen, loss = self.seconds, time.perf_counter(), 0, 0.0
        self.model.reset_metrics()
        for x, t in self._batches(images, order, budget, rng):
            self.model.optimizer.learning_rate.assign(rate(min(1, self.seconds / budget)))
            loss, accuracy = self.model.train_on_batch(x, self.one_hot[t])
            seen += len(t)
            self.seconds = before + time.perf_counter() - start
            print(
                f"\repoch {len(self.history) + 1}  {self.seconds / budget:6.1%} of the time  "
                f"{seen}/{len(order)} images  {seen / (self.seconds - before):.0f}/s  "
                f"loss {loss:.3f}  accuracy {accuracy:.3f}  {x.shape[1]} px   ",
                end="",
                flush=True,
            )
        return {
            "images": seen,
            "side": x.shape[1],
            "loss": float(loss),
            "training": float(accuracy),
        }

    def _batches(
        self,
        images: tiny_imagenet.Images,
        order: NDArray[np.int64],
        budget: float,
        rng: np.random.Generator,
    ) -> Iterator[Batch]:
        """Batches until the time is over; the next one is made while the network learns."""
        side = next(side for until, side in SIDES if self.seconds < until * budget)
        with ThreadPoolExecutor(1) as maker:
            starts = range(0, len(order) - BATCH + 1, BATCH)
            coming = maker.submit(draw, images, order[:BATCH], side, rng)
            for begin in starts:
                ready = coming.result()
                rows = order[begin + BATCH : begin + 2 * BATCH]
                if len(rows) == BATCH:
                    coming = maker.submit(draw, images, rows, side, rng)
                yield ready
                if self.seconds >= budget:
                    return

    def export(self, path: Path, names: list[str]) -> None:
        """Write the weights as float16, and take them as they then are."""
        from course_utils.models.googlenet import weights

        settings = SETTINGS | {"input_shape": (FULL, FULL, 3), "classes": len(names)}
        weights.save(self.model, path, settings, names)
        weights.put(weights.load(path), self.model)

    def validate(self, images: tiny_imagenet.Images) -> dict[str, float]:
        """Top-1 and top-5 accuracy."""
        ranks = []
        for begin in range(0, len(images.labels), 250):
            part = slice(begin, begin + 250)
            p = np.asarray(self.model.predict_on_batch(scale(images.pixels[part])))
            of_truth = np.take_along_axis(p, images.labels[part][:, None], axis=1)
            ranks.append((p > of_truth).sum(axis=1))
        rank = np.concatenate(ranks)
        return {"top1": float((rank < 1).mean()), "top5": float((rank < 5).mean())}


def main() -> None:
    reader = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    reader.add_argument("archive", type=Path, help="zip file of Tiny ImageNet")
    reader.add_argument("--minutes", type=float, default=60, help="of training, over all starts")
    reader.add_argument("--folder", type=Path, default=Path("build/googlenet"))
    reader.add_argument("--export", type=Path, help="where the weights go at the end (.npz)")
    asked = reader.parse_args()
    training_images, validation_images, names = tiny_imagenet.read(asked.archive)
    training = Training(asked.folder, len(names))
    budget = 60 * asked.minutes
    while training.seconds < budget:
        measured = training.epoch(training_images, budget)
        measured |= training.validate(validation_images) | {"seconds": round(training.seconds)}
        training.history.append(measured)
        training.save()
        print(f"\n  validation: top-1 {measured['top1']:.1%}, top-5 {measured['top5']:.1%}")
    if asked.export:
        training.export(asked.export, names)
        measured = training.validate(validation_images)
        counts = len(training_images.labels), len(validation_images.labels)
        googlenet_card.write(asked.export, training.history, measured, counts, names)
        print(f"{asked.export}: top-1 {measured['top1']:.1%}, top-5 {measured['top5']:.1%}")


if __name__ == "__main__":
    main()

"""Trains the deep autoencoders of faces whose weights the course ships.

    python scripts/train_face_autoencoder.py --start pretrained
    python scripts/train_face_autoencoder.py --start random
    python scripts/train_face_autoencoder.py --export data/face_autoencoder.npz

The first two train on people 0 to 29: from a stack of restricted Boltzmann machines, and the same
network from Keras's random weights. Every epoch has crops of its own, drawn afresh. Each writes its
state to build/faces/ after every epoch; the same command goes on after an interruption, and with
more --epochs after the end. The third packs both networks and prints what the card says: their
errors on the test people. With --people 25 the people 25 to 29 are left out, to choose settings by;
give such a run a --folder of its own.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np

from course_utils import datasets
from course_utils.common.paths import BUILD
from course_utils.experiments.faces import WIDTHS, Scale, save_weights
from course_utils.models.rbm import RBM, new_stack, pretrain, unroll

SEED = 0
PRETRAINING_RATES = (0.01, 0.1, 0.1, 0.003)
BLENDED = 4000
TEST_PEOPLE = 30
TEST_CROPS = 10_000


def photographs() -> tuple[np.ndarray, np.ndarray]:
    """The photographs in half their height and width, and who is on them.

    It is all that crops need, to the last bit, and faster to blend.
    """
    images, people = datasets.faces()
    count, height, width = images.shape
    halved = images.reshape(count, height // 2, 2, width // 2, 2).mean(axis=(2, 4))
    return halved, people


def drawn(images: np.ndarray, count: int, seed: int) -> np.ndarray:
    """Crops to train on: of faces that are blended from those of the images."""
    faces = datasets.blended(images, BLENDED, seed)
    return datasets.turned_crops(faces, count, seed)[0]


def measured(seen: np.ndarray) -> tuple[Scale, np.ndarray]:
    """The scale of the crops, and 20,000 scaled ones to measure by, of the people to train on.

    The same for training and export.
    """
    crops = datasets.turned_crops(seen, 20_000, SEED)[0]
    scale = Scale.of(crops)
    return scale, scale.apply(crops)


def stack_of_machines(folder: Path, images: np.ndarray, scale: Scale, asked) -> list[RBM]:
    """The pretrained stack, from its files if they are there."""
    files = [folder / f"machine_{i}.npz" for i in range(len(WIDTHS) - 1)]
    if all(file.is_file() for file in files):
        return [RBM.load(file) for file in files]
    crops = drawn(images, asked.crops, SEED)
    start = time.perf_counter()

    def report(layer: int, epoch: int, error: float) -> None:
        seconds = time.perf_counter() - start
        print(f"machine {layer}, epoch {epoch}: error {error:.3f}, {seconds:.0f} s", flush=True)

    stack = new_stack(WIDTHS, SEED)
    pretrain(stack, scale.apply(crops), asked.pretraining, rates=PRETRAINING_RATES, after=report)
    for machine, file in zip(stack, files, strict=True):
        machine.save(file)
    return stack


def untrained(folder: Path, images: np.ndarray, scale: Scale, asked) -> keras.Model:
    """The network as its training starts."""
    keras.utils.set_random_seed(SEED)
    if asked.start == "pretrained":
        model = unroll(stack_of_machines(folder, images, scale, asked))
    else:
        model = keras.models.clone_model(unroll(new_stack(WIDTHS)))
    # The average of the weights on the way is good at any time: no schedule to be cut short.
    optimizer = keras.optimizers.Adam(asked.rate, use_ema=True, ema_momentum=0.999)
    model.compile(optimizer, "mse", jit_compile=True)
    return model


def train(folder: Path, asked) -> None:
    images, people = photographs()
    seen = images[people < asked.people]
    held_out = images[(people >= asked.people) & (people < TEST_PEOPLE)]
    scale, x_seen = measured(seen)
    new = scale.apply(datasets.turned_crops(held_out, 5000, SEED)[0]) if len(held_out) else None
    if new is not None:
        print(f"held out, PCA: {error(new, plane(x_seen)(new)):.2f}")
    state, fresh = folder / f"{asked.start}.keras", folder / f"{asked.start}_new.keras"
    model = keras.models.load_model(state) if state.is_file() else None
    model = model or untrained(folder, seen, scale, asked)
    done = int(model.optimizer.iterations) // (asked.crops // asked.batch)
    for epoch in range(done, asked.epochs):
        x = scale.apply(drawn(seen, asked.crops, SEED + 1 + epoch))
        # Not `fit`: at its end it would put the average in the place of the weights.
        batches = x.reshape(-1, asked.batch, x.shape[1])
        loss = np.mean([model.train_on_batch(batch, batch) for batch in batches])
        model.save(fresh)
        fresh.replace(state)  # whole, or not at all
        line = f"epoch {epoch + 1}/{asked.epochs}: training {loss * x.shape[1]:.2f}"
        if new is not None and epoch % 5 == 4:
            line += f", held out {error(new, averaged(state).predict(new, verbose=0)):.2f}"
        print(f"{line}, {time.process_time():.0f} s of processor", flush=True)


def averaged(state: Path) -> keras.Model:
    """The network of a state, with the average of its weights on the way."""
    model = keras.models.load_model(state)
    model.optimizer.finalize_variable_values(model.trainable_variables)
    return model


def plane(x: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
    """PCA of rows, with as many components as the code has: the way there and back."""
    mean = x.mean(axis=0)
    basis = np.linalg.eigh(np.cov(x.T))[1][:, -WIDTHS[-1] :]
    return lambda rows: (rows - mean) @ basis @ basis.T + mean


def error(x: np.ndarray, r: np.ndarray) -> float:
    """The squared error of a crop, summed over its pixels; the mean over crops."""
    return float(np.mean(np.sum((x - np.asarray(r)) ** 2, axis=1)))


def export(folder: Path, path: Path) -> None:
    images, people = photographs()
    seen, new = images[people < TEST_PEOPLE], images[people >= TEST_PEOPLE]
    scale, _ = measured(seen)
    models = {s: averaged(folder / f"{s}.keras") for s in ("pretrained", "random")}
    save_weights(path, scale, models)
    parts = {
        "training people": scale.apply(datasets.turned_crops(seen, TEST_CROPS, seed=10_000)[0]),
        "test people": scale.apply(datasets.turned_crops(new, TEST_CROPS, seed=10_001)[0]),
    }
    by_pca = plane(parts["training people"])
    for name, x in parts.items():
        errors = {start: error(x, model.predict(x, verbose=0)) for start, model in models.items()}
        errors["PCA"] = error(x, by_pca(x))
        print(name, {start: round(number, 1) for start, number in errors.items()})
    print(f"{path}: {path.stat().st_size:,} bytes")


def main() -> None:
    reader = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    reader.add_argument("--start", choices=("pretrained", "random"), default="pretrained")
    reader.add_argument("--people", type=int, default=TEST_PEOPLE, help="how many to train on")
    reader.add_argument("--crops", type=int, default=20_000, help="of an epoch")
    reader.add_argument("--pretraining", type=int, default=10, help="epochs for each machine")
    reader.add_argument("--epochs", type=int, default=200, help="in all")
    reader.add_argument("--batch", type=int, default=250, help="a divisor of --crops")
    reader.add_argument("--rate", type=float, default=2e-3, help="of Adam")
    reader.add_argument("--folder", type=Path, default=BUILD / "faces", help="for the states")
    reader.add_argument("--export", type=Path, help="the npz file to write, from both states")
    asked = reader.parse_args()
    if asked.crops % asked.batch:
        reader.error(f"--crops {asked.crops} is no multiple of --batch {asked.batch}.")
    asked.folder.mkdir(parents=True, exist_ok=True)
    if asked.export:
        export(asked.folder, asked.export)
    else:
        train(asked.folder, asked)


if __name__ == "__main__":
    main()

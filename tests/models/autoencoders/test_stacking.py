"""Greedy pretraining, unrolling, and classifiers from few labels."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from course_utils.common.errors import CourseError
from course_utils.experiments import records
from course_utils.experiments.few_labels import (
    KINDS,
    Point,
    learn_labels,
    recorded_labels,
)
from course_utils.models import autoencoders

pytestmark = pytest.mark.slow


def squares(examples: int, seed: int = 0) -> tuple[Any, Any]:
    """Images (examples, 6, 6) with a noisy square in one of three places, and the place."""
    rng = np.random.default_rng(seed)
    t = np.arange(examples) % 3
    x = rng.uniform(0, 0.4, size=(examples, 6, 6))
    for image, place in zip(x, t, strict=True):
        image[2 * place : 2 * place + 2, 2:5] += 0.6
    return x.astype("float32"), t


def test_a_stack_is_its_layers_put_together() -> None:
    x, _ = squares(60)
    keras.utils.set_random_seed(0)
    first = autoencoders.tied((6, 6), 8, code_activation="tanh")
    second = autoencoders.tied((8,), 3, output="tanh")
    deep = autoencoders.unrolled([first, second], activation="tanh")
    code = autoencoders.encoder(second)(autoencoders.encoder(first)(x))
    back = autoencoders.decoder(first)(autoencoders.decoder(second)(code))
    np.testing.assert_allclose(np.asarray(deep(x)), np.asarray(back), rtol=1e-5, atol=1e-6)


def test_greedy_training_restores_better_than_random_weights() -> None:
    x, _ = squares(120)
    keras.utils.set_random_seed(0)
    stacked = autoencoders.pretrain(x, (12, 3), epochs=12, rate=0.02, batch=30, activation="tanh")
    random = keras.models.clone_model(stacked)
    errors = [float(np.mean((np.asarray(model(x)) - x) ** 2)) for model in (stacked, random)]
    assert errors[0] < 0.6 * errors[1]


def test_layers_that_do_not_fit_are_refused() -> None:
    singles = [autoencoders.tied((6,), 4), autoencoders.tied((5,), 2)]
    with pytest.raises(CourseError, match="do not stand on one another"):
        autoencoders.unrolled(singles)


def test_a_classifier_copies_and_freezes() -> None:
    source = autoencoders.tied((6, 6), (8, 4))
    kept = source.get_weights()
    x, t = squares(30)
    for frozen in (True, False):
        model = autoencoders.classifier(source, 3, frozen=frozen)
        assert len(model.trainable_weights) == 2 if frozen else len(model.trainable_weights) > 2
        np.testing.assert_allclose(np.asarray(model(x)).sum(axis=1), 1, rtol=1e-5)
        model.compile("adam", "sparse_categorical_crossentropy")
        model.fit(x, t, verbose=0)
    for before, after in zip(kept, source.get_weights(), strict=True):
        np.testing.assert_array_equal(before, after)


@pytest.mark.parametrize(
    "source",
    [
        autoencoders.contractive((6, 6), 4),
        autoencoders.sparse((6, 6), 9, "kl"),
        autoencoders.denoising((6, 6), 4),
        autoencoders.convolutional((6, 6), 4),
        autoencoders.variational((6, 6), 2, hidden=5),
    ],
    ids=lambda source: source.name,
)
def test_a_classifier_leaves_out_penalties_and_the_way_back(source: keras.Model) -> None:
    x, _ = squares(6)
    model = autoencoders.classifier(source, 3)
    np.testing.assert_allclose(
        np.asarray(model.layers[0](x)),
        np.asarray(autoencoders.encoder(source)(x)),
        rtol=1e-5,
        atol=1e-6,
    )
    model(x, training=True)
    assert sum(float(loss) for loss in model.losses) == 0


@pytest.mark.parametrize("kind", KINDS)
def test_few_labels_are_learned_the_same_way_twice(kind: str) -> None:
    training, test = squares(90), squares(60, seed=1)
    keras.utils.set_random_seed(5)
    source = autoencoders.tied((6, 6), (8, 4))
    one, other = (learn_labels(source, training, test, 5, kind, seed=2, steps=60) for _ in range(2))
    assert one == other and one.accuracy > 0.5
    assert one[:4] == (kind, 5, 2, 90)


def test_too_many_labels_and_unknown_kinds_are_refused() -> None:
    source, training = autoencoders.tied((6, 6), 4), squares(30)
    with pytest.raises(CourseError, match="class 0 has 10 examples"):
        learn_labels(source, training, training, 11, "scratch")
    with pytest.raises(CourseError, match="kind='guess'"):
        learn_labels(source, training, training, 1, "guess")


def test_a_table_of_points_grows_and_comes_back(tmp_path: Path) -> None:
    points = [Point("scratch", 10, 0, 4000, 0.5), Point("frozen", 30, 1, 60_000, 0.75)]
    for point in points:
        records.append(tmp_path / "table.csv", [point], Point, digits=4)
    assert records.read(tmp_path / "table.csv", Point) == points
    assert (tmp_path / "table.csv").read_text().splitlines() == [
        "kind,labels,seed,images,accuracy",
        "scratch,10,0,4000,0.5000",
        "frozen,30,1,60000,0.7500",
    ]


def test_a_missing_table_names_what_makes_it(tmp_path: Path) -> None:
    missing = tmp_path / "no.csv"
    assert records.read(missing, Point) == []
    with pytest.raises(CourseError, match="^asking: .*no.csv is missing; make it with a script"):
        records.recorded(missing, Point, "asking", "a script")


def test_the_record_says_when_pretraining_helps() -> None:
    """Fine-tuning beats scratch, by less as labels grow; frozen features help only at first."""
    table: dict[tuple[str, int], list[float]] = {}
    for point in recorded_labels():
        assert point.images == 60_000  # one test set for all
        table.setdefault((point.kind, point.labels), []).append(point.accuracy)
    counts = sorted({labels for _, labels in table})
    assert {kind for kind, _ in table} == set(KINDS) and counts == [10, 30, 100, 1000]
    assert all(len(accuracies) == 5 for accuracies in table.values())
    gains = {
        kind: [np.mean(table[kind, n]) - np.mean(table["scratch", n]) for n in counts]
        for kind in KINDS[1:]
    }
    assert gains["fine-tuned"][0] > gains["fine-tuned"][-1] > 0
    assert gains["frozen"][0] > 0 > gains["frozen"][-1]

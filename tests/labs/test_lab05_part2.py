"""Lab 5, sections 3, 4 and 7: fair draws, error bars, the gap between domains, taps, the record."""

import csv
import importlib
import os
from functools import cache
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_utils import datasets
from course_utils.authoring import references, source
from course_utils.common import paths

pytestmark = pytest.mark.slow

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

SOURCE = paths.SOLUTIONS / "05_transfer" / "transfer.py"
BLOCKS = ["block_1", "block_2", "block_3"]


@cache
def student() -> SimpleNamespace:
    """The solved answers, by name."""
    return SimpleNamespace(**references.load(source.read(SOURCE)))


@cache
def script(name: str) -> ModuleType:
    """A module of scripts/, which finds its neighbours there."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(paths.ROOT / "scripts"))
        return importlib.import_module(name)


def network() -> Any:
    from course_utils.exercises import Fixture, fixtures

    return fixtures.make(Fixture("branched_network", shape=(8, 12, 2), seed=3))


# --- draws, means, gaps ---------------------------------------------------------------------------


@settings(deadline=None)
@given(st.integers(1, 5), st.integers(1, 6), st.integers(0, 1000))
def test_draws_are_stratified_nested_and_in_order(classes: int, n: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    labels = rng.permutation(np.repeat(np.arange(classes), 8))
    order = rng.permutation(len(labels))
    picked = student().pick_per_class(labels, n, order)
    assert np.bincount(labels[picked]).tolist() == [n] * classes
    place = np.argsort(order)[picked]
    assert np.all(np.diff(place) > 0)
    assert set(picked) <= set(student().pick_per_class(labels, n + 1, order))


def test_the_standard_error_shrinks_with_the_root_of_the_runs() -> None:
    scores = np.random.default_rng(0).normal(0.5, 0.1, size=(4000, 1))
    few, many = (student().mean_and_error(scores[:n])[1][0] for n in (40, 4000))
    assert few / many == pytest.approx(10, rel=0.3)
    means = scores.reshape(100, 40).mean(axis=1)  # of 100 experiments with 40 runs each
    assert few == pytest.approx(means.std(ddof=1), rel=0.4)


def test_the_mean_of_the_gaps_is_the_gap_of_the_means() -> None:
    """Where every class has equally many images."""
    rng = np.random.default_rng(0)
    t, u = np.repeat(np.arange(5), 12), np.repeat(np.arange(5), 20)
    p, q = rng.random((60, 5)), rng.random((100, 5))
    whole = np.mean(p.argmax(axis=1) == t) - np.mean(q.argmax(axis=1) == u)
    gaps = student().domain_gap(t, p, u, q)
    assert gaps.mean() == pytest.approx(whole)
    np.testing.assert_allclose(student().domain_gap(u, q, t, p), -gaps)


# --- taps -----------------------------------------------------------------------------------------


def test_taps_are_what_the_courses_backbones_return() -> None:
    from course_utils import transfer

    images = np.random.default_rng(0).normal(size=(3, 8, 12, 2)).astype("float32")
    model = student().tapped(network(), BLOCKS)
    parts = [transfer.backbone(network(), until=name) for name in BLOCKS]
    expected = np.concatenate([part.predict(images, verbose=0) for part in parts], axis=1)
    np.testing.assert_allclose(model.predict(images, verbose=0), expected, rtol=1e-5, atol=1e-6)


def test_taps_share_the_networks_weights() -> None:
    whole = network()
    model = student().tapped(whole, ["block_1"])
    owned = {id(variable) for variable in whole.weights}
    assert model.weights and all(id(variable) in owned for variable in model.weights)
    assert len(model.weights) < len(whole.weights)  # nothing of what lies above


def test_taps_go_through_bottlenecks() -> None:
    from course_utils import transfer

    images = np.random.default_rng(0).normal(size=(5, 8, 12, 2)).astype("float32")
    z = transfer.Bottlenecks(student().tapped(network(), BLOCKS), verbose=False)(images)
    assert z.shape == (5, 2 * (2 + 3 + 4))


# --- pictures and the records ---------------------------------------------------------------------


def rows_of(table: str) -> list[dict[str, str]]:
    with (paths.DATA / table).open(newline="") as lines:
        return list(csv.DictReader(lines))


def test_the_effects_are_differences_within_a_seed() -> None:
    """A task that is harder by as much on every curve changes nothing."""
    rng = np.random.default_rng(0)
    curves = {name: rng.random((4, 3)) for name in ("AnB", "AnB+", "BnB", "BnB+")}
    base, harder = rng.random(4), rng.random(4)
    first = student().transfer_effects(base, curves)
    moved = {name: curve - harder[:, None] for name, curve in curves.items()}
    second = student().transfer_effects(base - harder, moved)
    for name, pair in first.items():
        np.testing.assert_allclose(pair, second[name], atol=1e-12)
    whole = first["co-adaptation"][0] + first["specificity"][0]
    np.testing.assert_allclose(whole, base.mean() - curves["AnB"].mean(axis=0))


def test_the_four_curves_are_whole_for_each_seed() -> None:
    rows = rows_of("transfer_curves.csv")
    seeds = sorted({int(row["seed"]) for row in rows})
    assert seeds == list(range(1, len(seeds) + 1)) and len(seeds) >= 3
    keys = [(int(row["seed"]), row["curve"], int(row["kept"])) for row in rows]
    cuts = range(1, len(script("record_transfer_curves").BLOCKS) + 1)
    assert keys == [
        (seed, *point)
        for seed in seeds
        for point in [
            ("base", 0),
            *((curve, n) for n in cuts for curve in ("AnB", "BnB", "AnB+", "BnB+")),
        ]
    ]
    assert all(0.05 < float(row["accuracy"]) < 1 for row in rows)


def test_the_two_tasks_share_no_class_and_no_image_is_learned_from_and_tested() -> None:
    recorder = script("record_transfer_curves")
    rng = np.random.default_rng(0)
    labels = np.repeat(np.arange(50), 120)
    pixels = rng.integers(0, 256, (len(labels), 64, 64, 3), dtype=np.uint8)
    pixels[:, :2, :2] = labels[:, None, None, None]  # a mark of the class that survives the pooling
    a, b = recorder.tasks(recorder.tiny_imagenet.Images(pixels, labels), seed=1)
    marks = [{round(float(x)) for x in 127.5 * (task.x_test[:, 0, 0, 0] + 1)} for task in (a, b)]
    assert not marks[0] & marks[1] and all(len(mark) == 20 for mark in marks)
    assert a.x.shape == (4000, 32, 32, 3) and a.x_test.shape == (400, 32, 32, 3)
    np.testing.assert_array_equal(a.x[2000:], a.x[:2000, :, ::-1])
    learned = {image.tobytes() for image in a.x}
    assert not any(image.tobytes() in learned for image in a.x_test)


@pytest.mark.parametrize("free", [False, True])
def test_what_is_kept_is_a_copy_and_moves_only_where_it_is_free(
    free: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorder = script("record_transfer_curves")
    monkeypatch.setattr(recorder, "EPOCHS", 1)
    x = np.random.default_rng(0).normal(size=(64, 32, 32, 3)).astype("float32")
    task = recorder.Task(x, np.arange(64) % 20, x, np.arange(64) % 20)
    parts = [recorder.block(*one) for one in recorder.BLOCKS]
    recorder.stack(x, parts)
    before = [part.get_weights() for part in parts]
    made = []
    train = recorder.train
    monkeypatch.setattr(recorder, "train", lambda new, on: (made.extend(new), train(new, on))[1])
    recorder.continued(parts, 2, free, task)
    for part, weights in zip(parts, before, strict=True):
        assert all(np.array_equal(*pair) for pair in zip(part.get_weights(), weights, strict=True))
    for new, weights in zip(made[:2], before, strict=False):
        same = [np.array_equal(*pair) for pair in zip(new.get_weights(), weights, strict=True)]
        assert not any(same) if free else all(same)
    assert not np.array_equal(made[2].get_weights()[0], before[2][0])


def test_the_draws_from_scratch_are_recorded_for_every_size() -> None:
    recorder = script("record_few_chairs")
    keys = [(row["seed"], row["source"], row["images"]) for row in rows_of("few_chairs.csv")]
    assert keys == [
        (str(seed), source, str(n))
        for seed in range(1, 6)
        for source in ("studio", "varied")
        for n in recorder.SIZES
    ]


def test_what_is_learned_from_is_not_tested_on() -> None:
    pools, tests = script("record_few_chairs").pictures()
    assert {name: len(t) for name, (_, t) in pools.items()} == {"studio": 1000, "varied": 600}
    assert {name: len(t) for name, (_, t) in tests.items()} == {"studio": 250, "varied": 400}
    for name, (x, _) in pools.items():
        learned = {one.tobytes() for one in x}
        assert not any(one.tobytes() in learned for one in tests[name][0])


def test_imagenets_record_has_both_networks_for_each_seed() -> None:
    rows = rows_of("imagenet_transfer.csv")
    seeds = [str(seed) for seed in script("record_imagenet_transfer").SEEDS]
    assert [(row["weights"], row["seed"]) for row in rows] == [
        (weights, seed) for weights in ("course", "imagenet") for seed in seeds
    ]


def test_imagenet_weights_are_looked_for_and_never_fetched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Section 7's own lines: without weights a sentence, with a file its path."""
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    text = SOURCE.read_text(encoding="utf-8")
    begin = text.index("IMAGENET = None")
    cell = text[begin : text.index("# %%", begin)]

    def found(code: str) -> Any:
        from course_utils.models.googlenet import imagenet

        names: dict[str, Any] = {"Path": Path, "imagenet": imagenet}
        exec(code, names)
        return names["weights"]

    assert found(cell) is None
    assert "No ImageNet weights here" in capsys.readouterr().out
    mine = tmp_path / "mine.npz"
    mine.write_bytes(b"")
    assert found(cell.replace("IMAGENET = None", f"IMAGENET = {str(mine)!r}")) == mine
    kept = tmp_path / "models" / "bvlc_googlenet.caffemodel"
    kept.parent.mkdir()
    kept.write_bytes(b"")
    assert found(cell) == kept
    assert capsys.readouterr().out == ""


def test_the_lab_asks_for_pictures_that_come_with_the_course() -> None:
    seen, everything = datasets.chairs(views=60, varied=True)[0], datasets.chairs(varied=True)[0]
    first = np.arange(len(everything)) % 100 < 60
    assert np.array_equal(everything[first], seen)  # so that the rest is seen in section 3 alone
    assert len(datasets.CHAIRS) == 10

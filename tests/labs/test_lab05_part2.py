"""Lab 5, sections 3, 4 and 7: fair draws, error bars, the gap between domains, taps, the record."""

import csv
import importlib.util
import os
import sys
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
RECORDER = paths.ROOT / "scripts" / "record_layer_transfer.py"
RECORD = paths.DATA / "layer_transfer.csv"
BLOCKS = ["block_1", "block_2", "block_3"]


@cache
def student() -> SimpleNamespace:
    """The solved answers, by name."""
    return SimpleNamespace(**references.load(source.read(SOURCE)))


@cache
def recorder() -> ModuleType:
    spec = importlib.util.spec_from_file_location("record_layer_transfer", RECORDER)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


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


# --- pictures and the record ----------------------------------------------------------------------


def test_the_record_learns_from_the_pool_and_tests_on_the_rest() -> None:
    (x, t), tests = recorder().pictures(seed=1)
    assert x.shape == (200, 64, 64, 3) and np.bincount(t).tolist() == [20] * 10
    assert tests["studio"][0].shape == (250, 64, 64, 3)
    assert tests["varied"][0].shape == (600, 64, 64, 3)
    learned = {one.tobytes() for one in x}
    assert not any(one.tobytes() in learned for one in tests["studio"][0])


def test_the_record_holds_every_cut_twice_for_each_seed() -> None:
    from course_utils.models.googlenet.architecture import MODULES

    with RECORD.open(newline="") as lines:
        rows = list(csv.DictReader(lines))
    seeds = sorted({int(row["seed"]) for row in rows})
    assert seeds and set(seeds) <= set(recorder().SEEDS)
    assert [(int(row["seed"]), row["module"], row["trained"]) for row in rows] == [
        (seed, module, trained)
        for seed in seeds
        for module in MODULES
        for trained in ("head", "all")
    ]
    assert all(0 <= float(row[domain]) <= 1 for row in rows for domain in ("studio", "varied"))
    assert len({row["inputs"] for row in rows}) == 1


def test_the_record_is_of_the_weights_and_pictures_that_are_shipped() -> None:
    if not recorder().COURSE.is_file():
        pytest.skip("data/googlenet_64.npz is not there")
    with RECORD.open(newline="") as lines:
        recorded = {row["inputs"] for row in csv.DictReader(lines)}
    assert recorded == {recorder().digest()}, (
        "the weights or the pictures are others: python scripts/record_layer_transfer.py "
        "--export data/layer_transfer.csv"
    )


def test_a_record_that_was_stopped_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script, table = recorder(), tmp_path / "table.csv"
    weights = tmp_path / "weights.npz"
    weights.write_bytes(b"of some network")
    asked: list[str] = []

    def cut(module: str, seed: int, digest: str) -> list[Any]:
        asked.append(module)
        if len(asked) == 3:
            raise KeyboardInterrupt
        return [script.Row(seed, module, trained, 0.5, 0.25, digest) for trained in ("head", "all")]

    monkeypatch.setattr(script, "COURSE", weights)
    monkeypatch.setattr(script, "cut", cut)
    monkeypatch.setattr(sys, "argv", ["record", "--export", str(table)])
    with pytest.raises(KeyboardInterrupt):
        script.main()
    script.main()
    runs = len(script.SEEDS) * len(script.MODULES)
    assert asked[3:] == (list(script.MODULES) * len(script.SEEDS))[2:]
    assert len(table.read_text().splitlines()) == 1 + 2 * runs
    weights.write_bytes(b"of another network")
    asked[:] = ["", "", ""]
    script.main()
    assert len(asked) == 3 + runs  # all anew


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

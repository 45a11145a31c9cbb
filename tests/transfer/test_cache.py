"""Bottleneck features on disk: never stale, never half written, never larger than allowed."""

import hashlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_utils.common.errors import CourseError
from course_utils.common.paths import ROOT
from course_utils.transfer import Bottlenecks, keys
from course_utils.transfer.store import SUFFIX, Shard, Store

RNG = np.random.default_rng(0)
IMAGES = RNG.integers(0, 256, (40, 6, 6, 3), dtype=np.uint8)


def network(seed: int = 0, name: str | None = None, swap: bool = False) -> keras.Model:
    """A tiny network with two branches; swap: joined the other way round."""
    keras.utils.set_random_seed(seed)
    inputs = keras.Input((6, 6, 3), name=name)
    one = keras.layers.Conv2D(2, 3, activation="relu")(inputs)
    other = keras.layers.Conv2D(2, 3, activation="tanh")(inputs)
    x = keras.layers.Concatenate()([other, one] if swap else [one, other])
    return keras.Model(inputs, keras.layers.GlobalAveragePooling2D()(x))


def halved(images: Any) -> Any:
    return np.asarray(images, dtype=np.float32) / 2


def made(cache: Path, model: keras.Model | None = None, **options: Any) -> Bottlenecks:
    model = model or network()
    return Bottlenecks(model, **({"preprocess": halved, "verbose": False} | options), cache=cache)


def right(model: keras.Model, images: Any) -> Any:
    return model.predict(images.astype("float32") / 2, verbose=0)


def counts(bottlenecks: Bottlenecks) -> tuple[int, int]:
    assert bottlenecks.report is not None
    return bottlenecks.report.cached, bottlenecks.report.computed


def files(cache: Path) -> list[Path]:
    return sorted(cache.glob(f"*{SUFFIX}"))


# --- what is served -------------------------------------------------------------------------------


def test_the_second_time_nothing_is_computed_and_the_numbers_are_the_same(tmp_path: Path) -> None:
    model = network()
    first = made(tmp_path, model)
    z = first(IMAGES)
    assert counts(first) == (0, 40) and z.dtype == np.float32 and z.shape == (40, 4)
    assert np.allclose(z, right(model, IMAGES), atol=1e-4)
    second = made(tmp_path, network())  # another run: Keras names the layers otherwise
    assert np.array_equal(second(IMAGES), z) and counts(second) == (40, 0)


def test_only_new_images_are_computed_in_any_order_and_doubles_once(tmp_path: Path) -> None:
    bottlenecks = made(tmp_path)
    z = bottlenecks(IMAGES[:20])
    mixed = IMAGES[[25, 3, 25, 7]]
    found = bottlenecks(mixed)
    assert counts(bottlenecks) == (2, 2)
    assert np.array_equal(found[[1, 3]], z[[3, 7]]) and np.array_equal(found[0], found[2])
    assert np.allclose(found, right(bottlenecks.network, mixed), atol=1e-4)


def test_a_changed_pixel_weight_architecture_or_preprocessing_is_never_served_stale(
    tmp_path: Path,
) -> None:
    model = network()
    bottlenecks = made(tmp_path, model)
    bottlenecks(IMAGES)
    changed = IMAGES.copy()
    changed[5, 2, 3, 1] ^= 1
    bottlenecks(changed)
    assert counts(bottlenecks) == (39, 1)
    for other, preprocess in (
        (network(swap=True), halved),
        (network(seed=1), halved),
        (network(), lambda images: np.asarray(images, dtype=np.float32) / 3),
    ):
        third = made(tmp_path, other, preprocess=preprocess)
        third(IMAGES)
        assert counts(third) == (0, 40)
    kernel = model.weights[0]
    kernel.assign(kernel + 1)
    assert np.allclose(bottlenecks(IMAGES), right(model, IMAGES), rtol=1e-4)
    assert counts(bottlenecks) == (0, 40)


def test_a_number_that_the_preprocessing_looks_up_is_part_of_the_key(tmp_path: Path) -> None:
    settings: dict[str, float] = {"mean": 1.0}

    def centred(images: Any) -> Any:
        return np.asarray(images, dtype=np.float32) - settings["mean"]

    bottlenecks = made(tmp_path, preprocess=centred)
    bottlenecks(IMAGES)
    settings["mean"] = 2.0
    bottlenecks(IMAGES)
    assert counts(bottlenecks) == (0, 40)


def test_a_random_preprocessing_is_refused(tmp_path: Path) -> None:
    def shaken(images: Any) -> Any:
        return np.asarray(images) + RNG.normal(size=np.shape(images))

    with pytest.raises(CourseError, match="different pixels for the same picture"):
        made(tmp_path, preprocess=shaken)(IMAGES)


def test_freezing_changes_no_key_and_a_dtype_does() -> None:
    model = network()
    before = keys.network(model)
    model.trainable = False
    assert keys.network(model) == before
    assert keys.network(network(name="pictures")) == before
    assert keys.array(IMAGES[0]) != keys.array(IMAGES[0].astype(np.int8))


def test_refresh_computes_anew(tmp_path: Path) -> None:
    bottlenecks = made(tmp_path)
    z = bottlenecks(IMAGES)
    assert np.array_equal(bottlenecks(IMAGES, refresh=True), z)
    assert counts(bottlenecks) == (0, 40) and len(files(tmp_path)) == 1


def test_without_a_cache_nothing_is_written(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.chdir(tmp_path)
    bottlenecks = Bottlenecks(network(), halved, verbose=False)
    for _ in range(2):
        bottlenecks(IMAGES)
        assert counts(bottlenecks) == (0, 40)
    assert not list(tmp_path.iterdir())


def test_no_images_have_no_features(tmp_path: Path) -> None:
    assert made(tmp_path)(IMAGES[:0]).shape == (0, 4)


@pytest.mark.parametrize("wrong", [np.zeros(6), np.array(["a.jpg", "b.jpg"]), np.float32(1)])
def test_what_is_no_batch_is_refused(tmp_path: Path, wrong: Any) -> None:
    with pytest.raises(CourseError, match="no batch of images"):
        made(tmp_path)(wrong)


def test_images_that_do_not_fit_the_network_are_refused(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match=r"as \(5, 6, 3\), it takes \(6, 6, 3\)"):
        made(tmp_path)(np.zeros((2, 5, 6, 3)))


def test_it_says_what_it_saved(tmp_path: Path, capsys: Any) -> None:
    bottlenecks = made(tmp_path, verbose=True)
    bottlenecks(IMAGES)
    assert "Bottlenecks of 40 images" in capsys.readouterr().out
    report = bottlenecks.report
    assert report is not None and report.saved == 0 and report.seconds > 0
    bottlenecks(IMAGES)
    assert "all from the cache; saved" in capsys.readouterr().out


# --- keys, as a property --------------------------------------------------------------------------

ARRAYS = st.tuples(
    st.sampled_from(["<u1", "<i4", "<f4", "<f8", "|b1"]),
    st.lists(st.integers(0, 3), min_size=1, max_size=3),
    st.integers(0, 3),
)


@settings(deadline=None, max_examples=150)
@given(ARRAYS, ARRAYS)
def test_two_arrays_have_one_key_exactly_if_they_are_the_same(one: Any, other: Any) -> None:
    first, second = (
        (np.random.default_rng(seed).random(shape) * 3).astype(dtype)
        for dtype, shape, seed in (one, other)
    )
    same = first.dtype == second.dtype and first.shape == second.shape
    same = same and first.tobytes() == second.tobytes()
    assert (keys.array(first) == keys.array(second)) == same
    assert keys.array(np.asfortranarray(first)) == keys.array(first)


@settings(deadline=None, max_examples=100)
@given(st.lists(st.text(max_size=3), max_size=3), st.lists(st.text(max_size=3), max_size=3))
def test_joined_texts_do_not_run_into_one_another(one: list[str], other: list[str]) -> None:
    assert (keys.joined(*one) == keys.joined(*other)) == (one == other)


# --- files ----------------------------------------------------------------------------------------


def shard(seed: int, images: int = 3, features: int = 5) -> Shard:
    rng = np.random.default_rng(seed)
    digests = rng.integers(0, 256, (images, 32), dtype=np.uint8)
    return Shard(digests, rng.random((images, features), dtype=np.float32), np.ones(images))


KEY = hashlib.sha256(b"a network").hexdigest()


@settings(deadline=None, max_examples=80)
@given(place=st.integers(0, 10**6), mask=st.integers(1, 255), cut=st.booleans())
def test_every_damage_is_noticed(
    tmp_path_factory: pytest.TempPathFactory, place: int, mask: int, cut: bool
) -> None:
    folder = tmp_path_factory.mktemp("cache")
    store = Store(folder, 10**9)
    store.write(KEY, shard(0))
    (path,) = files(folder)
    content = bytearray(path.read_bytes())
    place %= len(content)
    if cut:
        del content[place:]
    else:
        content[place] ^= mask
    path.write_bytes(content)
    assert list(store.read(KEY)) == [] and not path.exists()


def test_a_damaged_file_is_said_and_rebuilt(tmp_path: Path, capsys: Any) -> None:
    bottlenecks = made(tmp_path)
    z = bottlenecks(IMAGES)
    (path,) = files(tmp_path)
    path.write_bytes(path.read_bytes()[:-7])
    assert np.array_equal(bottlenecks(IMAGES), z)
    assert f"{path} is damaged" in capsys.readouterr().out
    bottlenecks(IMAGES)
    assert counts(bottlenecks) == (40, 0)


def test_a_file_that_belongs_to_another_network_is_damage(tmp_path: Path) -> None:
    store, other = Store(tmp_path, 10**9), hashlib.sha256(b"another").hexdigest()
    store.write(KEY, shard(0))
    (path,) = files(tmp_path)
    path.rename(path.with_name(path.name.replace(KEY[:32], other[:32])))
    assert list(store.read(other)) == []


def test_the_oldest_go_first_and_a_use_makes_young(tmp_path: Path) -> None:
    store = Store(tmp_path, 10**9)
    for seed in range(4):
        store.write(KEY, shard(seed))
        (new,) = set(files(tmp_path)) - {path for path, _ in _aged(tmp_path)}
        os.utime(new, (seed + 1, seed + 1))
    order = [path for path, _ in sorted(_aged(tmp_path), key=lambda pair: pair[1])]
    store.used(order[0])
    size = order[0].stat().st_size
    Store(tmp_path, 3 * size).write(KEY, shard(9))
    assert order[0].exists() and order[3].exists()
    assert not order[1].exists() and not order[2].exists()
    assert sum(path.stat().st_size for path in files(tmp_path)) <= 3 * size


def _aged(folder: Path) -> list[tuple[Path, float]]:
    """The files that were given an age, a few seconds after 1970."""
    ages = [(path, path.stat().st_mtime) for path in files(folder)]
    return [(path, age) for path, age in ages if age < 100]


def test_the_limit_holds_for_what_one_call_writes(tmp_path: Path) -> None:
    bottlenecks = made(tmp_path, limit=3000)
    z = bottlenecks(IMAGES)
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) <= 3000
    assert np.array_equal(bottlenecks(IMAGES), z)


def test_clear_deletes_what_is_the_caches_and_nothing_else(tmp_path: Path) -> None:
    mine = tmp_path / "thesis.txt"
    mine.write_text("do not lose me")
    bottlenecks = made(tmp_path)
    bottlenecks(IMAGES)
    bottlenecks.clear()
    assert list(tmp_path.iterdir()) == [mine]
    bottlenecks(IMAGES)
    assert counts(bottlenecks) == (0, 40)


def test_a_file_in_place_of_the_folder_and_a_senseless_limit_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "cache"
    path.write_text("")
    with pytest.raises(CourseError, match="is a file"):
        made(path)
    with pytest.raises(CourseError, match="limit=0"):
        made(tmp_path, limit=0)


def test_a_disk_that_takes_nothing_costs_no_features(tmp_path: Path, capsys: Any) -> None:
    bottlenecks = made(tmp_path / "cache")
    (tmp_path / "cache").write_text("came later")
    z = bottlenecks(IMAGES)
    assert np.allclose(z, right(bottlenecks.network, IMAGES), atol=1e-4)
    assert "nothing can be kept" in capsys.readouterr().out


def test_what_a_killed_process_left_is_swept_up_later(tmp_path: Path) -> None:
    old, new = (tmp_path / f".~{KEY[:32]}-a.bottlenecks.{name}" for name in ("old", "new"))
    for path in (old, new):
        path.write_bytes(b"half")
    os.utime(old, (1, 1))
    made(tmp_path)(IMAGES)
    assert not old.exists() and new.exists()


# --- several processes ----------------------------------------------------------------------------

# Writes the same shards over and over; NumPy alone, so that it starts quickly.
WRITER = """
import sys
from pathlib import Path
import numpy as np
from course_utils.transfer.store import Shard, Store
store = Store(Path(sys.argv[1]), int(sys.argv[2]))
print("ready", flush=True)
for turn in range(int(sys.argv[3])):
    rng = np.random.default_rng(turn % 8)
    digests = rng.integers(0, 256, (64, 32), dtype=np.uint8)
    store.write("k" * 64, Shard(digests, rng.random((64, 4096), dtype=np.float32), np.ones(64)))
"""


def writer(folder: Path, limit: int, turns: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", WRITER, str(folder), str(limit), str(turns)]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, cwd=ROOT)


def whole(folder: Path) -> int:
    """How many files there are; every one must be right to the last bit."""
    store, found = Store(folder, 10**9), 0
    for _, (digests, features, _) in store.read("k" * 64):
        turn = next(
            seed
            for seed in range(8)
            if np.array_equal(
                np.random.default_rng(seed).integers(0, 256, (64, 32), dtype=np.uint8), digests
            )
        )
        rng = np.random.default_rng(turn)
        rng.integers(0, 256, (64, 32), dtype=np.uint8)
        assert np.array_equal(features, rng.random((64, 4096), dtype=np.float32))
        found += 1
    return found


def test_two_processes_write_and_read_at_once(tmp_path: Path, capsys: Any) -> None:
    limit = 6 * 1_100_000  # so that each makes room, deleting what the other needs
    pair = [writer(tmp_path, limit, 60) for _ in range(2)]
    while any(process.poll() is None for process in pair):
        whole(tmp_path)
    for process in pair:
        _, errors = process.communicate(timeout=60)
        assert process.returncode == 0, errors
    assert whole(tmp_path) >= 5
    assert capsys.readouterr().out == ""  # none was found damaged


def test_kill_in_the_midst_of_writing_leaves_only_whole_files(tmp_path: Path, capsys: Any) -> None:
    for wait in (0.0, 0.004, 0.011, 0.02):
        process = writer(tmp_path, 10**9, 10**6)
        assert process.stdout is not None and process.stdout.readline() == "ready\n"
        time.sleep(wait)
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=60)
        whole(tmp_path)
    Store(tmp_path, 10**9).write("k" * 64, shard(0))
    assert capsys.readouterr().out == ""

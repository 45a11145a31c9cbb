"""Keys: the same for what is the same, in any process; another for what is not."""

import os
import random
import subprocess
import sys
from functools import partial
from typing import Any

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_utils.common.errors import CourseError
from course_utils.common.paths import ROOT
from course_utils.transfer import Bottlenecks, keys
from tests.support import random_networks

RNG = np.random.default_rng(0)


# --- networks -------------------------------------------------------------------------------------


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 10**9))
def test_two_builds_have_one_key_and_a_changed_one_another(seed: int) -> None:
    rng = random.Random(seed)
    plan = random_networks.plan(rng)
    one, other = (random_networks.build(plan, rng) for _ in range(2))
    assert keys.network(one) == keys.network(other)
    changed = random_networks.changed(plan, rng)
    assert keys.network(one) != keys.network(random_networks.build(changed, rng))


def test_a_sequential_network_built_again_finds_its_features(tmp_path: Any) -> None:
    images = RNG.random((5, 6, 6, 3), dtype=np.float32)
    for found in (0, 5):
        keras.utils.set_random_seed(0)
        layers = [keras.Input((6, 6, 3)), keras.layers.Conv2D(2, 3), keras.layers.Flatten()]
        bottlenecks = Bottlenecks(keras.Sequential(layers), cache=tmp_path, verbose=False)
        bottlenecks(images)
        assert bottlenecks.report is not None and bottlenecks.report.cached == found


def inside(kind: Any, **names: Any) -> keras.Model:
    """A recurrent network whose layer lies inside another one."""
    keras.utils.set_random_seed(0)
    inner = keras.layers.LSTM(2, name=names.get("lstm"), activation=names.get("act", "tanh"))
    return keras.Sequential([keras.Input((3, 4), name=names.get("input")), kind(inner)])


def test_names_inside_wrappers_are_no_part_of_a_key_and_settings_are() -> None:
    wrap = keras.layers.Bidirectional
    first = keys.network(inside(wrap))
    assert first == keys.network(inside(wrap)) == keys.network(inside(wrap, lstm="a", input="b"))
    assert first != keys.network(inside(wrap, act="relu"))


def test_a_model_inside_a_wrapper_has_no_names_either() -> None:
    def network(activation: str) -> keras.Model:
        keras.utils.set_random_seed(0)
        inner = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2, activation)])
        return keras.Sequential([keras.Input((3, 4)), keras.layers.TimeDistributed(inner)])

    assert keys.network(network("relu")) == keys.network(network("relu"))
    assert keys.network(network("relu")) != keys.network(network("tanh"))


class Scaled(keras.layers.Layer):  # type: ignore[misc]  # Keras ships no types
    def call(self, x: Any) -> Any:
        return x * 2


def test_the_code_of_layers_and_lambdas_of_ones_own_is_part_of_the_key(monkeypatch: Any) -> None:
    def network(layer: Any) -> keras.Model:
        return keras.Sequential([keras.Input((4,)), layer])

    before = keys.network(network(Scaled()))
    assert before == keys.network(network(Scaled(name="other")))
    monkeypatch.setattr(Scaled, "call", lambda self, x: x * 3)
    assert before != keys.network(network(Scaled()))
    two, three = (
        keys.network(network(keras.layers.Activation(act)))
        for act in (lambda x: x * 2, lambda x: x * 3)
    )
    assert two != three


def test_deep_networks_have_keys() -> None:
    inputs = x = keras.Input((1,))
    for _ in range(400):
        x = keras.layers.ReLU()(x)
    assert len(keys.network(keras.Model(inputs, x))) == 64


# --- preprocessing --------------------------------------------------------------------------------


def halved(images: Any) -> Any:
    images /= 2
    return images


def network(seed: int = 0) -> keras.Model:
    keras.utils.set_random_seed(seed)
    return keras.Sequential([keras.Input((6, 6, 3)), keras.layers.Flatten()])


def test_a_preprocessing_that_works_in_place_spoils_neither_key_nor_images(tmp_path: Any) -> None:
    images = RNG.random((5, 6, 6, 3), dtype=np.float32) * 255
    whole = images.copy()
    in_place = keras.applications.inception_v3.preprocess_input
    bottlenecks = Bottlenecks(network(), in_place, cache=tmp_path, verbose=False)
    z = bottlenecks(images)
    assert np.array_equal(images, whole)
    assert np.allclose(z, whole.reshape(5, -1) / 127.5 - 1, atol=1e-5)
    assert np.array_equal(bottlenecks(images), z)
    assert bottlenecks.report is not None and bottlenecks.report.cached == 5
    seen_by_the_network = whole / 127.5 - 1  # was once found under the key of its result
    bottlenecks(seen_by_the_network)
    assert bottlenecks.report.cached == 0


def test_a_generator_may_give_the_same_array_each_time(tmp_path: Any) -> None:
    images = RNG.random((7, 6, 6, 3), dtype=np.float32)

    def reused() -> Any:
        buffer, label = np.empty((1, 6, 6, 3), np.float32), np.empty(1, np.int64)
        for number, image in enumerate(images):
            buffer[0], label[0] = image, number
            yield buffer, label

    z, labels, _ = Bottlenecks(network(), halved, verbose=False).pipeline(reused())
    assert labels is not None and labels.tolist() == list(range(7))
    assert np.allclose(z, images.reshape(7, -1) / 2)


def test_a_preprocessing_may_write_to_the_same_array_each_time(tmp_path: Any) -> None:
    from PIL import Image

    buffer = np.empty((1, 6, 6, 3), np.float32)
    for number in range(3):
        (tmp_path / "a").mkdir(exist_ok=True)
        Image.new("RGB", (6, 6), (number, 0, 0)).save(tmp_path / "a" / f"{number}.png")

    def into_buffer(pictures: Any) -> Any:
        buffer[0] = np.asarray(pictures[0])
        return buffer

    z = Bottlenecks(network(), into_buffer, verbose=False).folder(tmp_path).z
    assert z[:, 0].tolist() == [0, 1, 2]


def test_a_preprocessing_that_counts_its_calls_keeps_its_key() -> None:
    calls, count = [], 0

    def counting(images: Any) -> Any:
        nonlocal count
        calls.append(len(images))
        count += 1
        return images * 1.0

    probes = [np.ones((2, 3))]
    assert keys.preprocessing(counting, probes) == keys.preprocessing(counting, probes)


def test_a_change_that_the_probes_do_not_show_is_in_the_code() -> None:
    def cut(images: Any, above: float) -> Any:
        return np.where(images > above, 0, images)

    def at(above: float) -> Any:
        return lambda images: cut(images, above)

    probes = [np.ones((2, 3))]
    found = {keys.preprocessing(f, probes) for f in (at(1000.0), at(1001.0))}
    found |= {keys.preprocessing(partial(cut, above=above), probes) for above in (1000.0, 1001.0)}
    big = [np.arange(2000.0), np.arange(2000.0) + (np.arange(2000) == 1000)]
    found |= {keys.preprocessing(partial(lambda t, x: x * 1.0, t), probes) for t in big}
    assert len(found) == 6


def test_a_preprocessing_that_mixes_the_images_of_a_batch_is_refused(tmp_path: Any) -> None:
    def centred(images: Any) -> Any:
        return images - images.mean()

    images = RNG.random((5, 6, 6, 3), dtype=np.float32)
    with pytest.raises(CourseError, match="among others"):
        Bottlenecks(network(), centred, cache=tmp_path, verbose=False)(images)
    z = Bottlenecks(network(), centred, verbose=False)(images)  # nothing kept, nothing refused
    assert np.allclose(z, (images - images.mean()).reshape(5, -1), atol=1e-6)


def test_a_random_preprocessing_in_place_is_refused(tmp_path: Any) -> None:
    def shaken(images: Any) -> Any:
        images += RNG.normal(size=images.shape)
        return images

    with pytest.raises(CourseError, match="different pixels for the same picture"):
        Bottlenecks(network(), shaken, cache=tmp_path)(np.ones((2, 6, 6, 3)))


# --- several processes ----------------------------------------------------------------------------

OF_SOME = """
import random
import keras, numpy as np
from course_utils.transfer import keys
from tests.support import random_networks as r
def prepared(images, names=frozenset(("a", "b", "c")), ground=(1, 2)):
    return images * len({"x", "y", "z"} & names | {"x", "y", "zz"})
for _ in range({junk}):
    keras.layers.Dense(1), keras.Input((1,))
rng = random.Random({junk})
for seed in range(6):
    print(keys.network(r.build(r.plan(random.Random(seed)), rng)))
layer = keras.layers.Lambda(lambda x: x * len({"x", "y", "z"} & set("xyz")), output_shape=(3,))
print(keys.network(keras.Sequential([keras.Input((3,)), layer])))
print(keys.preprocessing(prepared, [np.ones((2, 3))]))
"""


@pytest.mark.slow
def test_another_process_has_the_same_keys() -> None:
    said = []
    for junk in (0, 3):
        done = subprocess.run(
            [sys.executable, "-c", OF_SOME.replace("{junk}", str(junk))],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": str(junk)},
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        said.append(done.stdout.split())
    assert said[0] == said[1] and len(set(said[0])) == 8

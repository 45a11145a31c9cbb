"""Lab 5's recipe, as students write it, against scikit-learn, one pass, and what must not move."""

import os
from functools import cache
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics.pairwise import cosine_similarity

from course_utils import transfer
from course_utils.authoring import references, source
from course_utils.common.paths import ROOT
from course_utils.exercises import Fixture, fixtures
from course_utils.exercises.check import make_check
from course_utils.exercises.observe import observe_all
from course_utils.exercises.verdict import judge
from course_utils.models.googlenet import googlenet

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import keras

pytestmark = pytest.mark.slow

SOURCE = ROOT / "solutions" / "05_transfer" / "transfer.py"
SEEDS = st.integers(0, 10**6)


@cache
def student() -> SimpleNamespace:
    """The solved answers, by name."""
    return SimpleNamespace(**references.load(source.read(SOURCE)))


def made(name: str, **options: Any) -> Any:
    return fixtures.make(Fixture(name, **options))


@settings(deadline=None, max_examples=50)
@given(seed=SEEDS, queries=st.integers(1, 4), gallery=st.integers(1, 9), scale=st.floats(0.1, 50))
def test_the_nearest_are_scikit_learns_whatever_the_lengths(
    seed: int, queries: int, gallery: int, scale: float
) -> None:
    rng = np.random.default_rng(seed)
    query, vectors = rng.normal(size=(queries, 5)), rng.normal(size=(gallery, 5))
    k = int(rng.integers(1, gallery + 1))
    expected = np.argsort(-cosine_similarity(query, vectors), axis=1)[:, :k]
    assert np.array_equal(student().nearest(query, vectors, k), expected)
    lengths = scale ** rng.uniform(-1, 1, size=(gallery, 1))
    assert np.array_equal(student().nearest(query, lengths * vectors, k), expected)


@settings(deadline=None, max_examples=30)
@given(images=st.integers(1, 9), batch=st.integers(1, 6))
def test_features_in_batches_are_those_of_one_pass(images: int, batch: int) -> None:
    x = np.random.default_rng(images).integers(0, 256, (images, 3, 4, 2), dtype=np.uint8)
    whole = made("few_at_once", most=images)(x.astype(np.float32) / 127.5 - 1)
    found = student().extract(made("few_at_once", most=batch), x, batch)
    assert found.shape == whole.shape and np.allclose(found, whole, atol=1e-6)


def test_extract_calls_the_network_on_as_many_images_as_it_is_told() -> None:
    network = made("few_at_once", most=4)
    student().extract(network, np.zeros((10, 2, 2, 1), np.uint8), 3)
    assert network.noted() == [3, 3, 3, 1]


def test_the_new_layer_learns_and_ignores_dropout_in_use() -> None:
    keras.utils.set_random_seed(0)
    rng = np.random.default_rng(0)
    t = rng.integers(0, 3, 300)
    z = (rng.normal(size=(300, 6)) + 2 * np.eye(6)[t]).astype("float32")
    layer = student().new_layer(6, 3, 0.2)
    layer.fit(z, t, epochs=30, verbose=0)
    assert layer.evaluate(z, t, verbose=0)[1] > 0.85
    assert np.array_equal(layer.predict(z, verbose=0), layer.predict(z, verbose=0))


@pytest.mark.parametrize(
    ("name", "options"), [("small_backbone", {}), ("small_modules", {"filters": {"one": 2}})]
)
def test_a_fixture_leaves_the_students_random_numbers_alone(
    name: str, options: dict[str, Any]
) -> None:
    drawn = []
    for fixture in (lambda: None, lambda: made(name, seed=3, **options)):
        keras.utils.set_random_seed(7)
        fixture()
        drawn.append((np.random.random(), float(keras.random.normal(()))))
    assert drawn[0] == drawn[1]


@pytest.mark.parametrize(
    ("name", "options"), [("small_backbone", {}), ("small_modules", {"filters": {"one": 2}})]
)
def test_a_fixture_has_the_weights_of_its_seed(name: str, options: dict[str, Any]) -> None:
    one, same, other = (made(name, seed=seed, **options).get_weights() for seed in (3, 3, 4))
    assert all(np.array_equal(a, b) for a, b in zip(one, same, strict=True))
    assert not np.array_equal(one[0], other[0])


def parts() -> tuple[Any, Any]:
    backbone = made("small_backbone", filters=(4, 5), seed=1)
    return backbone, made("dense_model", inputs=5, units=(3,), activation="softmax")


def test_the_assembled_model_is_the_librarys_and_only_its_head_learns() -> None:
    backbone, head = parts()
    images = np.random.default_rng(0).integers(0, 256, (6, 8, 8, 3)).astype("float32")
    model = student().assembled(backbone, head)
    before = keras.layers.Rescaling(1 / 127.5, offset=-1)
    theirs = transfer.assemble(backbone, head, before=before)
    assert np.allclose(
        model.predict(images, verbose=0), theirs.predict(images, verbose=0), atol=1e-6
    )
    below, above = backbone.get_weights(), head.get_weights()
    model.compile("sgd", "sparse_categorical_crossentropy")
    model.fit(images, np.arange(6) % 3, verbose=0)
    assert all(np.array_equal(a, b) for a, b in zip(below, backbone.get_weights(), strict=True))
    assert not any(np.array_equal(a, b) for a, b in zip(above, head.get_weights(), strict=True))


@pytest.mark.parametrize("frozen", [False, True])
def test_freeing_modules_frees_the_same_of_the_real_network_however_it_was(frozen: bool) -> None:
    network = googlenet(include_top=False)
    network.trainable = not frozen
    student().free_modules(network, ["inception_5a", "inception_5b"])
    free = network.trainable_weights
    assert {weight.path[:12] for weight in free} == {"inception_5a", "inception_5b"}
    assert sum(int(np.prod(weight.shape)) for weight in free) == 621_312


@settings(deadline=None, max_examples=40)
@given(seed=SEEDS, epochs=st.integers(1, 12), patience=st.integers(1, 4))
def test_early_stopping_is_that_of_keras(seed: int, epochs: int, patience: int) -> None:
    losses = np.random.default_rng(seed).integers(0, 6, epochs) / 2
    stopped, best = student().stop_early(losses.tolist(), patience)
    callback = keras.callbacks.EarlyStopping("loss", patience=patience, mode="min")
    callback.set_model(keras.Sequential())
    callback.model.stop_training = False
    callback.on_train_begin()
    for epoch, loss in enumerate(losses):
        callback.on_epoch_end(epoch, {"loss": float(loss)})
        if callback.model.stop_training:
            break
    assert (stopped, best) == (epoch, callback.best_epoch)


@pytest.mark.parametrize("frozen", [False, True])
@pytest.mark.parametrize("first", ["inception_4a", "inception_3b"])
def test_freeing_modules_is_what_the_library_does_and_leaves_statistics_alone(
    first: str, frozen: bool
) -> None:
    filters = {"inception_3a": 2, "inception_3b": 3, "inception_4a": 4}
    backbone = made("small_modules", filters=filters, frozen=frozen)
    names = list(filters)
    assert student().free_modules(backbone, names[names.index(first) :]) is backbone
    free = [layer.name for layer in backbone.layers if layer.trainable_weights]
    model = transfer.assemble(backbone, transfer.new_head(4, 3))
    assert transfer.set_trainable(model, first) == free
    model.compile("sgd", "sparse_categorical_crossentropy")
    statistics = [np.array(w) for w in backbone.weights if "moving" in w.path]
    images = np.random.default_rng(0).normal(size=(6, 8, 8, 3)).astype("float32")
    model.fit(images, np.arange(6) % 3, verbose=0)
    moved = [np.array(w) for w in backbone.weights if "moving" in w.path]
    assert all(np.array_equal(a, b) for a, b in zip(statistics, moved, strict=True))


# --- which object, and whose weights --------------------------------------------------------------


def fresh(model: Any) -> Any:
    """Another model of the same layers, with weights of its own."""
    return keras.models.clone_model(model)


def copied(model: Any) -> Any:
    """Another model of the same layers and the same numbers."""
    other = fresh(model)
    other.set_weights(model.get_weights())
    return other


@cache
def checks() -> dict[str, Any]:
    lab = source.read(SOURCE)
    return {
        name: make_check(name, exercise, reference)
        for name, (exercise, reference) in references.solved(lab).items()
        if name in {"assembled", "tapped", "free_modules"}
    }


@pytest.mark.parametrize("other", [fresh, copied])
@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("assembled", lambda other: lambda b, h: student().assembled(other(b), h)),
        ("assembled", lambda other: lambda b, h: student().assembled(b, other(h))),
        ("tapped", lambda other: lambda n, names: student().tapped(other(n), names)),
        ("free_modules", lambda other: lambda b, m: student().free_modules(other(b), m)),
        ("free_modules", lambda other: lambda b, m: other(student().free_modules(b, m))),
    ],
    ids=["backbone", "head", "taps", "a clone is changed", "a clone is returned"],
)
def test_copies_and_fresh_weights_fail(name: str, answer: Any, other: Any) -> None:
    check = checks()[name]
    verdict = judge(check, observe_all(answer(other), check.cases))
    assert verdict.status == "wrong" and verdict.why

"""Stacks of machines, and the Keras networks that they start."""

import os
from pathlib import Path

import numpy as np
import pytest

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from course_utils.common.errors import CourseError
from course_utils.experiments.faces import Scale, face_autoencoder
from course_utils.models import rbm

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def stack() -> list[rbm.RBM]:
    """Random machines, 12-7-5-3, with biases."""
    stack = rbm.new_stack((12, 7, 5, 3))
    rng = np.random.default_rng(0)
    for machine in stack:
        for part in (machine.W, machine.b, machine.c):
            part += rng.normal(0, 0.5, part.shape)
    return stack


def rows(count: int = 6, width: int = 12) -> np.ndarray:
    return np.random.default_rng(1).normal(size=(count, width)).astype(np.float32)


def test_the_unrolled_network_is_the_stacks_conditionals(stack: list[rbm.RBM]) -> None:
    model = rbm.unroll(stack)
    x = rows()
    up = x
    for machine in stack[:-1]:
        up = 1 / (1 + np.exp(-(up @ machine.W + machine.c)))
    code = up @ stack[-1].W + stack[-1].c
    assert np.allclose(rbm.encoded(stack, x), code, atol=1e-5)
    assert np.allclose(rbm.encoder_of(model)(x), code, atol=1e-5)
    assert np.allclose(model(x), rbm.decoded(stack, code), atol=1e-5)
    assert np.allclose(rbm.decoder_of(model)(code), model(x), atol=1e-5)


def test_the_two_ways_do_not_share_weights(stack: list[rbm.RBM]) -> None:
    model = rbm.unroll(stack)
    before = model.get_layer("reconstruction").get_weights()[0]
    model.get_layer("encoder_1").set_weights([np.zeros((12, 7)), np.zeros(7)])
    assert np.array_equal(model.get_layer("reconstruction").get_weights()[0], before)
    assert np.any(stack[0].W)


def test_a_saved_network_gives_the_same_numbers(stack: list[rbm.RBM], tmp_path: Path) -> None:
    import keras

    model = rbm.unroll(stack)
    model.save(tmp_path / "model.keras")
    assert np.array_equal(keras.saving.load_model(tmp_path / "model.keras")(rows()), model(rows()))


def test_machines_that_do_not_meet_are_refused() -> None:
    below, above = rbm.new_stack((4, 3))[0], rbm.new_stack((3, 2), visible="binary")[0]
    with pytest.raises(CourseError, match="3 gaussian hidden units"):
        rbm.unroll([below, above])
    with pytest.raises(CourseError, match="3 gaussian hidden units"):
        rbm.pretrain([below, above], rows(6, 4), 1)
    with pytest.raises(CourseError, match="two or more"):
        rbm.new_stack((4,))


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_pretraining_lowers_the_error_of_every_machine(seed: int) -> None:
    rng = np.random.default_rng(seed)
    x = (rng.normal(size=(600, 2)) @ rng.normal(size=(2, 9))).astype(np.float32)
    x = x / x.std()
    stack = rbm.new_stack((9, 8, 4), seed)
    errors: dict[int, list[float]] = {0: [], 1: []}
    rbm.pretrain(
        stack,
        x,
        30,
        rates=(0.01, 0.01),
        seed=seed,
        after=lambda layer, epoch, error: errors[layer].append(error),
    )
    for numbers in errors.values():
        assert len(numbers) == 30 and numbers[-1] < 0.8 * numbers[0]


def test_crops_of_any_size_are_scaled_and_come_back() -> None:
    crops = np.random.default_rng(0).random((50, 7, 9)).astype(np.float32)
    scale = Scale.of(crops)
    rows = scale.apply(crops)
    assert rows.shape == (50, 63) and rows.dtype == np.float32
    assert np.allclose(rows.mean(axis=0), 0, atol=1e-4)
    assert rows.var(axis=0).mean() == pytest.approx(1, abs=1e-4)
    assert np.allclose(scale.undo(rows), crops, atol=1e-5)


def other_faces(count: int = 60, size: int = 64) -> np.ndarray:
    """Another set of faces, uint8: a head, two eyes and a mouth, no two alike."""
    rng = np.random.default_rng(5)
    down, right = np.mgrid[-1 : 1 : size * 1j, -1 : 1 : size * 1j]

    def spot(y: np.ndarray, x: np.ndarray, tall: np.ndarray, wide: np.ndarray) -> np.ndarray:
        y, x, tall, wide = (a[:, None, None] for a in (y, x, tall, wide))
        return np.exp(-(((down - y) / tall) ** 2) - ((right - x) / wide) ** 2)

    def some(low: float, high: float) -> np.ndarray:
        return rng.uniform(low, high, count)

    apart, eye = some(0.2, 0.4), some(0.06, 0.15)
    images = spot(some(-0.1, 0.1), some(-0.1, 0.1), some(0.7, 0.9), some(0.5, 0.7))
    for side in (-1, 1):
        images = images - 0.6 * spot(some(-0.3, -0.1), side * apart, eye, eye)
    images = images - 0.5 * spot(some(0.3, 0.5), np.zeros(count), some(0.05, 0.1), some(0.2, 0.4))
    return (255 * np.clip(images, 0, 1)).astype(np.uint8)


@pytest.mark.parametrize("size", [16, 25])
def test_another_set_of_faces_goes_the_same_way(size: int) -> None:
    """Blended, cut, scaled, pretrained, unrolled, fine-tuned: the error on new ones falls."""
    import keras

    from course_utils import datasets

    images = other_faces()
    mixed = datasets.blended(images[:45], 200)
    crops, _ = datasets.turned_crops(mixed, 1500, size=size)
    new, _ = datasets.turned_crops(images[45:], 300, seed=1, size=size)
    scale = Scale.of(crops)
    x, x_new = scale.apply(crops), scale.apply(new)
    assert x.shape == (1500, size**2) and np.allclose(scale.undo(x), crops, atol=1e-2)
    stack = rbm.new_stack((size**2, 100, 40, 8))
    rbm.pretrain(stack, x, 8, rates=(0.01, 0.1, 0.003))
    model = rbm.unroll(stack)
    model.compile(keras.optimizers.Adam(2e-3), "mse")
    nothing, before = np.mean(x_new**2), model.evaluate(x_new, x_new, verbose=0)
    model.fit(x, x, 50, epochs=8, verbose=0)
    after = model.evaluate(x_new, x_new, verbose=0)
    assert after < before < nothing and after < 0.5 * nothing, (after, before, nothing)


def test_what_does_not_fit_is_refused() -> None:
    crops = np.random.default_rng(0).random((9, 5, 4))
    scale = Scale.of(crops)
    with pytest.raises(CourseError, match=r"\(9, 20\)"):
        Scale.of(crops.reshape(9, 20))
    with pytest.raises(CourseError, match="crops that differ"):
        Scale.of(np.ones((9, 5, 4)))
    with pytest.raises(CourseError, match=r"measured on \(batch, 5, 4\)"):
        scale.apply(crops[:, :1])
    with pytest.raises(CourseError, match=r"give \(batch, 20\)"):
        scale.undo(np.zeros((2, 40)))
    with pytest.raises(CourseError, match="12 visible units"):
        rbm.pretrain(rbm.new_stack((12, 3)), scale.apply(crops), 1)
    with pytest.raises(CourseError, match="2 rates for 1 machines"):
        rbm.pretrain(rbm.new_stack((20, 3)), scale.apply(crops), 1, rates=(0.1, 0.1))


def test_on_new_people_the_shipped_pretrained_network_beats_pca_and_the_random_start() -> None:
    from course_utils import datasets

    faces, people = datasets.faces()
    seen, _ = datasets.turned_crops(faces[people < 30], 3000, seed=2)
    crops, _ = datasets.turned_crops(faces[people >= 30], 1000, seed=3)
    errors = {}
    for start in ("pretrained", "random"):
        model, scale = face_autoencoder(start)
        x = scale.apply(crops)
        errors[start] = np.mean(np.sum((x - model.predict(x, verbose=0)) ** 2, axis=1))
    rows = scale.apply(seen)
    mean, basis = rows.mean(axis=0), np.linalg.eigh(np.cov(rows.T))[1][:, -30:]
    by_pca = (x - mean) @ basis @ basis.T + mean
    errors["PCA"] = np.mean(np.sum((x - by_pca) ** 2, axis=1))
    nothing = np.mean(np.sum(x**2, axis=1))
    assert errors["pretrained"] < 0.95 * errors["PCA"]
    assert errors["pretrained"] < 0.9 * errors["random"] and errors["random"] < 0.5 * nothing
    with pytest.raises(CourseError, match="pretrained"):
        face_autoencoder("trained")

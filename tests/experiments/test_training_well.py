"""The experiments of lab 7: networks side by side, remedies, deformed digits, baselines."""

import keras
import numpy as np
import pytest

from course_utils.common.errors import CourseError
from course_utils.experiments import baselines, deformations, remedies, summaries
from course_utils.models.ensemble import EnsembleDense


def test_members_compute_what_dense_layers_with_their_weights_compute() -> None:
    layer = EnsembleDense(4, activation="tanh")
    x = np.random.default_rng(0).normal(size=(5, 3, 6)).astype("float32")
    y = np.asarray(layer(x))
    kernel, bias = layer.get_weights()
    assert kernel.shape == (3, 6, 4) and bias.shape == (3, 4)
    for member in range(3):
        alone = np.tanh(x[:, member] @ kernel[member] + bias[member])
        np.testing.assert_allclose(y[:, member], alone, rtol=1e-4, atol=1e-6)


def test_each_member_has_weights_of_its_own_of_variance_2_over_inputs() -> None:
    layer = EnsembleDense(200)
    layer.build((None, 3, 50))
    kernel = layer.get_weights()[0]
    np.testing.assert_allclose(kernel.var(axis=(1, 2)), 2 / 50, rtol=0.1)
    assert not np.allclose(kernel[0], kernel[1])


def test_an_ensemble_layer_is_saved_and_loaded(tmp_path) -> None:
    x = keras.Input((2, 5))
    model = keras.Model(x, EnsembleDense(3, activation="relu")(x))
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    batch = np.ones((4, 2, 5), "float32")
    np.testing.assert_array_equal(model(batch), again(batch))


@pytest.mark.parametrize("remedy", remedies.STRENGTHS)
def test_members_do_not_see_each_other(remedy: str) -> None:
    strength = remedies.STRENGTHS[remedy][0]
    model = remedies.network(3, 6, remedy, strength)
    x = np.random.default_rng(0).normal(size=(4, 3, 6)).astype("float32")
    other = x.copy()
    other[:, 1] += 1
    one, two = (np.asarray(model(part)) for part in (x, other))
    np.testing.assert_array_equal(one[:, [0, 2]], two[:, [0, 2]])
    assert not np.allclose(one[:, 1], two[:, 1])


@pytest.mark.parametrize("kind", ["DropConnect", "DropPath"])
def test_what_is_dropped_is_made_up_for_in_training(kind: str) -> None:
    keras.utils.set_random_seed(0)
    ones = np.ones((4000, 2, 1), "float32")
    if kind == "DropPath":
        layer = remedies.DropPath(0.25)
    else:
        layer = remedies.DropConnect(4000, 0.25, kernel_initializer="ones")
        ones = ones[:1]
    out = np.asarray(layer(ones, training=True))
    np.testing.assert_allclose(np.unique(out.round(4)), [0, 4 / 3], rtol=1e-3)
    assert abs(out.mean() - 1) < 0.05
    np.testing.assert_array_equal(np.unique(layer(ones)), 1)


def test_max_norm_cuts_what_is_longer_and_nothing_else() -> None:
    w = np.array([[[3.0, 0.3], [4.0, 0.4]]], "float32")
    found = np.asarray(remedies.MaxNorm(1.0)(w))
    np.testing.assert_allclose(found[0], [[0.6, 0.3], [0.8, 0.4]], rtol=1e-4)


def test_an_image_is_not_changed_by_no_deformation() -> None:
    images = np.random.default_rng(0).random((3, 9, 9)).astype("float32")
    found = deformations.deformed(images, np.random.default_rng(1), elastic=0, turn=0, scale=0)
    np.testing.assert_allclose(found, images, atol=0.02)


def test_deformed_images_differ_from_each_other_and_keep_their_ink() -> None:
    images = np.zeros((20, 28, 28), "float32")
    images[:, 8:20, 12:16] = 1
    found = deformations.deformed(images, np.random.default_rng(0))
    assert not np.allclose(found[0], found[1])
    assert abs(found.sum() / images.sum() - 1) < 0.1


def test_gradient_histograms_tell_the_direction() -> None:
    ramp = np.tile(np.linspace(0, 1, 8), (8, 1))
    right, down = baselines.gradient_histograms(np.stack([ramp, ramp.T]), cells=1)
    assert right.argmax() == 0 and down.argmax() == 2
    np.testing.assert_allclose(np.linalg.norm([right, down], axis=1), 1, rtol=1e-5)


def test_a_missing_record_says_how_to_make_it() -> None:
    with pytest.raises(CourseError, match="record_nothing.py"):
        summaries.groups("nothing", "seed")

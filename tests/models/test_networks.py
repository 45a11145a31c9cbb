"""The family of networks: the papers' counts, files, and inputs that cannot be."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from course_utils import models
from course_utils.common.errors import CourseError
from course_utils.interpret.counting import outline

pytestmark = pytest.mark.slow

Build = Callable[..., keras.Model]

#: Each network at its smallest, with three classes: name -> (function, smallest input, options).
TINY: dict[str, tuple[Build, tuple[int, int, int], dict[str, Any]]] = {
    "lenet5": (models.lenet5, (12, 12, 1), {}),
    "lenet5, normalised": (models.lenet5, (12, 12, 1), {"batch_normalisation": True}),
    "alexnet, two towers": (models.alexnet, (67, 67, 3), {"include_top": False}),
    "alexnet, one tower": (models.alexnet, (67, 67, 1), {"towers": 1}),
    "vgg16": (models.vgg16, (32, 32, 1), {"include_top": False}),
    "resnet50": (models.resnet50, (32, 32, 1), {}),
    "small_resnet": (models.small_resnet, (4, 4, 2), {"units": 2}),
    "deepface": (models.deepface, (71, 71, 1), {}),
}


def _trainable(model: keras.Model) -> int:
    return sum(math.prod(weight.shape) for weight in model.trainable_weights)


@pytest.mark.parametrize(
    ("build", "parameters"),
    [
        (models.lenet5, 61_706),
        (models.alexnet, 60_965_224),
        (lambda: models.alexnet(towers=1), 62_378_344),
        (models.vgg16, 138_357_544),
        (models.vgg19, 143_667_240),
        (models.deepface, 118_923_774),
        (models.mlp, 784 * 128 + 128 + 128 * 10 + 10),
    ],
)
def test_parameters(build: Build, parameters: int) -> None:
    assert outline(build).count_params() == parameters


@pytest.mark.parametrize(
    ("build", "trainable", "millions"),
    [
        (models.resnet18, 11_689_512, 11.7),
        (models.resnet34, 21_797_672, 21.8),
        (models.resnet50, 25_557_032, 25.6),
        (models.resnet101, 44_549_160, 44.7),
        (models.resnet152, 60_192_808, 60.3),
    ],
)
def test_parameters_of_residual_networks(build: Build, trainable: int, millions: float) -> None:
    """`millions` counts the averages of the normalisations, which training does not touch."""
    model = outline(build)
    assert _trainable(model) == trainable
    assert round(model.count_params() / 1e6, 1) == millions


def test_the_small_residual_network_is_the_papers_but_for_its_shortcuts() -> None:
    model = outline(lambda: models.small_resnet((32, 32, 3), units=3))
    # He et al. 2015, table 6: 0.27 M; two projections 16 x 32 and 32 x 64, normalised, are ours.
    assert _trainable(model) - (16 * 32 + 32 * 64 + 2 * (32 + 64)) == 269_722


def test_lenet_frames_small_digits_and_takes_large_ones_as_they_are() -> None:
    assert models.lenet5((28, 28, 1)).count_params() == models.lenet5((32, 32, 1)).count_params()
    assert models.lenet5((28, 28, 1)).get_layer("C1").output.shape == (None, 28, 28, 6)
    assert models.lenet5((32, 32, 1)).get_layer("C1").output.shape == (None, 28, 28, 6)


def test_lenet_normalises_before_each_activation_and_drops_before_each_dense() -> None:
    names = [layer.name for layer in models.lenet5(batch_normalisation=True, dropout=0.5).layers]
    for name in ("C1", "C3", "C5", "F6"):
        first = names.index(name)
        assert names[first : first + 3] == [name, f"{name}_norm", f"{name}_relu"]
    assert names[names.index("C5_relu") + 1] == "C5_dropout"
    assert names[-2:] == ["F6_dropout", "probabilities"]


def test_deepface_has_the_papers_maps() -> None:
    model = outline(models.deepface)
    sides = {layer.name: layer.output.shape[1] for layer in model.layers[:6]}
    assert sides == {"C1": 142, "M2": 71, "C3": 63, "L4": 55, "L5": 25, "L6": 21}


@pytest.mark.parametrize("name", TINY)
def test_every_network_runs_and_comes_back_from_a_file(name: str, tmp_path: Path) -> None:
    build, shape, options = TINY[name]
    model = build(shape, 3, **options)
    x = np.random.default_rng(0).random((2, *shape), dtype=np.float32)
    y = model.predict(x, verbose=0)
    if options.get("include_top", True):
        assert y.shape == (2, 3)
        np.testing.assert_allclose(y.sum(axis=1), 1, rtol=1e-5)
    else:
        assert y.ndim == 2 and y.shape[1] > 3
    path = tmp_path / "model.keras"
    model.save(path)
    again = keras.saving.load_model(path)
    np.testing.assert_array_equal(again.predict(x, verbose=0), y)


@pytest.mark.parametrize("name", TINY)
def test_one_pixel_less_than_the_smallest_input_is_refused(name: str) -> None:
    build, (height, width, channels), options = TINY[name]
    sentence = f"impossible; possible are a height and width of at least {height}"
    for shape in ((height - 1, width, channels), (height, width - 1, channels)):
        with pytest.raises(CourseError, match=sentence):
            build(shape, 3, **options)


@pytest.mark.parametrize(
    ("shape", "sentence"),
    [
        ((28, 28), r"the shape is \(height, width, channels\)"),
        ((1, 28, 28), r"did you mean \(28, 28, 1\)\?"),
        ((28, 28, 0), "the channels, last, are a whole number"),
        ((28, 28, None), "the channels, last, are a whole number"),
        ((None, None, 1), "height and width of at least 12"),
        ((28.0, 28.0, 1), "height and width of at least 12"),
    ],
)
def test_a_shape_that_is_none_is_refused(shape: Any, sentence: str) -> None:
    with pytest.raises(CourseError, match=sentence):
        models.lenet5(shape)


@pytest.mark.parametrize("build", [models.lenet5, models.alexnet, models.vgg19, models.resnet34])
@pytest.mark.parametrize("classes", [0, -1, 2.5, True])
def test_a_number_of_classes_that_is_none_is_refused(build: Build, classes: Any) -> None:
    with pytest.raises(CourseError, match="whole number of at least 1"):
        build(classes=classes)


def test_residual_networks_take_any_size() -> None:
    model = models.small_resnet((None, None, 1), 3)
    for size in (8, 13):
        assert model(np.zeros((1, size, size, 1), "float32")).shape == (1, 3)


def test_alexnet_has_one_or_two_towers() -> None:
    with pytest.raises(CourseError, match="towers=3"):
        models.alexnet(towers=3)


@pytest.mark.parametrize(("towers", "moves"), [(1, True), (2, False)])
def test_towers_do_not_see_each_other_until_conv3(towers: int, moves: bool) -> None:
    model = models.alexnet((67, 67, 1), 3, towers=towers)
    keras.utils.set_random_seed(0)
    maps = np.random.default_rng(0).random((1, 15, 15, 96), dtype=np.float32) * 10

    def after(changed: np.ndarray) -> dict[str, np.ndarray]:
        x, found = changed, {}
        for name in ("norm1", "pool1", "conv2", "norm2", "pool2", "conv3"):
            x = np.asarray(keras.ops.convert_to_numpy(model.get_layer(name)(x)))
            found[name] = x
        return found

    second_tower_changed = maps.copy()
    second_tower_changed[..., 48:] += 1
    before, then = after(maps), after(second_tower_changed)
    for name in ("norm1", "conv2", "norm2", "pool2"):
        half = before[name].shape[-1] // 2
        assert np.any(before[name][..., half:] != then[name][..., half:])
        first_moved = np.any(before[name][..., :half] != then[name][..., :half])
        assert first_moved == moves, name
    assert np.any(before["conv3"][..., :192] != then["conv3"][..., :192])


def test_mlp_takes_features_and_images() -> None:
    assert models.mlp((784,), hidden=()).count_params() == 7850
    assert models.mlp((28, 28), hidden=(), dropout=0.5).count_params() == 7850
    names = [layer.name for layer in models.mlp((3,), 2, hidden=(5, 4), dropout=0.1).layers]
    assert names == ["hidden1", "hidden1_dropout", "hidden2", "hidden2_dropout", "probabilities"]


@pytest.mark.parametrize("options", [{"input_shape": ()}, {"input_shape": (None,)}])
def test_mlp_wants_a_fixed_number_of_features(options: dict[str, Any]) -> None:
    with pytest.raises(CourseError, match="whole numbers of at least 1"):
        models.mlp(**options)


def test_mlp_wants_units_in_each_layer() -> None:
    with pytest.raises(CourseError, match="at least 1 unit"):
        models.mlp(hidden=(0,))


def test_probabilities_are_in_single_precision_under_a_mixed_policy() -> None:
    policy = keras.config.dtype_policy()
    try:
        keras.config.set_dtype_policy("mixed_float16")
        model = models.lenet5((12, 12, 1))
        model_of_large_numbers = model(np.full((1, 12, 12, 1), 100.0, "float32"))
    finally:
        keras.config.set_dtype_policy(policy)
    assert model.get_layer("C3").compute_dtype == "float16"
    assert keras.backend.standardize_dtype(model_of_large_numbers.dtype) == "float32"

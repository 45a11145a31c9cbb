"""Looking inside networks whose answers are known: planted patterns, ignored corners."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import pytest
from keras import layers, ops
from numpy.typing import NDArray

from course_utils import models
from course_utils.common.errors import CourseError
from course_utils.interpret import insight

pytestmark = pytest.mark.slow

Array = NDArray[np.floating]


def _sequential(smooth: bool = False) -> keras.Model:
    """With `smooth` it has a derivative everywhere."""
    keras.utils.set_random_seed(1)
    return keras.Sequential(
        [
            keras.Input((9, 8, 2)),
            layers.Conv2D(3, 3, activation="tanh" if smooth else "relu", name="conv"),
            layers.AveragePooling2D(2) if smooth else layers.MaxPooling2D(2, name="pool"),
            layers.BatchNormalization(name="norm"),
            layers.Dropout(0.5, name="dropout"),
            layers.Flatten(name="flatten"),
            layers.Dense(4, activation="softmax", name="classes"),
        ]
    )


def _functional(smooth: bool = False) -> keras.Model:
    keras.utils.set_random_seed(2)
    x = keras.Input((9, 8, 2), name="image")
    a = layers.Conv2D(3, 3, padding="same", use_bias=False, name="conv")(x)
    b = layers.Conv2D(3, 1, name="other")(x)
    relu = layers.Activation("tanh") if smooth else layers.ReLU(name="relu")
    y = relu(layers.Add(name="sum")([a, b]))
    y = layers.GlobalAveragePooling2D(name="mean")(y)
    return keras.Model(x, layers.Softmax(name="softmax")(layers.Dense(4, name="scores")(y)))


def _nested(smooth: bool = False) -> keras.Model:
    keras.utils.set_random_seed(3)
    body = _sequential(smooth)
    body.pop()
    head = [layers.Dense(4, name="scores"), layers.Activation("softmax", name="softmax")]
    scaling = layers.Rescaling(2.0, name="scaling")
    return keras.Sequential([keras.Input((9, 8, 2)), scaling, body, *head])


Build = Callable[..., keras.Model]
MODELS: dict[str, Build] = {
    "Sequential": _sequential,
    "Functional": _functional,
    "nested": _nested,
}
every_model = pytest.mark.parametrize("build", MODELS.values(), ids=MODELS.keys())


def _images(count: int = 3, seed: int = 0) -> NDArray[np.float32]:
    return np.random.default_rng(seed).random((count, 9, 8, 2), dtype=np.float32)


def _predict(model: keras.Model, x: Array) -> Array:
    return np.asarray(ops.convert_to_numpy(model(x, training=False)))


def test_gradient_of_a_function_of_arrays() -> None:
    x = np.array([[1.0, -2.0], [3.0, 0.5]], dtype="float32")
    found = insight.gradient(lambda z: ops.sum(z**3) + ops.sum(z[0]), x)
    np.testing.assert_allclose(found, 3 * x**2 + [[1, 1], [0, 0]], rtol=1e-6)


def test_gradients_of_a_models_loss_are_those_by_hand() -> None:
    rng = np.random.default_rng(0)
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
    norm = keras.layers.BatchNormalization(trainable=False)
    model.add(norm)  # its averages are weights, too, and none that is trained
    x, t = rng.normal(size=(5, 3)).astype("float32"), rng.normal(size=(5, 2)).astype("float32")
    loss = keras.losses.MeanSquaredError()
    before = [weight.copy() for weight in model.get_weights()]
    dW, db = insight.gradients(model, loss, x, t)
    slope = 1 / np.sqrt(1 + norm.epsilon)
    dz = 2 * (slope * (x @ before[0] + before[1]) - t) * slope / t.size
    np.testing.assert_allclose(dW, x.T @ dz, rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(db, dz.sum(axis=0), rtol=1e-4, atol=1e-6)
    for old, new in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)


def test_gradient_of_a_function_that_ignores_its_input_is_zero() -> None:
    found = insight.gradient(lambda z: ops.sum(ops.ones((2,))), np.ones((3, 2), "float32"))
    np.testing.assert_array_equal(found, np.zeros((3, 2)))


@every_model
def test_feature_maps_are_what_the_layers_return(build: Build) -> None:
    model, x = build(), _images()
    last = model.layers[-1].name
    maps = insight.feature_maps(model, x, ["conv", last])
    np.testing.assert_allclose(maps[last], _predict(model, x), rtol=1e-5)
    assert maps["conv"].shape[0] == 3 and maps["conv"].ndim == 4
    alone = insight.feature_maps(model, x, "conv")
    np.testing.assert_allclose(alone["conv"], maps["conv"], rtol=1e-5)


def test_feature_maps_of_a_layer_are_its_formula() -> None:
    model, x = _functional(), _images()
    kernel, bias = model.get_layer("other").get_weights()
    expected = x @ kernel[0, 0] + bias
    maps = insight.feature_maps(model, x, ["other", "sum", "conv"])
    np.testing.assert_allclose(maps["other"], expected, rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(maps["sum"], maps["conv"] + maps["other"], rtol=1e-4, atol=1e-6)


def _scores(model: keras.Model, x: Array) -> Array:
    """What goes into the softmax, up to a number that all classes share."""
    return np.log(_predict(model, x).astype("float64"))


@every_model
def test_the_data_gradient_is_that_of_finite_differences(build: Build) -> None:
    """Differences between classes: the number that scores share falls out."""
    model, x = build(smooth=True), _images(2)
    one, other = (insight.data_gradient(model, x, c) for c in (1, 3))
    found = one - other
    assert found.shape == x.shape
    step = 3e-3
    rng = np.random.default_rng(0)
    for _ in range(12):
        n, i, j, k = (int(rng.integers(size)) for size in x.shape)
        up, down = x.copy(), x.copy()
        up[n, i, j, k] += step
        down[n, i, j, k] -= step
        change = (_scores(model, up) - _scores(model, down))[n] / (2 * step)
        assert found[n, i, j, k] == pytest.approx(change[1] - change[3], abs=2e-3)


@every_model
def test_saliency_is_the_largest_gradient_among_channels(build: Build) -> None:
    model, x = build(), _images()
    likeliest = _predict(model, x).argmax(axis=-1)
    expected = np.abs(insight.data_gradient(model, x, likeliest)).max(axis=-1)
    np.testing.assert_allclose(insight.saliency(model, x), expected, rtol=1e-5, atol=1e-8)


def test_saliency_of_an_image_does_not_depend_on_its_batch() -> None:
    model, x = _sequential(), _images(70)  # more than one batch of 64
    together = insight.saliency(model, x, 2)
    np.testing.assert_allclose(together[68:], insight.saliency(model, x[68:], 2), atol=1e-6)


def test_saliency_does_not_fade_where_the_network_is_sure() -> None:
    model, x = _sequential(), _images(1)
    kernel, bias = model.layers[-1].get_weights()
    before = insight.saliency(model, x, 0)
    model.layers[-1].set_weights([kernel, bias + [1000, 0, 0, 0]])
    assert _predict(model, x)[0, 0] == 1
    np.testing.assert_allclose(insight.saliency(model, x, 0), before, rtol=1e-5)


def _looks_at(region: tuple[slice, slice], classes: int = 2) -> keras.Model:
    """Its score for class 1 is the sum of a region, for class 0 it is 0."""
    model = keras.Sequential(
        [
            keras.Input((12, 10, 1)),
            layers.Flatten(),
            layers.Dense(classes, activation="softmax", use_bias=False),
        ]
    )
    kernel = np.zeros((12, 10, classes), dtype="float32")
    kernel[(*region, 1)] = 1
    model.layers[-1].set_weights([kernel.reshape(-1, classes)])
    return model


def test_occlusion_is_flat_where_the_network_does_not_look() -> None:
    region = (slice(4, 8), slice(5, 8))
    model = _looks_at(region)
    x = np.full((2, 12, 10, 1), 0.3, dtype="float32")
    whole = _predict(model, x)[:, 1]
    kept = insight.occlusion(model, x, 1, patch=2, stride=1, fill=0.0)
    assert kept.shape == (2, 11, 9)
    overlaps = np.zeros((11, 9), dtype=bool)
    overlaps[3:8, 4:8] = True
    np.testing.assert_allclose(kept[:, ~overlaps], whole[:, None] * np.ones((~overlaps).sum()))
    assert np.all(kept[:, overlaps] < whole[:, None] - 0.005)
    np.testing.assert_allclose(kept[:, 4, 5], 1 / (1 + np.exp(-0.3 * (12 - 4))), rtol=1e-5)


def test_occlusion_by_the_colour_of_the_image_changes_nothing() -> None:
    model = _looks_at((slice(0, 12), slice(0, 10)))
    x = np.full((1, 12, 10, 1), 0.01, dtype="float32")
    kept = insight.occlusion(model, x, patch=3, stride=2)
    assert kept.shape == (1, 5, 4)
    np.testing.assert_allclose(kept, _predict(model, x)[0].max(), rtol=1e-6)


def test_occlusion_leaves_the_images_as_they_were() -> None:
    x = _images(2)
    before = x.copy()
    insight.occlusion(_sequential(), x, patch=4)
    np.testing.assert_array_equal(x, before)


@every_model
def test_occlusion_is_one_prediction_for_each_place(build: Build) -> None:
    model, x = build(), _images(2)
    classes = [0, 3]
    kept = insight.occlusion(model, x, classes, patch=3, stride=2, fill=0.5)
    for n, i, j in np.ndindex(kept.shape):
        covered = x[n : n + 1].copy()
        covered[0, 2 * i : 2 * i + 3, 2 * j : 2 * j + 3] = 0.5
        assert kept[n, i, j] == pytest.approx(_predict(model, covered)[0, classes[n]], rel=1e-4)


@pytest.mark.parametrize("options", [{"patch": 9}, {"patch": 0}, {"stride": 0}])
def test_a_square_that_does_not_fit_is_refused(options: dict[str, int]) -> None:
    with pytest.raises(CourseError, match="patch is 1 to 8, stride at least 1"):
        insight.occlusion(_sequential(), _images(), **options)


def _cross_detector() -> keras.Model:
    """Unit 1 of "detector" answers to a cross of 3 x 3, through a pooling and a second window."""
    model = keras.Sequential(
        [
            keras.Input((16, 16, 1)),
            layers.Conv2D(2, 3, activation="relu", name="detector"),
            layers.MaxPooling2D(2, name="pool"),
            layers.Flatten(),
            layers.Dense(2, name="out"),
        ]
    )
    kernel = np.zeros((3, 3, 1, 2), dtype="float32")
    kernel[..., 0, 1] = np.where(_CROSS > 0, 1, -1)
    model.get_layer("detector").set_weights([kernel, np.zeros(2, "float32")])
    return model


_CROSS = np.array([[0, 1, 0], [1, 1, 1], [0, 1, 0]], dtype="float32")


def test_the_boxes_of_top_patches_hold_the_planted_pattern() -> None:
    rng = np.random.default_rng(0)
    x = (rng.random((70, 16, 16, 1)) * 0.2).astype("float32")
    planted = {3: (0, 0), 20: (13, 13), 66: (5, 8)}
    for brightness, (image, (r, c)) in enumerate(planted.items(), start=2):
        x[image, r : r + 3, c : c + 3, 0] = brightness * _CROSS
    found = insight.top_patches(_cross_detector(), x, "detector", 1, count=3)
    assert [patch.image for patch in found] == [66, 20, 3]
    for patch in found:
        r, c = planted[patch.image]
        assert patch.position == (r, c)
        assert patch.box == (slice(r, r + 3), slice(c, c + 3))
        np.testing.assert_array_equal(patch.pixels, x[patch.image][patch.box])
    assert found[0].activation == pytest.approx(5 * 4)
    pooled = insight.top_patches(_cross_detector(), x, "pool", 1, count=3)
    for patch in pooled:
        rows, columns = patch.box
        r, c = planted[patch.image]
        assert rows.start <= r and r + 3 <= rows.stop <= rows.start + 4
        assert columns.start <= c and c + 3 <= columns.stop <= columns.start + 4


def test_a_unit_without_a_map_is_shown_the_whole_image() -> None:
    x = np.random.default_rng(0).random((4, 16, 16, 1), dtype=np.float32)
    model = _cross_detector()
    found = insight.top_patches(model, x, "out", 0)
    assert [patch.image for patch in found] == list(np.argsort(-_predict(model, x)[:, 0]))
    assert found[0].position == () and found[0].pixels.shape == (16, 16, 1)


@every_model
def test_top_patches_in_every_kind_of_model(build: Build) -> None:
    model, x = build(), _images(5)
    maps = insight.feature_maps(model, x, "conv")["conv"][..., 2]
    found = insight.top_patches(model, x, "conv", 2, count=9)
    strongest = np.sort(maps.reshape(5, -1).max(axis=1))[::-1]
    np.testing.assert_allclose([patch.activation for patch in found], strongest, rtol=1e-5)
    for patch in found:
        assert maps[(patch.image, *patch.position)] == pytest.approx(patch.activation, rel=1e-5)


@pytest.mark.parametrize("unit", [-1, 3])
@pytest.mark.parametrize("look", [insight.top_patches, insight.reconstruct])
def test_a_unit_that_does_not_exist_is_refused(look: Any, unit: int) -> None:
    with pytest.raises(CourseError, match="'conv' has the units 0 to 2; there is no"):
        look(_sequential(), _images(), "conv", unit)


@every_model
def test_ascent_makes_the_network_say_the_class(build: Build) -> None:
    model, x = build(), _images(4)
    before = x.copy()
    changed = insight.ascend(model, x, 2, steps=30, rate=0.03, limits=(-2.0, 3.0))
    np.testing.assert_array_equal(x, before)
    assert np.all(_predict(model, changed)[:, 2] > _predict(model, x)[:, 2])
    assert changed.min() >= -2 and changed.max() <= 3


def test_ascent_moves_as_far_as_asked_and_stops_when_sure() -> None:
    model = _looks_at((slice(4, 8), slice(5, 8)))
    x = np.full((2, 12, 10, 1), 0.5, dtype="float32")
    x[1] = -0.5
    one_step = insight.ascend(model, x, 1, steps=1, rate=0.01, confidence=0.9, limits=(-9.0, 9.0))
    np.testing.assert_array_equal(one_step[0], x[0])  # sure already: sigmoid(6) = 0.998
    assert np.sqrt(np.mean((one_step[1] - x[1]) ** 2)) == pytest.approx(0.01, rel=1e-4)
    there = insight.ascend(model, x, 1, steps=99, rate=0.01, confidence=0.9, limits=(-9.0, 9.0))
    assert 0.9 <= _predict(model, there)[1, 1] < 0.93
    assert np.all(there[1, :4] == x[1, :4])  # where the network does not look


def test_ascent_stays_within_its_limits() -> None:
    model = _looks_at((slice(0, 12), slice(0, 10)))
    x = np.zeros((1, 12, 10, 1), dtype="float32")
    changed = insight.ascend(model, x, 0, steps=20, rate=0.1, limits=(0.0, 1.0))
    np.testing.assert_array_equal(changed, x)  # it would have to go below 0


def _relu_network() -> keras.Model:
    model = keras.Sequential(
        [
            keras.Input((2, 2, 1)),
            layers.Flatten(),
            layers.Dense(3, use_bias=False, activation="relu", name="hidden"),
            layers.Dense(1, use_bias=False, name="out"),
        ]
    )
    first = np.array([[1, 1, 2], [-1, 2, 0], [0, 1, -3], [1, 0, 1]], dtype="float32")
    model.set_weights([first, np.array([[2], [-1], [1]], dtype="float32")])
    return model


@pytest.mark.parametrize(
    ("rule", "signal"),
    [
        # x = (1, 0, 2, 0): hidden z = (1, 3, -4). From above comes (2, -1, 1).
        ("guided", [2, 0, 0]),  # positive, and let through forward
        ("deconvolution", [2, 0, 1]),  # positive
    ],
)
def test_reconstruction_follows_its_rule(rule: Any, signal: list[float]) -> None:
    model = _relu_network()
    x = np.array([1, 0, 2, 0], dtype="float32").reshape(1, 2, 2, 1)
    expected = model.get_weights()[0] @ np.array(signal, dtype="float32")
    found = insight.reconstruct(model, x, "out", 0, rule=rule)
    np.testing.assert_allclose(found.ravel(), expected)


def test_without_a_relu_that_is_closed_guided_is_the_gradient() -> None:
    model = _relu_network()
    first, _ = model.get_weights()
    model.set_weights([np.abs(first), np.ones((3, 1), "float32")])
    x = np.random.default_rng(0).random((5, 2, 2, 1), dtype=np.float32)
    found = insight.reconstruct(model, x, "out", 0)
    np.testing.assert_allclose(found, insight.data_gradient(model, x, 0), rtol=1e-5)


@pytest.mark.parametrize("rule", ["guided", "deconvolution"])
@every_model
def test_reconstruction_leaves_the_model_as_it_was(build: Build, rule: Any) -> None:
    model, x = build(), _images(3)
    before = _predict(model, x)
    found = insight.reconstruct(model, x, "relu" if build is _functional else "pool", 1, rule=rule)
    assert found.shape == x.shape and found.any()
    np.testing.assert_array_equal(_predict(model, x), before)


def test_reconstruction_shows_what_the_unit_saw_and_nothing_else() -> None:
    x = np.zeros((1, 16, 16, 1), dtype="float32")
    x[0, 5:8, 8:11, 0] = _CROSS
    found = insight.reconstruct(_cross_detector(), x, "pool", 1)[0, ..., 0]
    assert np.argwhere(found).min(axis=0).tolist() == [5, 8]
    assert np.argwhere(found).max(axis=0).tolist() == [7, 10]
    np.testing.assert_array_equal(found[5:8, 8:11] > 0, _CROSS > 0)


def test_reconstruction_needs_a_relu() -> None:
    model = _looks_at((slice(0, 1), slice(0, 1)))
    with pytest.raises(CourseError, match="has no ReLU"):
        insight.reconstruct(model, np.zeros((1, 12, 10, 1)), model.layers[-1].name, 0)


def test_reconstruction_has_two_rules() -> None:
    with pytest.raises(CourseError, match="rule='magic'; there are 'guided', 'deconvolution'"):
        insight.reconstruct(_sequential(), _images(), "conv", 0, rule="magic")  # type: ignore[arg-type]


LOOKS: list[Callable[..., Any]] = [insight.saliency, insight.occlusion, insight.ascend]


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("classes", [4, -1, [0, 1, 4], 1.5])
def test_a_class_that_does_not_exist_is_refused(look: Callable[..., Any], classes: Any) -> None:
    with pytest.raises(CourseError, match="the model has the classes 0 to 3"):
        look(_sequential(), _images(), classes)


@pytest.mark.parametrize("look", LOOKS)
def test_as_many_classes_as_images(look: Callable[..., Any]) -> None:
    with pytest.raises(CourseError, match="one for each of the 3 images"):
        look(_sequential(), _images(), [0, 1])


@pytest.mark.parametrize("look", LOOKS)
def test_an_image_without_its_batch_is_refused(look: Callable[..., Any]) -> None:
    with pytest.raises(CourseError, match=r"one image x is the batch x\[None\]"):
        look(_sequential(), _images()[0], 0)


def test_a_model_without_classes_has_no_saliency() -> None:
    model = models.small_resnet((8, 8, 1))
    maps = keras.Model(model.inputs, model.get_layer("stage1_unit1").output)
    with pytest.raises(CourseError, match="one output of the shape"):
        insight.saliency(maps, np.zeros((1, 8, 8, 1)))

"""Backbones cut at any module, new heads, models of both, and fine-tuning that spoils nothing."""

from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

from course_utils.common.errors import CourseError
from course_utils.models.googlenet import googlenet
from course_utils.models.googlenet.architecture import MODULES
from course_utils.transfer import assemble, backbone, fine_tune, new_head, set_trainable

pytestmark = pytest.mark.slow

IMAGES = np.random.default_rng(0).integers(0, 256, (12, 32, 32, 3)).astype("float32")
LABELS = np.arange(12) % 3
RESCALE = {"scale": 1 / 127.5, "offset": -1.0}


def convolve(x: Any, filters: int, name: str) -> Any:
    x = layers.Conv2D(filters, 3, padding="same", use_bias=False, name=name)(x)
    return layers.ReLU()(layers.BatchNormalization(name=f"{name}_norm")(x))


def tiny() -> keras.Model:
    """A classifier with modules of two branches, named as GoogLeNet's; its statistics are moved."""
    keras.utils.set_random_seed(0)
    inputs = keras.Input((32, 32, 3))
    x = layers.MaxPooling2D(4)(convolve(inputs, 4, "conv1"))
    for name in ("inception_3a", "inception_3b", "inception_4a"):
        branches = [convolve(x, 3, f"{name}_{branch}") for branch in ("1x1", "3x3")]
        x = layers.Concatenate(name=name)(branches)
    x = layers.Dropout(0.4)(layers.GlobalAveragePooling2D(name="bottleneck")(x))
    model = keras.Model(inputs, layers.Dense(5, activation="softmax")(x))
    rng = np.random.default_rng(1)
    for layer in model.layers:
        if isinstance(layer, layers.BatchNormalization):
            layer.moving_mean.assign(rng.normal(size=layer.moving_mean.shape) * 0.1)
            layer.moving_variance.assign(rng.uniform(0.5, 2, size=layer.moving_variance.shape))
    return model


@pytest.fixture(scope="module")
def trained() -> keras.Model:
    given = {"weights": None, "width": 0.125, "batch_normalisation": True, "small_images": True}
    return googlenet((32, 32, 3), 5, **given)


def assembled() -> keras.Model:
    lower = backbone(tiny())
    head = new_head(lower.output_shape[-1], 3)
    return assemble(lower, head, before=layers.Rescaling(**RESCALE))


def numbers(model: keras.Model) -> list[Any]:
    return [np.array(keras.ops.convert_to_numpy(weight)) for weight in model.weights]


# --- backbone -------------------------------------------------------------------------------------


@pytest.mark.parametrize("module", MODULES)
def test_it_ends_behind_any_module_in_the_averages_of_its_maps(
    trained: keras.Model, module: str
) -> None:
    lower = backbone(trained, until=module)
    maps = keras.Model(trained.inputs[0], trained.get_layer(module).output)
    expected = np.asarray(maps(IMAGES[:2])).mean(axis=(1, 2))
    assert lower.output_shape == (None, expected.shape[1])
    assert np.allclose(lower(IMAGES[:2]), expected, atol=1e-5)


def test_by_default_it_is_the_whole_bottleneck(trained: keras.Model) -> None:
    lower = backbone(trained)
    assert lower.output_shape == (None, 128) and lower.layers[-1].name == "bottleneck"
    assert all(any(w is v for v in trained.weights) for w in lower.weights)


def test_of_another_network_the_dense_layer_at_the_end_is_left_out() -> None:
    parts = [keras.Input((8, 8, 3)), layers.Conv2D(4, 3), layers.GlobalMaxPooling2D()]
    assert backbone(keras.Sequential([*parts, layers.Dense(2)])).output_shape == (None, 4)
    assert backbone(keras.Sequential(parts)).output_shape == (None, 4)


def test_a_layer_that_is_not_there_or_returns_no_maps_is_refused(trained: keras.Model) -> None:
    with pytest.raises(CourseError, match="no layer 'inception_4f'; near it come 'inception_4"):
        backbone(trained, until="inception_4f")
    sequence = keras.Sequential([keras.Input((5, 2)), layers.Conv1D(3, 2)])
    with pytest.raises(CourseError, match="take a layer that returns maps"):
        backbone(sequence)


# --- head and assembled model ---------------------------------------------------------------------


def test_a_new_head_learns_what_one_layer_can() -> None:
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 3, 300)
    z = rng.normal(size=(300, 6)).astype("float32") + 2 * np.eye(6)[labels]
    keras.utils.set_random_seed(0)
    head = new_head(6, 3)
    assert [type(layer).__name__ for layer in head.layers] == ["Dense"]
    head.fit(z, labels, epochs=30, verbose=0)
    assert head.evaluate(z, labels, verbose=0)[1] > 0.85
    for wrong in ((0, 3), (6, 0), (2.5, 3)):
        with pytest.raises(CourseError, match="new_head"):
            new_head(*wrong)


def test_the_assembled_model_computes_head_of_backbone() -> None:
    model = assembled()
    lower, head = model.layers[-2], model.layers[-1]
    expected = head.predict(lower.predict(IMAGES / 127.5 - 1, verbose=0), verbose=0)
    assert np.allclose(model.predict(IMAGES, verbose=0), expected, atol=1e-5)
    with pytest.raises(CourseError, match=r"make it with new_head\(6, classes\)"):
        assemble(lower, new_head(7, 3))


def test_it_saves_loads_and_serves_with_the_same_numbers(tmp_path: Path) -> None:
    model = assembled()
    fine_tune(model, IMAGES, LABELS, trainable_from="inception_3b", epochs=1, verbose=0)
    expected = model.predict(IMAGES, verbose=0)
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    assert np.array_equal(loaded.predict(IMAGES, verbose=0), expected)
    model.export(tmp_path / "served", verbose=False)
    served = tf.saved_model.load(str(tmp_path / "served"))
    assert np.allclose(served.serve(IMAGES), expected, atol=1e-5)
    # What was frozen stays frozen, and the statistics stay as they are.
    lower = loaded.layers[-2]
    before = {weight.path: np.array(weight) for weight in lower.non_trainable_weights}
    loaded.fit(IMAGES, LABELS, verbose=0)
    assert all(np.array_equal(before[w.path], w) for w in lower.non_trainable_weights)
    assert any(path.endswith("3a_1x1/kernel") for path in before)
    assert float(loaded.optimizer.learning_rate) == pytest.approx(1e-4)


# --- fine-tuning ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "modules"),
    [(None, []), ("inception_4a", ["4a"]), ("inception_3b", ["3b", "4a"]), ("all", None)],
)
def test_what_is_frozen_stays_and_what_is_free_learns(
    start: str | None, modules: list[str] | None
) -> None:
    model = assembled()
    lower, head = model.layers[-2], model.layers[-1]
    before, before_head = numbers(lower), numbers(head)
    history = fine_tune(model, IMAGES, LABELS, trainable_from=start, epochs=2, verbose=0)
    assert len(history.history["loss"]) == 2
    changed = {
        weight.path
        for weight, old in zip(lower.weights, before, strict=True)
        if not np.array_equal(np.array(weight), old)
    }
    assert not any("moving" in path for path in changed)
    assert all(np.any(a != b) for a, b in zip(numbers(head), before_head, strict=True))
    if modules is None:
        assert any(path.startswith("conv1") for path in changed)
    else:
        assert {path.split("_")[1] for path in changed} == set(modules)
    assert all(path.endswith("kernel") for path in changed)


def test_a_frozen_model_is_thawed_and_frozen_again() -> None:
    model = assembled()
    lower = model.layers[-2]
    lower.trainable = False
    free = set_trainable(model, "inception_4a")
    assert free and all(name.startswith("inception_4a") for name in free)
    assert [w.name for w in lower.trainable_weights] == ["kernel"] * 2
    assert set_trainable(model, None) == [] and not lower.trainable_weights


def test_below_the_steps_are_smaller_by_the_factor() -> None:
    """Adam's first step is the learning rate, whatever the gradient."""
    model = assembled()
    lower, head = model.layers[-2], model.layers[-1]
    kernel = next(w for w in lower.weights if w.path == "inception_4a_1x1/kernel")
    before, before_head = np.array(kernel), numbers(head)[0]
    fine_tune(
        model, IMAGES, LABELS, trainable_from="all", learning_rate=1e-2, below=0.01, verbose=0
    )
    step, step_head = np.abs(np.array(kernel) - before), np.abs(numbers(head)[0] - before_head)
    assert step.max() == pytest.approx(1e-4, rel=0.05)
    assert step_head.max() == pytest.approx(1e-2, rel=0.05)


def test_dropout_of_the_backbone_is_left_out_and_that_of_the_head_acts() -> None:
    parts = [keras.Input((32, 32, 3)), layers.Conv2D(4, 3), layers.GlobalMaxPooling2D()]
    inner = keras.Sequential([*parts, layers.Dropout(0.5), layers.GaussianNoise(1.0)])
    lower = backbone(keras.Sequential([inner, layers.Activation("relu")]))
    still, moving = assemble(lower, new_head(4, 3)), assemble(lower, new_head(4, 3, dropout=0.5))
    small = IMAGES / 255
    outputs = [np.array(model(small, training=True)) for model in (still, still, moving, moving)]
    assert np.array_equal(outputs[0], outputs[1])
    assert not np.array_equal(outputs[2], outputs[3])


def test_a_model_in_training_sees_what_was_extracted() -> None:
    """The head has learnt from bottlenecks; batch normalisation must not change them now."""
    model = assembled()
    set_trainable(model, "all")
    assert np.allclose(model(IMAGES, training=True), model(IMAGES, training=False), atol=1e-6)


def test_it_takes_a_pipeline_and_validation_data() -> None:
    pipeline = tf.data.Dataset.from_tensor_slices((IMAGES, LABELS)).batch(4)
    history = fine_tune(assembled(), pipeline, validation_data=pipeline, epochs=1, verbose=0)
    assert "val_accuracy" in history.history


def test_what_cannot_be_is_refused() -> None:
    model = assembled()
    with pytest.raises(CourseError, match="no layer or module 'inception_9z'; there are conv1, "):
        fine_tune(model, IMAGES, LABELS, trainable_from="inception_9z")
    with pytest.raises(CourseError, match="below=0 must be above 0"):
        fine_tune(model, IMAGES, LABELS, below=0)
    with pytest.raises(CourseError, match="is no assembled model"):
        fine_tune(tiny(), IMAGES, LABELS)

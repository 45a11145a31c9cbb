"""Lab 3's networks in Keras, as students write them: what they compute, and what they see."""

import os
from functools import cache
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from course_utils.authoring import references, source
from course_utils.common.paths import ROOT
from course_utils.exercises import archive
from course_utils.exercises.check import Check
from course_utils.exercises.observe import observe_all
from course_utils.exercises.verdict import judge

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import keras

from course_utils import models
from course_utils.interpret import counting, insight

pytestmark = pytest.mark.slow

SOURCE = ROOT / "solutions" / "03_cnn" / "cnn.py"
WIDTHS = {"n1": 3, "reduce3": 2, "n3": 5, "reduce33": 4, "n33": 6, "n_pool": 7}


@cache
def student() -> SimpleNamespace:
    """The solved answers, by name."""
    return SimpleNamespace(**references.load(source.read(SOURCE)))


def images(*shape: int) -> Any:
    return np.random.default_rng(0).normal(size=shape).astype("float32")


def seen(model: Any, maps: slice, side: int) -> Any:
    """Which pixels the middle of these maps sees, (side, side): where the gradient is not 0.

    In one image a closed ReLU, or a pixel that is no maximum, hides some of them.
    """
    middle, x = side // 2, images(50, side, side, 3)
    found = insight.gradient(
        lambda x: keras.ops.sum(keras.ops.square(model(x)[:, middle, middle, maps])), x
    )
    return np.any(found != 0, axis=(0, -1))


# --- LeNet-5 --------------------------------------------------------------------------------------


def test_lenet_computes_what_the_courses_own_does() -> None:
    ours, theirs = student().lenet((28, 28, 1), 10, "relu"), models.lenet5()
    assert ours.count_params() == 61_706
    ours.set_weights(theirs.get_weights())
    digits = images(4, 28, 28, 1)
    np.testing.assert_allclose(ours.predict(digits, verbose=0), theirs.predict(digits, verbose=0))


def test_the_courses_own_lenet_is_no_answer_to_the_exercise() -> None:
    data = archive.read(ROOT / "labs" / "03_cnn" / "checks.npz")
    check = next(Check.from_data(one) for one in data["checks"] if one["name"] == "lenet")

    def copied(input_shape: Any, classes: int, activation: str) -> Any:
        return models.lenet5(input_shape, classes)

    assert judge(check, observe_all(student().lenet, check.cases)).status == "right"
    assert judge(check, observe_all(copied, check.cases)).status == "wrong"


@pytest.mark.parametrize("activation", ["relu", "tanh"])
def test_lenets_activation_stands_in_four_layers(activation: str) -> None:
    model = student().lenet((20, 24, 2), 3, activation)
    found = [getattr(x, "activation", None) for x in model.layers]
    assert found.count(keras.activations.get(activation)) == 4
    assert found[-1] is keras.activations.softmax


# --- Inception ------------------------------------------------------------------------------------


def test_each_branch_of_the_module_sees_its_own_square() -> None:
    keras.utils.set_random_seed(0)
    module = student().inception_module((9, 9, 3), **WIDTHS)
    widths = [WIDTHS[name] for name in ("n1", "n3", "n33", "n_pool")]
    assert module.output_shape == (None, 9, 9, sum(widths))
    ends = np.cumsum(widths)
    for start, end, reach in zip(ends - widths, ends, (0, 1, 2, 1), strict=True):
        square = np.zeros((9, 9), dtype=bool)
        square[4 - reach : 5 + reach, 4 - reach : 5 + reach] = True
        np.testing.assert_array_equal(seen(module, slice(start, end), 9), square)


def test_the_reductions_of_the_module_save_work() -> None:
    module = student().inception_module((28, 28, 192), 64, 64, 64, 64, 96, 32)
    # Its seven convolutions, by the formula: places x inputs x outputs x filter.
    products = 192 * (64 + 64 + 64 + 32) + 64 * 64 * 9 + 64 * 96 * 9 + 96 * 96 * 9
    assert counting.multiply_adds(module) == 28 * 28 * products
    assert counting.depth(module) == 3


# --- saliency and fooling -------------------------------------------------------------------------


def test_saliency_is_the_courses_own() -> None:
    network, x = models.lenet5(), images(3, 28, 28, 1)
    classes = np.array([4, 0, 9])
    found = student().saliency(insight.scores_model(network), x, classes)
    np.testing.assert_allclose(found, insight.saliency(network, x, classes), rtol=1e-4, atol=1e-6)


def test_a_fooling_image_climbs_within_its_limits() -> None:
    goal, x = np.random.default_rng(1).uniform(size=(2, 4, 5))
    found = student().fool(x, lambda x: goal - x, radius=0.2, step=0.01, steps=40)
    best = np.clip(goal, np.maximum(x - 0.2, 0), np.minimum(x + 0.2, 1))
    np.testing.assert_allclose(found, best, atol=0.01 + 1e-9)


# --- residual units -------------------------------------------------------------------------------


def silenced(unit: Any) -> Any:
    """The unit with its last 3 x 3 filters at 0, so that F(x) = 0."""
    last = [x for x in unit.layers if getattr(x, "kernel_size", None) == (3, 3)][-1]
    last.set_weights([np.zeros_like(weight) for weight in last.get_weights()])
    return unit


def test_a_silenced_unit_passes_its_input_on() -> None:
    unit, x = silenced(student().residual_unit((6, 7, 4), 4)), images(2, 6, 7, 4)
    np.testing.assert_array_equal(unit.predict(x, verbose=0), x)


@pytest.mark.parametrize(("filters", "strides"), [(4, 2), (5, 1), (3, 2)])
def test_a_silenced_unit_that_changes_the_shape_projects(filters: int, strides: int) -> None:
    unit, x = silenced(student().residual_unit((6, 7, 4), filters, strides)), images(2, 6, 7, 4)
    (projection,) = [x for x in unit.layers if getattr(x, "kernel_size", None) == (1, 1)]
    (kernel,) = projection.get_weights()
    expected = x[:, ::strides, ::strides] @ kernel[0, 0]
    np.testing.assert_allclose(unit.predict(x, verbose=0), expected, rtol=1e-4, atol=1e-5)


def test_gradients_pass_thirty_silenced_units_unchanged() -> None:
    x = inputs = keras.Input((4, 4, 2))
    for _ in range(30):
        x = silenced(student().residual_unit((4, 4, 2), 2))(x)
    model = keras.Model(inputs, x)
    weights = images(1, 4, 4, 2)
    found = insight.gradient(lambda x: keras.ops.sum(model(x) * weights), images(1, 4, 4, 2))
    np.testing.assert_array_equal(found, weights)

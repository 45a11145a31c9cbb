"""Counting parameters, multiply-adds and depth, without making a weight."""

from __future__ import annotations

import os
from typing import Any

import keras
import numpy as np
import pytest
from keras import layers

from course_utils import models
from course_utils.common.errors import CourseError
from course_utils.interpret import counting
from course_utils.interpret.counting import outline
from course_utils.models.locally_connected import LocallyConnected2D


def _stack(*stack: Any) -> keras.Model:
    return keras.Sequential([keras.Input((9, 8, 4)), *stack])


@pytest.mark.parametrize(
    ("build", "billions", "depth"),
    [
        # Simonyan & Zisserman and He et al. name no convention; these are products, biases aside.
        (models.vgg16, 15.470, 16),
        (models.vgg19, 19.632, 19),
        (models.resnet18, 1.814, 18),
        (models.resnet34, 3.664, 34),
        (models.resnet50, 3.858, 50),  # He et al. 2015, table 1: 3.8
        (models.resnet101, 7.570, 101),  # 7.6
        (models.resnet152, 11.282, 152),  # 11.3
        (models.alexnet, 0.724, 8),
        (lambda: models.alexnet(towers=1), 1.135, 8),
    ],
)
def test_multiply_adds_and_depth_of_the_large_networks(
    build: Any, billions: float, depth: int
) -> None:
    model = outline(build)
    assert round(counting.multiply_adds(model) / 1e9, 3) == billions
    assert counting.depth(model) == depth


def test_lenet_layer_by_layer() -> None:
    products = {cost.name: cost.multiply_adds for cost in counting.costs(models.lenet5())}
    assert products["C1"] == 28 * 28 * 6 * 25
    assert products["C3"] == 10 * 10 * 16 * 6 * 25
    assert products["C5"] == 400 * 120
    assert products["S2"] == products["C1_relu"] == products["flatten"] == 0
    assert counting.depth(models.lenet5()) == 5


@pytest.mark.parametrize(
    ("layer", "parameters", "multiply_adds"),
    [
        (layers.Conv2D(6, (3, 2), 2), 3 * 2 * 4 * 6 + 6, 4 * 4 * 3 * 2 * 4 * 6),
        (layers.Conv2D(6, 3, groups=2), 3 * 3 * 2 * 6 + 6, 7 * 6 * 3 * 3 * 2 * 6),
        (layers.Conv2D(6, 3, dilation_rate=2, use_bias=False), 216, 5 * 4 * 216),
        (layers.DepthwiseConv2D(3, depth_multiplier=2), 9 * 8 + 8, 7 * 6 * 9 * 8),
        (layers.SeparableConv2D(5, 3, 2), 9 * 4 + 20 + 5, 4 * 3 * (36 + 20)),
        (layers.Conv2DTranspose(3, 2, 2), 2 * 2 * 4 * 3 + 3, 9 * 8 * 48),
        (layers.Dense(7), 35, 9 * 8 * 28),
        (LocallyConnected2D(2, 3), 7 * 6 * (36 * 2 + 2), 7 * 6 * 36 * 2),
        (layers.BatchNormalization(), 16, 0),
        (layers.MaxPooling2D(2), 0, 0),
    ],
)
def test_each_kind_of_layer(layer: Any, parameters: int, multiply_adds: int) -> None:
    (cost,) = counting.costs(_stack(layer))
    assert (cost.parameters, cost.multiply_adds) == (parameters, multiply_adds)
    assert cost.kind == type(layer).__name__


def test_products_are_those_that_are_computed() -> None:
    """With inputs and weights of 1 and no border, a convolution sums as many ones as it counts."""
    layer = layers.Conv2D(6, (3, 2), (2, 3), groups=2, kernel_initializer="ones")
    model = _stack(layer)
    total = float(np.sum(model.predict(np.ones((1, 9, 8, 4)), verbose=0)))
    assert counting.multiply_adds(model) == total


def test_a_layer_called_twice_computes_twice_and_has_its_weights_once() -> None:
    shared = layers.Dense(4, use_bias=False, name="shared")
    x = keras.Input((4,))
    model = keras.Model(x, shared(shared(x)))
    costs = counting.costs(model)
    assert [cost.parameters for cost in costs] == [16, 0]
    assert [cost.multiply_adds for cost in costs] == [16, 16]
    assert counting.depth(model) == 2


def test_depth_is_that_of_the_longest_branch() -> None:
    x = keras.Input((4,))
    short, long = layers.Dense(4)(x), layers.Dense(4)(layers.Dense(4)(layers.Dense(4)(x)))
    assert counting.depth(keras.Model(x, layers.Dense(1)(layers.Add()([short, long])))) == 4


def test_models_inside_a_model_are_opened() -> None:
    inner = models.lenet5((12, 12, 1), 5)
    outer = keras.Sequential([keras.Input((12, 12, 1)), inner, layers.Dense(2)])
    assert counting.depth(outer) == 6
    assert counting.multiply_adds(outer) == counting.multiply_adds(inner) + 10
    assert [cost.name for cost in counting.costs(outer)][:2] == ["C1", "C1_relu"]
    twice = keras.Sequential([outer, layers.Dense(3)])
    assert counting.depth(twice) == 7


def test_an_open_size_cannot_be_counted() -> None:
    with pytest.raises(CourseError, match="'stem' has an open size"):
        counting.costs(models.small_resnet((None, None, 1)))


def test_a_kind_that_is_not_known_is_not_counted_as_nothing() -> None:
    model = keras.Sequential([keras.Input((5, 4)), layers.GRU(3, name="memory")])
    with pytest.raises(CourseError, match="'memory' cannot be counted: GRU has weights"):
        counting.costs(model)


class _Refusing(keras.initializers.Initializer):
    def __call__(self, shape: Any, dtype: Any = None) -> Any:
        raise AssertionError("a weight was made")


def test_an_outline_makes_no_weight_then_or_later() -> None:
    dense = layers.Dense(3, kernel_initializer=_Refusing())
    model = outline(lambda: keras.Sequential([keras.Input((4,)), dense]))
    with keras.StatelessScope():
        pass  # where it ends, Keras makes up for the weights that are owed
    assert model.count_params() == 15
    with pytest.raises(AssertionError, match="a weight was made"):
        keras.Sequential([keras.Input((4,)), layers.Dense(3, kernel_initializer=_Refusing())])


@pytest.mark.skipif(not os.path.exists("/proc/self/statm"), reason="reads Linux's memory counters")
def test_an_outline_of_the_largest_network_takes_no_memory() -> None:
    outline(models.lenet5)
    before = _memory()
    model = outline(models.vgg19)
    assert model.count_params() > 140e6
    assert _memory() - before < 60e6  # its weights would be 575e6 bytes


def _memory() -> int:
    """What this process has in memory, bytes."""
    with open("/proc/self/statm") as counters:
        return int(counters.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def test_an_error_in_the_builder_is_the_builders() -> None:
    with pytest.raises(CourseError, match="at least 32"):
        outline(lambda: models.vgg16((8, 8, 3)))

"""The receptive field that is computed is the one that is measured, pixel by pixel."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st
from keras import layers
from numpy.typing import NDArray

from course_utils import models
from course_utils.common.errors import CourseError
from course_utils.interpret.counting import outline
from course_utils.interpret.receptive import receptive_field_of
from course_utils.models.locally_connected import LocallyConnected2D


def _seen(model: keras.Model) -> NDArray[np.bool_]:
    """Which unit (rows, columns) answers when which pixel (height, width) alone is lit.

    The weights are positive, so that nothing cancels.
    """
    height, width = model.input_shape[1:3]
    pixels = np.eye(height * width, dtype="float32").reshape(-1, height, width, 1)
    answers = np.asarray(keras.ops.convert_to_numpy(model(pixels))).sum(axis=-1) > 0
    return np.moveaxis(answers.reshape(height, width, *answers.shape[1:]), (0, 1), (-2, -1))


def _check(model: keras.Model) -> int:
    """Every unit sees nothing outside its box, and away from borders reaches all sides of it.

    Near a border a layer between may lack the row that the box counts on: it was cropped, or a
    stride left it over. Returns how many units were away from borders.
    """
    field = receptive_field_of(model, model.layers[-1].name)
    seen = _seen(model)
    image = seen.shape[-2:]
    margins = [2 * len(model.layers) * stride for stride in field.stride]
    inner = 0
    for position in np.ndindex(seen.shape[:-2]):
        box = field.box(*position)
        outside = seen[position].copy()
        outside[box] = False
        assert not outside.any()
        if all(
            margin <= b.start and b.stop <= length - margin
            for b, length, margin in zip(box, image, margins, strict=True)
        ):
            inner += 1
            inside = seen[position][box]
            assert inside.shape == field.size
            edges = (inside[0], inside[-1], inside[:, 0], inside[:, -1])
            assert all(edge.any() for edge in edges)
    return inner


def _layer(draw: Any) -> keras.layers.Layer:
    size = (draw(st.integers(1, 3)), draw(st.integers(1, 3)))
    stride, padding = draw(st.integers(1, 2)), draw(st.sampled_from(["valid", "same"]))
    ones = {"kernel_initializer": "ones", "use_bias": False}
    kind = draw(st.sampled_from(["conv", "dilated", "depthwise", "max", "mean", "pad", "crop"]))
    if kind == "conv":
        return layers.Conv2D(1, size, stride, padding, **ones)
    if kind == "dilated":
        return layers.Conv2D(1, size, padding=padding, dilation_rate=2, **ones)
    if kind == "depthwise":
        return layers.DepthwiseConv2D(
            size, stride, padding, depthwise_initializer="ones", use_bias=False
        )
    if kind == "max":
        return layers.MaxPooling2D(size, stride, padding)
    if kind == "mean":
        return layers.AveragePooling2D(size, stride, padding)
    border = ((draw(st.integers(0, 1)), 1), (0, draw(st.integers(0, 2))))
    return layers.ZeroPadding2D(border) if kind == "pad" else layers.Cropping2D(((1, 0), (0, 1)))


@st.composite
def _stacks(draw: Any) -> keras.Model:
    count = draw(st.integers(1, 4))
    return keras.Sequential([keras.Input((29, 28, 1)), *(_layer(draw) for _ in range(count))])


@settings(max_examples=40, deadline=None)
@given(_stacks())
def test_computed_is_measured(model: keras.Model) -> None:
    event(f"units away from borders: {'some' if _check(model) else 'none'}")


def test_branches_of_different_reach_that_meet() -> None:
    ones = {"kernel_initializer": "ones", "use_bias": False, "padding": "same"}
    x = keras.Input((40, 40, 1))
    small = layers.Conv2D(1, 1, **ones)(x)
    large = layers.Conv2D(1, 5, **ones)(layers.Conv2D(1, 3, **ones)(x))
    y = layers.Concatenate()([small, large, layers.MaxPooling2D(3, 1, "same")(x)])
    model = keras.Model(x, layers.ReLU(name="end")(layers.Add()([y, y])))
    field = receptive_field_of(model, "end")
    assert (field.size, field.stride, field.start) == ((7, 7), (1, 1), (-3, -3))
    assert _check(model) > 0


def test_a_shortcut_sees_less_than_its_unit() -> None:
    model = outline(lambda: models.small_resnet((32, 32, 3)))
    assert receptive_field_of(model, "stem").size == (3, 3)
    assert receptive_field_of(model, "stage1_unit1").size == (7, 7)
    assert receptive_field_of(model, "stage2_unit1_shortcut").stride == (2, 2)
    assert receptive_field_of(model, "stage2_unit1").size == (13, 13)


@pytest.mark.parametrize("depth", range(1, 6))
def test_stacked_filters_grow_linearly_dilated_ones_exponentially(depth: int) -> None:
    def stack(*dilations: int) -> keras.Model:
        filters = [layers.Conv1D(1, 3, dilation_rate=d) for d in dilations]
        return keras.Sequential([keras.Input((100, 1)), *filters])

    plain = stack(*[1] * depth)
    dilated = stack(*[2**i for i in range(depth)])
    assert receptive_field_of(plain, plain.layers[-1].name).size == (2 * depth + 1,)
    assert receptive_field_of(dilated, dilated.layers[-1].name).size == (2 ** (depth + 1) - 1,)


def test_a_causal_filter_looks_back() -> None:
    model = keras.Sequential([keras.Input((9, 1)), layers.Conv1D(1, 3, padding="causal", name="c")])
    assert receptive_field_of(model, "c").box(5) == (slice(3, 6),)
    assert receptive_field_of(model, "c").box(0) == (slice(0, 1),)


@pytest.mark.parametrize(
    ("build", "layer", "size"),
    [
        # As Araujo, Norris & Sim (2019) list them.
        (lambda: models.alexnet((224, 224, 3)), "pool5", 195),
        (models.vgg16, "pool5", 212),
        (models.resnet50, "stage4_unit3_add", 483),
    ],
)
def test_receptive_fields_of_the_large_networks(build: Any, layer: str, size: int) -> None:
    assert receptive_field_of(outline(build), layer).size == (size, size)


def test_a_unit_without_a_position_sees_everything() -> None:
    model = models.lenet5()
    field = receptive_field_of(model, "F6")
    assert field.box() == (slice(0, 28), slice(0, 28))
    assert field.stride == (0, 0)
    pooled = receptive_field_of(outline(models.small_resnet), "probabilities")
    assert pooled.box() == (slice(0, 28), slice(0, 28))


def test_a_unit_on_the_border_sees_nothing_of_the_image() -> None:
    model = keras.Sequential([keras.Input((6, 6, 1)), layers.ZeroPadding2D(3, name="border")])
    field = receptive_field_of(model, "border")
    image = np.zeros((6, 6))
    assert image[field.box(0, 0)].size == image[field.box(11, 4)].size == 0
    assert field.box(3, 8) == (slice(0, 1), slice(5, 6))


def test_gates_of_the_whole_image_widen_the_field() -> None:
    x = keras.Input((8, 8, 2))
    gate = layers.GlobalAveragePooling2D(keepdims=True)(x)
    y = layers.Multiply(name="gated")([layers.Conv2D(2, 3, padding="same")(x), gate])
    assert receptive_field_of(keras.Model(x, y), "gated").box() == (slice(0, 8), slice(0, 8))


def test_locally_connected_layers_have_windows() -> None:
    model = keras.Sequential([keras.Input((9, 9, 1)), LocallyConnected2D(1, 3, 2, name="local")])
    assert receptive_field_of(model, "local").box(1, 2) == (slice(2, 5), slice(4, 7))


def test_what_a_layer_does_not_depend_on_does_not_matter() -> None:
    x = keras.Input((8, 8, 1))
    y = layers.Conv2D(1, 3, name="known")(x)
    model = keras.Model(x, [y, layers.UpSampling2D(name="unknown")(y)])
    assert receptive_field_of(model, "known").size == (3, 3)
    with pytest.raises(CourseError, match="behind the layer 'unknown' is not known: UpSampling2D"):
        receptive_field_of(model, "unknown")


def test_a_name_that_does_not_exist_is_answered_with_names_that_do() -> None:
    with pytest.raises(CourseError, match="no layer 'C2'; near it come 'C1', 'C3'|'C3', 'C1'"):
        receptive_field_of(models.lenet5(), "C2")


def test_an_open_size_is_enough_where_the_border_does_not_depend_on_it() -> None:
    open_size = models.small_resnet((None, None, 1))
    assert receptive_field_of(open_size, "stage3_unit1").size == (25, 25)
    with pytest.raises(CourseError, match="'average' sees all of an image of open size"):
        receptive_field_of(open_size, "probabilities")
    strided = keras.Sequential([keras.Input((None, None, 1)), layers.Conv2D(1, 3, 2, "same")])
    with pytest.raises(CourseError, match="pads an input of open size"):
        receptive_field_of(strided, strided.layers[0].name)


def test_two_inputs_have_no_one_field() -> None:
    a, b = keras.Input((8, 8, 1)), keras.Input((8, 8, 1))
    with pytest.raises(CourseError, match="has several inputs"):
        receptive_field_of(keras.Model([a, b], layers.Add(name="sum")([a, b])), "sum")

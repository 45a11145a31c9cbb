"""GoogLeNet's architecture: its numbers, its names, Caffe's sizes, its fast predictions."""

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_utils.common.errors import CourseError
from course_utils.interpret.counting import outline
from course_utils.models.googlenet import googlenet, predictor
from course_utils.models.googlenet.architecture import MODULES, halve

pytestmark = pytest.mark.slow


def test_it_has_as_many_parameters_as_bvlcs() -> None:
    assert outline(lambda: googlenet(weights=None)).count_params() == 6_998_552


def test_each_auxiliary_head_adds_a_convolution_and_two_dense_layers() -> None:
    model = outline(lambda: googlenet(weights=None, auxiliary_heads=True))
    head = 1024 * (4 * 4 * 128 + 1) + 1000 * (1024 + 1)
    convolutions = 128 * (512 + 1) + 128 * (528 + 1)
    assert model.count_params() == 6_998_552 + 2 * head + convolutions
    assert [tuple(output.shape) for output in model.outputs] == [(None, 1000)] * 3


@pytest.mark.parametrize(
    ("name", "shape"),
    # Szegedy et al. 2014, table 1: output sizes.
    [
        ("conv1_7x7_s2", (112, 112, 64)),
        ("pool1", (56, 56, 64)),
        ("conv2_3x3", (56, 56, 192)),
        ("pool2", (28, 28, 192)),
        ("inception_3a", (28, 28, 256)),
        ("inception_3b", (28, 28, 480)),
        ("inception_4a", (14, 14, 512)),
        ("inception_4b", (14, 14, 512)),
        ("inception_4c", (14, 14, 512)),
        ("inception_4d", (14, 14, 528)),
        ("inception_4e", (14, 14, 832)),
        ("inception_5a", (7, 7, 832)),
        ("inception_5b", (7, 7, 1024)),
        ("bottleneck", (1024,)),
    ],
)
def test_its_layers_have_the_sizes_of_the_papers_table(name: str, shape: tuple[int, ...]) -> None:
    model = outline(lambda: googlenet(weights=None))
    assert model.get_layer(name).output.shape[1:] == shape


def test_without_its_top_it_returns_the_bottleneck() -> None:
    model = outline(lambda: googlenet(weights=None, include_top=False, width=0.25))
    assert model.output_shape == (None, 256)
    assert model.layers[-1].name == "bottleneck"


def test_the_normalised_variant_normalises_every_convolution_and_nothing_else() -> None:
    model = outline(lambda: googlenet((64, 64, 3), 7, weights=None, batch_normalisation=True))
    kinds = [type(layer).__name__ for layer in model.layers]
    assert kinds.count("BatchNormalization") == kinds.count("Conv2D") == 3 + 6 * len(MODULES)
    assert "LocalResponseNormalization" not in kinds


def test_for_small_images_the_modules_see_four_times_as_many_places() -> None:
    model = outline(lambda: googlenet((64, 64, 3), weights=None, small_images=True))
    assert model.get_layer("inception_3a").output.shape[1:3] == (16, 16)
    assert model.get_layer("inception_5b").output.shape[1:3] == (4, 4)


@given(st.integers(32, 80), st.integers(32, 80))
@settings(max_examples=10, deadline=None)
def test_every_size_of_at_least_32_is_possible(height: int, width: int) -> None:
    model = outline(lambda: googlenet((height, width, 1), 3, weights=None, width=0.1))
    assert model.output_shape == (None, 3)


@pytest.mark.parametrize(
    "arguments",
    [
        {"input_shape": (31, 64, 3)},
        {"input_shape": (3, 224, 224)},
        {"classes": 0},
        {"width": 0},
        {"auxiliary_heads": True, "include_top": False},
        {"auxiliary_heads": True, "input_shape": (64, 64, 3)},
        {"auxiliary_heads": True, "input_shape": (None, None, 3)},
    ],
)
def test_what_is_impossible_is_said_in_a_sentence(arguments: dict[str, object]) -> None:
    with pytest.raises(CourseError, match=r"^googlenet.*[.?]$"):
        googlenet(weights=None, **arguments)  # type: ignore[arg-type]


@given(st.integers(2, 13), st.integers(2, 13), st.booleans())
@settings(max_examples=30, deadline=None)
def test_pooling_rounds_up_as_caffes_does(height: int, width: int, known: bool) -> None:
    x = np.random.default_rng(0).uniform(size=(1, height, width, 2)).astype("float32")
    inputs = keras.Input((height, width, 2) if known else (None, None, 2))
    pooled = keras.ops.convert_to_numpy(keras.Model(inputs, halve(inputs, "pool"))(x))
    rows, columns = (int(np.ceil((side - 3) / 2)) + 1 for side in (height, width))
    expected = [
        [x[0, 2 * i : 2 * i + 3, 2 * j : 2 * j + 3].max(axis=(0, 1)) for j in range(columns)]
        for i in range(rows)
    ]
    np.testing.assert_array_equal(pooled[0], expected)


def test_the_predictor_computes_what_the_model_does_for_any_number_of_images() -> None:
    model = googlenet((32, 32, 3), 5, weights=None, width=0.1)
    predict = predictor(model, batch=4)
    for count in (0, 1, 4, 6):
        x = np.random.default_rng(count).normal(size=(count, 32, 32, 3)).astype("float32")
        expected = keras.ops.convert_to_numpy(model(x)) if count else np.empty((0, 5))
        assert predict(x).shape == (count, 5)
        np.testing.assert_allclose(predict(x), expected, atol=1e-6)


def test_the_predictor_sees_weights_that_change_later() -> None:
    model = googlenet((32, 32, 3), 5, weights=None, width=0.1)
    predict, x = predictor(model), np.ones((2, 32, 32, 3), dtype="float32")
    before = predict(x)
    bias = model.get_layer("probabilities").bias
    bias.assign([9.0, 0, 0, 0, 0])
    assert predict(x)[0, 0] > max(0.9, before[0, 0])

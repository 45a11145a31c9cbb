"""Lab 3's filters, layers and counts, as students write them, against SciPy and Keras."""

import os
from functools import cache
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.signal import convolve2d, correlate2d

from course_utils import datasets
from course_utils.authoring import references, source
from course_utils.common.paths import ROOT

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import keras
import tensorflow as tf

pytestmark = pytest.mark.slow

SOURCE = ROOT / "solutions" / "03_cnn" / "cnn.py"
EXAMPLE = np.array([[12.0, 20, 30, 0], [8, 12, 2, 0], [34, 70, 37, 4], [112, 100, 25, 12]])
SETTINGS = [(0, 1), (1, 1), (2, 1), (0, 2), (1, 2), (1, 3)]


@cache
def student() -> SimpleNamespace:
    """The solved answers, by name."""
    return SimpleNamespace(**references.load(source.read(SOURCE)))


def layer_inputs(seed: int, kernel: tuple[int, int] = (3, 2)) -> list[Any]:
    """X, K and b of a small layer: 3 images of 8 x 9 with 2 channels, 4 filters."""
    rng = np.random.default_rng(seed)
    return [rng.normal(size=shape) for shape in ((3, 8, 9, 2), (*kernel, 2, 4), (4,))]


def keras_layer(X: Any, K: Any, b: Any, padding: int, stride: int) -> Any:
    """What Keras's own convolution makes of the padded images, in 64 bits."""
    padded = tf.pad(X, [[0, 0], [padding, padding], [padding, padding], [0, 0]])
    return keras.ops.conv(padded, K, strides=stride, padding="valid") + b


# --- filters --------------------------------------------------------------------------------------


@settings(deadline=None, max_examples=60)
@given(
    image=st.tuples(st.integers(1, 7), st.integers(1, 7)),
    kernel=st.tuples(st.integers(1, 4), st.integers(1, 4)),
    padding=st.integers(0, 3),
    stride=st.integers(1, 4),
    seed=st.integers(0, 99),
)
def test_cross_correlation_is_scipys(
    image: tuple[int, int], kernel: tuple[int, int], padding: int, stride: int, seed: int
) -> None:
    if any(k > n + 2 * padding for k, n in zip(kernel, image, strict=True)):
        return
    rng = np.random.default_rng(seed)
    x, k = rng.normal(size=image), rng.normal(size=kernel)
    found = student().cross_correlation(x, k, padding, stride)
    expected = correlate2d(np.pad(x, padding), k, mode="valid")[::stride, ::stride]
    assert found.shape == expected.shape and np.allclose(found, expected)
    flipped = student().cross_correlation(x, k[::-1, ::-1], padding)
    assert np.allclose(flipped, convolve2d(np.pad(x, padding), k, mode="valid"))


def test_the_mask_is_linear_and_finds_4s_and_9s() -> None:
    """Of the 20 digits with the strongest response at least 15 are 4s and 9s, a fifth of all."""
    fires = student().t_junction
    mask = fires(np.eye(49).reshape(49, 7, 7)).reshape(7, 7)
    patches = np.random.default_rng(0).uniform(size=(5, 7, 7))
    assert np.allclose(fires(patches), np.tensordot(patches, mask, axes=2))
    _, (digits, labels) = datasets.mnist()
    strongest = [correlate2d(np.pad(x, 3), mask, mode="valid").max() for x in digits[:400]]
    chosen = labels[:400][np.argsort(strongest)[-20:]]
    assert np.isin(chosen, (4, 9)).sum() >= 15


# --- the layer ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("padding", "stride"), SETTINGS)
def test_loops_im2col_and_keras_agree(padding: int, stride: int) -> None:
    X, K, b = layer_inputs(padding + 10 * stride)
    loops = student().conv_loops(X, K, b, padding, stride)
    padded = np.pad(X, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    product = student().im2col(padded, *K.shape[:2], stride) @ K.reshape(-1, K.shape[3]) + b
    assert np.abs(loops - product).max() < 1e-10
    assert np.abs(loops - keras_layer(X, K, b, padding, stride)).max() < 1e-5


@pytest.mark.parametrize(("padding", "stride"), SETTINGS)
def test_the_gradients_are_tensorflows(padding: int, stride: int) -> None:
    variables = [tf.Variable(array) for array in layer_inputs(7)]
    X, K, b = (variable.numpy() for variable in variables)
    with tf.GradientTape() as tape:
        Z = keras_layer(*variables, padding, stride)
        delta = np.random.default_rng(0).normal(size=Z.shape)
        error = tf.reduce_sum(Z * delta)
    found = student().conv_backward(X, K, delta, padding, stride)
    for mine, theirs in zip(found, tape.gradient(error, variables), strict=True):
        assert mine.shape == theirs.shape and np.allclose(mine, theirs, atol=1e-10)


# --- pooling --------------------------------------------------------------------------------------


def test_the_example_of_the_lectures() -> None:
    pool, X = student().pool, EXAMPLE[None, :, :, None]
    assert pool(X, "max")[0, :, :, 0].tolist() == [[20, 30], [112, 37]]
    assert pool(X, "average")[0, :, :, 0].tolist() == [[13, 8], [79, 19.5]]
    assert np.allclose(pool(X, "l2")[0, :, :, 0] ** 2, [[752, 904], [28600, 2154]])


@pytest.mark.parametrize(("size", "stride"), [(2, 2), (3, 2), (3, 1), (2, 3)])
def test_pooling_is_kerass(size: int, stride: int) -> None:
    X = layer_inputs(3)[0]
    average = keras.ops.average_pool(X**2, size, stride)
    assert np.allclose(student().pool(X, "max", size, stride), keras.ops.max_pool(X, size, stride))
    assert np.allclose(
        student().pool(X, "average", size, stride), keras.ops.average_pool(X, size, stride)
    )
    assert np.allclose(student().pool(X, "l2", size, stride), np.sqrt(average) * size)


@pytest.mark.parametrize(("size", "stride"), [(2, 2), (3, 2), (3, 1), (2, 3)])
def test_the_way_back_through_max_pooling_is_tensorflows(size: int, stride: int) -> None:
    X = tf.Variable(layer_inputs(4)[0])
    with tf.GradientTape() as tape:
        Y = tf.nn.max_pool2d(X, size, stride, "VALID")
        delta = np.random.default_rng(1).normal(size=Y.shape)
        error = tf.reduce_sum(Y * delta)
    found = student().max_pool_backward(X.numpy(), delta, size, stride)
    assert np.allclose(found, tape.gradient(error, X))


@settings(deadline=None, max_examples=40)
@given(size=st.integers(1, 3), stride=st.integers(1, 3), seed=st.integers(0, 99))
def test_max_pooling_loses_no_gradient_however_many_ties(size: int, stride: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    X = np.maximum(0, rng.integers(-2, 3, size=(2, 6, 5, 2))).astype(float)
    delta = rng.normal(size=student().pool(X, "max", size, stride).shape)
    found = student().max_pool_backward(X, delta, size, stride)
    assert np.isclose(found.sum(), delta.sum())
    assert np.allclose(found.sum(axis=(1, 2)), delta.sum(axis=(1, 2)))


# --- counting -------------------------------------------------------------------------------------


def conv(filters: int, kernel: int, padding: int = 0, stride: int = 1) -> dict[str, Any]:
    """The description of a convolutional layer."""
    return dict(kind="conv", filters=filters, kernel=kernel, padding=padding, stride=stride)


@pytest.mark.parametrize(
    ("shape", "layer", "expected"),
    [
        ((28, 28, 1), {"kind": "dense", "units": 24 * 24}, (451_584, 576)),
        ((28, 28, 1), conv(1, 5), (25, 1)),
        ((1, 1, 1000), {"kind": "dense", "units": 1000}, (1_000_000, 1000)),
        ((224, 224, 3), conv(100, 3), (2_700, 100)),
    ],
)
def test_the_counts_of_the_issue(shape: Any, layer: Any, expected: tuple[int, int]) -> None:
    assert student().count_parameters(shape, [layer]) == [expected]


def test_lenet_has_61706_parameters() -> None:
    layers = [conv(6, 5, padding=2), {"kind": "pool", "size": 2}, conv(16, 5)]
    layers += [{"kind": "pool", "size": 2}]
    layers += [{"kind": "dense", "units": units} for units in (120, 84, 10)]
    assert np.sum(student().count_parameters((28, 28, 1), layers)) == 61_706


@pytest.mark.parametrize("depth", range(1, 11))
def test_stacked_kernels_of_3_see_what_the_formulas_say(depth: int) -> None:
    field = student().receptive_field
    assert field([(3, 1, 1)] * depth) == 2 * depth + 1
    assert field([(3, 1, 2**i) for i in range(depth)]) == 2 ** (depth + 1) - 1


@settings(deadline=None, max_examples=60)
@given(
    st.lists(
        st.tuples(st.integers(1, 4), st.integers(1, 3), st.integers(1, 3)), min_size=0, max_size=4
    )
)
def test_the_receptive_field_is_what_a_changed_pixel_shows(
    layers: list[tuple[int, int, int]],
) -> None:
    field = student().receptive_field(layers)
    signals = np.eye(field + 5)  # one changed pixel each; kernels of ones, so that none cancel
    for kernel, stride, dilation in layers:
        starts = range(0, signals.shape[1] - (kernel - 1) * dilation, stride)
        signals = np.stack(
            [signals[:, i : i + (kernel - 1) * dilation + 1 : dilation].sum(1) for i in starts], 1
        )
    seen = np.flatnonzero(signals[:, 0])
    assert seen[-1] - seen[0] + 1 == field

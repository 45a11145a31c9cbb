"""Lab 2's layers, losses and Value, as students write them, against Keras and TensorFlow."""

import os
from functools import cache
from types import SimpleNamespace

import numpy as np
import pytest

from course_utils.authoring import references, source
from course_utils.common.paths import ROOT

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import keras
import tensorflow as tf

pytestmark = pytest.mark.slow

SOURCE = ROOT / "solutions" / "02_backpropagation" / "backpropagation.py"


@cache
def student() -> SimpleNamespace:
    """Everything that the solved answers define, by name."""
    answers = references.load(source.read(SOURCE))
    return SimpleNamespace(**answers["gradients"].__globals__)


def gradient(function, *arrays):
    """TensorFlow's gradients of a number, in 64 bits."""
    variables = [tf.Variable(array, dtype=tf.float64) for array in arrays]
    with tf.GradientTape() as tape:
        value = function(*variables)
    return float(value), [found.numpy() for found in tape.gradient(value, variables)]


# --- Value ----------------------------------------------------------------------------------------

#: The first two are the checks of A. Karpathy's course micrograd, test/test_engine.py.


def _sanity(x, relu):
    z = 2 * x + 2 + x
    q = relu(z) + z * x
    h = relu(z * z)
    return h + q + q * x


def _more_operations(a, b, relu):
    c = a + b
    d = a * b + b**3
    c += c + 1
    c += 1 + c + (-a)
    d += d * 2 + relu(b + a)
    d += 3 * d + relu(b - a)
    e = c - d
    f = e**2
    g = f / 2.0
    g += 10.0 / f
    return g


def _with_functions(a, b, relu):
    exp, tanh, log = (
        (lambda v, n=n: getattr(v, n)() if hasattr(v, "data") else getattr(tf.math, n)(v))
        for n in ("exp", "tanh", "log")
    )
    c = tanh(a * b + 1.0)
    d = exp(c - a) / (1 + exp(-b))
    return log(d * d + 0.5) * c + d**-0.5 - 3 / (2 - tanh(d))


@pytest.mark.parametrize(
    ("function", "inputs"),
    [(_sanity, [-4.0]), (_more_operations, [-4.0, 2.0]), (_with_functions, [0.7, -1.3])],
)
def test_value_agrees_with_tensorflow(function, inputs) -> None:
    values = [student().Value(number) for number in inputs]
    result = function(*values, lambda v: v.relu())
    result.backward()
    value, expected = gradient(lambda *v: function(*v, tf.nn.relu), *inputs)
    assert result.data == pytest.approx(value, rel=1e-10)
    assert [v.grad for v in values] == pytest.approx([float(e) for e in expected], rel=1e-10)


def test_the_circuit_of_the_issue() -> None:
    assert student().circuit(-2, 5, -4) == (-12, -4, -4, 3)


# --- layers ---------------------------------------------------------------------------------------


def _layers(rng, sizes):
    s = student()
    return [
        s.Dense(rng.normal(size=(n, units)), rng.normal(size=units))
        for n, units in zip(sizes, sizes[1:], strict=False)
    ]


@pytest.mark.parametrize("batch", [1, 7])
@pytest.mark.parametrize("activation", ["Logistic", "Tanh", "ReLU"])
def test_a_network_has_kerass_gradients(activation: str, batch: int) -> None:
    rng = np.random.default_rng(batch)
    sizes = [6, 5, 4, 3]
    dense = _layers(rng, sizes)
    s = student()
    kind = getattr(s, activation)
    layers = [dense[0], kind(), dense[1], kind(), dense[2]]
    X, T = rng.normal(size=(batch, 6)), np.eye(3)[rng.integers(3, size=batch)]

    name = {"Logistic": "sigmoid", "Tanh": "tanh", "ReLU": "relu"}[activation]
    model = keras.Sequential(
        [
            keras.Input((6,), dtype="float64"),
            keras.layers.Dense(5, activation=name, dtype="float64"),
            keras.layers.Dense(4, activation=name, dtype="float64"),
            keras.layers.Dense(3, dtype="float64"),
        ]
    )
    model.set_weights([array for layer in dense for array in (layer.W, layer.b)])
    of_keras = keras.losses.CategoricalCrossentropy(from_logits=True, dtype="float64")
    inputs = tf.Variable(X)
    with tf.GradientTape() as tape:
        error = of_keras(T, model(inputs))
    *expected, of_inputs = tape.gradient(error, [*model.trainable_variables, inputs])

    loss, outputs = s.SoftmaxCrossEntropy(), X
    for layer in layers:
        outputs = layer.forward(outputs)
    assert loss.forward(outputs, T) == pytest.approx(float(error), rel=1e-10)
    signal = loss.backward()
    for layer in reversed(layers):
        signal = layer.backward(signal)
    found = [array for layer in dense for array in (layer.dW, layer.db)]
    for ours, theirs in zip([*found, signal], [*expected, of_inputs], strict=True):
        np.testing.assert_allclose(ours, theirs.numpy(), rtol=1e-9, atol=1e-12)


def test_squared_error_is_kerass_times_units_over_two() -> None:
    rng = np.random.default_rng(0)
    Y, T = rng.normal(size=(5, 3)), rng.normal(size=(5, 3))
    mse = keras.losses.MeanSquaredError(dtype="float64")
    value, (expected,) = gradient(lambda y: mse(T, y) * 3 / 2, Y)
    loss = student().SquaredError()
    assert loss.forward(Y, T) == pytest.approx(value)
    np.testing.assert_allclose(loss.backward(), expected)


def test_log_loss_is_kerass_binary_cross_entropy_summed() -> None:
    rng = np.random.default_rng(1)
    T, Y = rng.integers(2, size=(6, 4)).astype(float), rng.uniform(0.05, 0.95, size=(6, 4))
    expected = keras.losses.binary_crossentropy(T, Y).numpy() * 4
    np.testing.assert_allclose(student().log_loss(T, Y), expected, rtol=1e-5)


def test_every_layer_passes_a_numerical_check() -> None:
    s, rng = student(), np.random.default_rng(2)
    X, g = rng.normal(size=(4, 3)) + 0.1, rng.normal(size=(4, 2))
    layer = s.Dense(rng.normal(size=(3, 2)), rng.normal(size=2))
    layer.forward(X)
    found = s.numerical_gradient(lambda x: np.sum(layer.forward(x) * g), X)
    np.testing.assert_allclose(layer.backward(g), found, rtol=1e-6)
    for kind in (s.Logistic, s.Tanh, s.ReLU):
        activation, g = kind(), rng.normal(size=(4, 3))
        found = s.numerical_gradient(lambda x, a=activation, g=g: np.sum(a.forward(x) * g), X)
        activation.forward(X)
        np.testing.assert_allclose(activation.backward(g), found, rtol=1e-6, atol=1e-9)


def test_the_product_of_jacobians_is_tensorflows() -> None:
    rng = np.random.default_rng(5)
    W, V = rng.normal(size=(4, 3)), rng.normal(size=(3, 2))
    z = tf.Variable(rng.normal(size=(1, 4)))
    with tf.GradientTape() as tape:
        between = tf.tanh(z) @ W
        last = tf.tanh(between) @ V
    expected = tape.jacobian(last, z)[0, :, 0]  # (2, 4): outputs first
    slopes = [1 - np.tanh(found.numpy()[0]) ** 2 for found in (z, between)]
    found = student().jacobian_product(slopes, [W, V])
    np.testing.assert_allclose(found, expected.numpy().T, rtol=1e-9)


# --- steps ----------------------------------------------------------------------------------------


def test_momentum_is_kerass() -> None:
    rng = np.random.default_rng(3)
    w, v = rng.normal(size=(3, 2)), np.zeros((3, 2))
    variable = keras.Variable(w, dtype="float64")
    sgd = keras.optimizers.SGD(learning_rate=0.125, momentum=0.875)
    for _ in range(6):
        dw = rng.normal(size=(3, 2))
        sgd.apply([tf.constant(dw)], [variable])
        w, v = student().momentum_step(w, dw, v, 0.125, 0.875)
    np.testing.assert_allclose(w, variable.numpy(), rtol=1e-9)


@pytest.mark.parametrize("limit", [0.5, 3.0, 100.0])
def test_clipping_is_tensorflows(limit: float) -> None:
    rng = np.random.default_rng(4)
    arrays = [rng.normal(size=(3, 2)), rng.normal(size=4), rng.normal(size=(1, 2))]
    expected, _ = tf.clip_by_global_norm([tf.constant(a) for a in arrays], limit)
    for ours, theirs in zip(student().clip_by_norm(arrays, limit), expected, strict=True):
        np.testing.assert_allclose(ours, theirs.numpy())


# --- the lectures' tables -------------------------------------------------------------------------


def test_the_tables() -> None:
    t, y = np.array([0.0, 1, 0, 0]), np.array([0.211, 0.981, 0.723, 0.134])
    binary = student().log_loss(t[:, None], y[:, None])
    assert binary.round(3).tolist() == [0.237, 0.019, 1.284, 0.144]
    T = np.array([[0.0, 0, 1], [1, 0, 1], [0, 1, 0], [1, 1, 1]])
    Y = np.array([[0.2, 0.4, 0.6], [0.3, 0.9, 0.2], [0.1, 0.7, 0.1], [0.8, 0.9, 0.99]])
    assert student().log_loss(T, Y).round(3).tolist() == [1.245, 5.116, 0.567, 0.339]

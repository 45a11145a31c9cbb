"""Five kinds of network that forecast the next step of a series from a window of its past.

All take windows as `course_utils.sequences.series.windows` makes them, (batch, window, features),
and return the next value, (batch, 1). Feature 0 is the series. In all of them

    forecast = y(t) + f(y(t - window + 1) - y(t), ..., y(t - 1) - y(t), 0; exogenous inputs)

The network f sees how the past lies relative to the last value, and says by how much the next one
will differ from it. So a series that rises and rises, or wanders off, stays within what f has seen
in training. The last layer of f, "change", is linear and begins with weights of 0: an untrained
network says that nothing will change.

A. Zeng and others, Are transformers effective for time series forecasting?, AAAI 2023,
arXiv:2205.13504, take the last value off and add it again in the same way (NLinear).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
from keras import layers

from course_utils.common.errors import CourseError

Build = Callable[[int], keras.Model]


def tdnn(window: int, features: int = 1, *, units: int = 32) -> keras.Model:
    """Return a time-delay neural network: a hidden layer of tanh units sees the whole window.

    K. J. Lang, A. H. Waibel and G. E. Hinton, A time-delay neural network architecture for isolated
    word recognition, Neural Networks 3(1), 1990, 23-43; here one time-delay layer as wide as the
    window, which is a multilayer perceptron.

    Raises CourseError where a size is below 1, as all of this module do.
    """
    _check("tdnn", window, features, units)
    return _forecaster("tdnn", window, features, [layers.Flatten(name="delays"), _hidden(units)])


def narx(window: int, features: int = 3, *, units: int = 32) -> keras.Model:
    """Return a nonlinear autoregressive network with exogenous inputs and feedback of its output.

    y(t + 1) = f(y(t), ..., y(t - window + 1), u(t + 1), ..., u(t - window + 2)), where f has a
    hidden layer of tanh units. Trained on windows of the true series, it is in its series-parallel
    form; `free_run` puts its own output in their place, the parallel form.

    features: 1 + k, the series and k exogenous inputs, at least 2.

    T. Lin, B. G. Horne, P. Tino and C. L. Giles, Learning long-term dependencies in NARX recurrent
    neural networks, IEEE Transactions on Neural Networks 7(6), 1996, 1329-1338.
    """
    _check("narx", window, features, units)
    if features < 2:
        raise CourseError(
            "narx: without an exogenous input it is a tdnn; give features=1 + k, at least 2."
        )
    return _forecaster("narx", window, features, [layers.Flatten(name="delays"), _hidden(units)])


def elman(window: int, features: int = 1, *, units: int = 32) -> keras.Model:
    """Return Elman's simple recurrent network: tanh units whose state is an input of the next step.

    s_t = tanh(U x_t + W s_{t-1} + b), and the change is linear in the last state.

    J. L. Elman, Finding structure in time, Cognitive Science 14(2), 1990, 179-211.
    """
    _check("elman", window, features, units)
    return _forecaster("elman", window, features, [layers.SimpleRNN(units, name="hidden")])


def lstm(window: int, features: int = 1, *, units: int = 32) -> keras.Model:
    """Return a network of long short-term memory cells with forget gates.

    S. Hochreiter and J. Schmidhuber, Long short-term memory, Neural Computation 9(8), 1997,
    1735-1780; F. A. Gers, J. Schmidhuber and F. Cummins, Learning to forget, Neural Computation
    12(10), 2000, 2451-2471.
    """
    _check("lstm", window, features, units)
    return _forecaster("lstm", window, features, [layers.LSTM(units, name="hidden")])


def gru(window: int, features: int = 1, *, units: int = 32) -> keras.Model:
    """Return a network of gated recurrent units.

    K. Cho and others, Learning phrase representations using RNN encoder-decoder for statistical
    machine translation, EMNLP 2014, arXiv:1406.1078.
    """
    _check("gru", window, features, units)
    return _forecaster("gru", window, features, [layers.GRU(units, name="hidden")])


def _forecaster(name: str, window: int, features: int, hidden: list[Any]) -> keras.Model:
    x = keras.Input((window, features), name="window")
    last = x[:, -1, :1]
    seen = x[:, :, :1] - last[:, None]
    if features > 1:
        seen = layers.Concatenate(name="relative_window")([seen, x[:, :, 1:]])
    for layer in hidden:
        seen = layer(seen)
    change = layers.Dense(1, kernel_initializer="zeros", name="change")(seen)
    return keras.Model(x, layers.Add(name="forecast")([last, change]), name=name)


def _hidden(units: int) -> keras.layers.Dense:
    return layers.Dense(units, activation="tanh", name="hidden")


def _check(network: str, window: int, features: int, units: int) -> None:
    if min(window, features, units) < 1:
        raise CourseError(
            f"{network}: window={window}, features={features}, units={units}; all are at least 1."
        )

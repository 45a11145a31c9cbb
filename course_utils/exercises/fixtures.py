"""Inputs that are no plain data, by name: functions, generators of random numbers, small models.

The checks that a student has hold only a fixture's name and options. None of these is the answer
to an exercise.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np

from course_utils.common.errors import CourseError
from course_utils.exercises.exercise import Fixture
from course_utils.exercises.expressions import function_of

_Maker = TypeVar("_Maker", bound=Callable[..., Any])
_MAKERS: dict[str, Callable[..., Any]] = {}


def register(maker: _Maker) -> _Maker:
    """Register a maker under its own name."""
    _MAKERS[maker.__name__] = maker
    return maker


def make(fixture: Fixture) -> Any:
    """Build the object that a fixture names. Raises CourseError where there is no such fixture."""
    if fixture.name not in _MAKERS:
        raise CourseError(
            f"There is no fixture {fixture.name!r}; there are {', '.join(sorted(_MAKERS))}."
        )
    return _MAKERS[fixture.name](**fixture.options)


def in_words(fixture: Fixture) -> str:
    """A fixture as a card shows it: its name, its options, and what it is."""
    options = ", ".join(f"{key}={item!r}" for key, item in fixture.options.items())
    what = (_MAKERS[fixture.name].__doc__ or "").partition("\n")[0].rstrip(".")
    return f"{fixture.name}({options}): {what}" if options else f"{fixture.name}: {what}"


def resolve(value: Any) -> Any:
    """Replace every Fixture in plain data by a new object of its own."""
    if isinstance(value, Fixture):
        return make(value)
    if isinstance(value, (list, tuple)):
        return type(value)(resolve(item) for item in value)
    if isinstance(value, dict):
        return {key: resolve(item) for key, item in value.items()}
    return value


@register
def rng(seed: int = 0) -> np.random.Generator:
    """A NumPy generator of random numbers in a known state."""
    return np.random.default_rng(seed)


@register
def cube() -> Callable[[Any], Any]:
    """x -> x^3, elementwise."""
    return lambda x: np.asarray(x) ** 3


@register
def bent_line() -> Callable[[Any], Any]:
    """x -> x where x > 0, else x / 3, elementwise; x is a number or an array."""
    return lambda x: np.where(x > 0, x, x / 3)


@register
def pull(goal: float) -> Callable[[Any], Any]:
    """x -> goal - x, elementwise: the gradient of -(x - goal)^2 / 2."""
    return lambda x: goal - np.asarray(x, dtype=float)


@register
def sum_of_squares() -> Callable[[Any], float]:
    """x -> sum of x_i^2, a number."""
    return lambda x: float(np.sum(np.asarray(x, dtype=float) ** 2))


@register
def sine_product() -> Callable[[Any], float]:
    """x -> the product over i of sin(x_i + i), a number whose partial derivatives all differ."""
    return lambda x: float(np.prod(np.sin(np.ravel(x) + np.arange(np.size(x)))))


@register
def column_sums() -> Callable[[Any], float]:
    """X -> the sum over the columns j of (sum_i X_ij)^2 (j + 1), a number; X is a matrix."""

    def f(x: Any) -> float:
        sums = np.sum(np.asarray(x, dtype=float), axis=0)
        return float(np.sum(sums**2 * np.arange(1, np.size(sums) + 1)))

    return f


@register
def expression(formula: str) -> Callable[..., Any]:
    """a function of the inputs named in its formula."""
    return function_of(formula)


class _CountedLoss:
    def __init__(self) -> None:
        self.runs = 0

    def __call__(self, W: Any, x: Any, t: Any) -> Any:
        import tensorflow as tf  # it is traced by tf.function, whatever Keras runs on

        self.runs += 1
        x, t = tf.cast(x, W.dtype), tf.cast(t, W.dtype)
        return tf.reduce_mean((tf.matmul(x, W) - t) ** 2)

    def noted(self) -> int:
        return self.runs


@register
def counted_loss() -> Callable[..., Any]:
    """loss(W, x, t), the mean squared error of x W, which counts how often Python runs it.

    A compiled function runs Python only while it is traced.
    """
    return _CountedLoss()


@register
def dense_model(
    inputs: int = 3, units: tuple[int, ...] = (4, 2), activation: str = "tanh", seed: int = 0
) -> Any:
    """A Keras Sequential model of dense layers with weights drawn from a seed."""
    import keras

    layers = [keras.layers.Dense(n, activation=activation) for n in units]
    model = keras.Sequential([keras.Input((inputs,)), *layers])
    draw = np.random.default_rng(seed).normal
    model.set_weights([draw(size=weight.shape, scale=0.5) for weight in model.get_weights()])
    return model


@register
def keras_layer(kind: str, **options: Any) -> Any:
    """a new Keras layer of this class."""
    import keras

    return getattr(keras.layers, kind)(**options)


class _FewAtOnce:
    def __init__(self, most: int) -> None:
        self.most = most
        self.taken: list[int] = []

    def __call__(self, batch: Any) -> Any:
        x = np.asarray(batch, dtype=np.float32)
        self.taken.append(len(x))
        if not 1 <= len(x) <= self.most:
            raise ValueError(f"The network takes 1 to {self.most} images at once; it got {len(x)}.")
        return np.concatenate([x.mean(axis=(1, 2)), x.std(axis=(1, 2))], axis=1)

    def noted(self) -> list[int]:
        return self.taken


@register
def few_at_once(most: int = 4) -> Callable[[Any], Any]:
    """a network that takes few images at once: means and spreads of each channel.

    It notes how many it was given at each call.
    """
    return _FewAtOnce(most)


@register
def small_backbone(
    shape: tuple[int, int, int] = (8, 8, 3), filters: tuple[int, ...] = (4, 5), seed: int = 0
) -> Any:
    """A Keras model from images to features: convolutions, normalised, and the mean of each map.

    Its images range from -1 to 1. It enlarges what is near -1, so that it matters.
    """
    import keras

    x = inputs = keras.Input(shape)
    x = keras.layers.Rescaling(50.0, offset=50.0)(x)
    for number, maps in enumerate(filters, 1):
        x = _normalised(x, maps, f"conv{number}", f"conv{number}_relu", seed + number)
    return keras.Model(inputs, keras.layers.GlobalAveragePooling2D(name="bottleneck")(x))


@register
def small_modules(filters: dict[str, int], seed: int = 0, frozen: bool = False) -> Any:
    """A Keras model of modules, named as GoogLeNet's, each of two normalised convolutions.

    frozen: whether its `trainable` is set to False, which freezes all its layers.
    """
    import keras

    x = inputs = keras.Input((8, 8, 3))
    for number, (module, maps) in enumerate(filters.items(), 1):
        reduce = f"{module}_3x3_reduce"
        x = _normalised(x, maps, reduce, f"{reduce}_relu", seed + number)
        x = _normalised(x, maps, f"{module}_3x3", module, seed + number)
    model = keras.Model(inputs, keras.layers.GlobalAveragePooling2D(name="bottleneck")(x))
    model.trainable = not frozen
    return model


def _normalised(x: Any, maps: int, name: str, relu: str, seed: int) -> Any:
    """A 3 x 3 convolution of x, batch-normalised, and ReLU; `name` and `relu` name the layers.

    The convolution alone is seeded: to seed Keras would change what the student draws next, and
    TensorFlow then drops all compiled operations, which made a small model twice as slow.
    """
    from keras import initializers, layers

    draw = initializers.GlorotUniform(seed=seed)
    x = layers.Conv2D(maps, 3, padding="same", use_bias=False, kernel_initializer=draw, name=name)(
        x
    )
    return layers.ReLU(name=relu)(layers.BatchNormalization(name=f"{name}_norm")(x))


@register
def branched_network(
    shape: tuple[int, int, int] = (8, 8, 2), maps: tuple[int, ...] = (2, 3, 4), seed: int = 0
) -> Any:
    """A small trained Keras network of blocks with two branches: "block_1", "block_2", ...

    A 1 x 1 and a 3 x 3 convolution side by side, of that many maps each, joined by a layer of the
    block's name; between blocks the maps are halved. At the end, averages and a classifier.
    """
    import keras
    from keras import layers

    x = inputs = keras.Input(shape)
    for number, count in enumerate(maps, start=1):
        x = layers.MaxPooling2D()(x) if number > 1 else x
        branches = [
            layers.Conv2D(count, size, padding="same", activation="relu")(x) for size in (1, 3)
        ]
        x = layers.Concatenate(name=f"block_{number}")(branches)
    x = layers.GlobalAveragePooling2D(name="bottleneck")(x)
    model = keras.Model(inputs, layers.Dense(3, activation="softmax", name="probabilities")(x))
    draw = np.random.default_rng(seed).normal
    model.set_weights([draw(size=weight.shape, scale=0.5) for weight in model.get_weights()])
    return model

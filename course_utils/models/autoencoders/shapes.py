"""What every autoencoder asks of its arguments, and how one reaches its code."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
from keras import layers

from course_utils.common.errors import CourseError
from course_utils.models.shapes import is_count

Shape = tuple[int, ...]
CODE = "code"


def check_shape(name: str, input_shape: Sequence[int]) -> Shape:
    """Return the shape of one example as a tuple; CourseError where a size is no count."""
    shape = tuple(input_shape)
    if not shape or not all(is_count(size) for size in shape):
        raise CourseError(
            f"{name}: an input of shape {shape} is impossible; give the shape of one example, "
            "without the batch, all of it whole numbers of at least 1, such as (784,) or (28, 28)."
        )
    return shape


def check_units(name: str, units: int | Sequence[int]) -> tuple[int, ...]:
    """Return the units of each layer as a tuple; CourseError where one is no count."""
    all_units = (units,) if isinstance(units, int) else tuple(units)
    if not all_units or not all(is_count(count) for count in all_units):
        raise CourseError(
            f"{name}: units={units} is impossible; give a whole number of at least 1, or one for "
            "each layer, the code last, such as (256, 64, 30)."
        )
    return all_units


def check_code(name: str, units: int) -> int:
    """Return the units of the one layer that makes the code; CourseError where it is no count."""
    if not is_count(units):
        raise CourseError(
            f"{name}: units={units} is impossible; give one number, at least 1: that of the code."
        )
    return units


def check_activations(name: str, **activations: str) -> None:
    """CourseError where Keras knows no activation of such a name."""
    for key, activation in activations.items():
        try:
            keras.activations.get(activation)
        except ValueError:
            raise CourseError(
                f"{name}: {key}={activation!r} is no activation that Keras knows; take "
                '"sigmoid", "relu", "tanh" or "linear", say.'
            ) from None


def check_at_least_0(name: str, **values: float) -> None:
    """CourseError where one of the values is negative or no number."""
    for key, value in values.items():
        if not value >= 0:
            raise CourseError(f"{name}: {key}={value} must be at least 0.")


def flattened(shape: Shape) -> tuple[Any, Any]:
    """Return the input of a model, and its numbers in a row, (batch, features)."""
    x = keras.Input(shape, name="input")
    return x, layers.Flatten(name="flatten")(x) if len(shape) > 1 else x


def reshaped(row: Any, shape: Shape) -> Any:
    """Return rows of numbers (batch, features) in the shape of the input."""
    return layers.Reshape(shape, name="reconstruction")(row)


def mark_code(code: Any) -> Any:
    """Return the code as it is, from a layer of a known name: `encoder` and `decoder` cut there."""
    return layers.Identity(name=CODE)(code)


def encoder(model: keras.Model) -> keras.Model:
    """Return the model from input to code; it shares its weights with the autoencoder.

    Raises CourseError where the model has no layer called "code".
    """
    code = _code_of(model, "encoder")
    return keras.Model(model.input, code, name=f"{model.name}_encoder")


def decoder(model: keras.Model) -> keras.Model:
    """Return the model from code to reconstruction; it shares its weights with the autoencoder.

    Raises CourseError where the model has no layer called "code".
    """
    code = _code_of(model, "decoder")
    return keras.Model(code, model.output, name=f"{model.name}_decoder")


def _code_of(model: keras.Model, wanted: str) -> Any:
    names = [layer.name for layer in model.layers]
    if CODE not in names:
        raise CourseError(
            f"{wanted}: the model {model.name!r} has no layer called {CODE!r}; give it an "
            "autoencoder of this package."
        )
    return model.get_layer(CODE).output

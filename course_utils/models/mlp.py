"""The multilayer perceptron: fully connected layers, nothing else."""

from __future__ import annotations

from collections.abc import Sequence

import keras
from keras import layers

from course_utils.common.errors import CourseError
from course_utils.models.layers import softmax
from course_utils.models.shapes import Shape, check_classes


def mlp(
    input_shape: Shape = (28, 28, 1),
    classes: int = 10,
    *,
    hidden: Sequence[int] = (128,),
    dropout: float = 0.0,
) -> keras.Sequential:
    """Return a multilayer perceptron with ReLU units, untrained.

    Args:
        input_shape: (features,), or the shape of an image, which is flattened.
        classes: how many probabilities it returns.
        hidden: the units of each hidden layer; () leaves a softmax regression.
        dropout: the fraction of each hidden layer's activations that training drops; 0 for none.

    Takes arrays (batch, *input_shape), returns probabilities (batch, classes).

    Raises CourseError where the shape or a hidden layer is impossible.
    """
    shape = tuple(input_shape)
    if not shape or not all(isinstance(side, int) and side > 0 for side in shape):
        raise CourseError(
            f"mlp: an input of shape {shape} is impossible; each feature has weights of its "
            "own, so all sizes are whole numbers of at least 1, such as (784,) or (28, 28, 1)."
        )
    if not all(isinstance(units, int) and units > 0 for units in hidden):
        raise CourseError(
            f"mlp: hidden={tuple(hidden)}; each hidden layer has at least 1 unit, and () has none."
        )
    check_classes("mlp", classes)
    model = keras.Sequential([keras.Input(shape)], name="mlp")
    if len(shape) > 1:
        model.add(layers.Flatten(name="flatten"))
    for number, units in enumerate(hidden, start=1):
        model.add(
            layers.Dense(
                units, activation="relu", kernel_initializer="he_normal", name=f"hidden{number}"
            )
        )
        if dropout:
            model.add(layers.Dropout(dropout, name=f"hidden{number}_dropout"))
    model.add(softmax(classes))
    return model

"""Undercomplete autoencoders of dense layers: linear, and nonlinear with tied weights."""

from __future__ import annotations

import math
from collections.abc import Sequence

import keras
from keras import layers

from course_utils.models.autoencoders.shapes import (
    check_activations,
    check_code,
    check_shape,
    check_units,
    flattened,
    mark_code,
    reshaped,
)
from course_utils.models.autoencoders.tied_dense import TiedDense


def linear(input_shape: Sequence[int], units: int) -> keras.Model:
    """Return the linear autoencoder r(x) = x V U without biases, untrained.

    Args:
        input_shape: of one example, without the batch.
        units: of the code, one number.

    Takes arrays (batch, *input_shape), returns reconstructions of the same shape. Give it data of
    mean 0. With the squared error it has no local minima but the global one, at which the rows of
    U span the first `units` principal components (P. Baldi and K. Hornik, Neural networks and
    principal component analysis, Neural Networks 2, 1989, 53-58).

    Raises CourseError where a size is impossible.
    """
    shape = check_shape("linear", input_shape)
    count = check_code("linear", units)
    x, row = flattened(shape)
    code = mark_code(layers.Dense(count, use_bias=False, name="down")(row))
    row = layers.Dense(math.prod(shape), use_bias=False, name="up")(code)
    return keras.Model(x, reshaped(row, shape), name="linear")


def tied(
    input_shape: Sequence[int],
    units: int | Sequence[int],
    *,
    activation: str = "relu",
    code_activation: str = "linear",
    output: str = "sigmoid",
    use_back_bias: bool = True,
) -> keras.Model:
    """Return an autoencoder whose way back is its way there, transposed; untrained.

    Args:
        input_shape: of one example, without the batch.
        units: of each layer on the way to the code, the code last; one number for one layer.
        activation: of all layers but the code and the reconstruction.
        code_activation: of the code.
        output: activation of the reconstruction.
        use_back_bias: whether the layers have biases of their own on the way back. With one
            layer, output="linear" and no such biases it is r(x) = W h(W^T x + b).

    Takes arrays (batch, *input_shape), returns reconstructions of the same shape. Layer n and
    its way back are one `TiedDense`, called "tied_n"; the first is "tied_1".

    G. E. Hinton and R. R. Salakhutdinov, Reducing the dimensionality of data with neural networks,
    Science 313, 2006, 504-507 (unrolled, with the weights still tied).

    Raises CourseError where a size or the output is impossible.
    """
    shape = check_shape("tied", input_shape)
    all_units = check_units("tied", units)
    check_activations("tied", activation=activation, code_activation=code_activation, output=output)
    last = len(all_units) - 1
    both_ways = [
        TiedDense(
            count,
            code_activation if n == last else activation,
            activation if n else output,
            use_back_bias,
            name=f"tied_{n + 1}",
        )
        for n, count in enumerate(all_units)
    ]
    x, row = flattened(shape)
    for layer in both_ways:
        row = layer(row)
    row = mark_code(row)
    for layer in reversed(both_ways):
        row = layer(row, transpose=True)
    return keras.Model(x, reshaped(row, shape), name="tied")

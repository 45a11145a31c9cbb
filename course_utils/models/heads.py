"""The last layer of every network of the family."""

from __future__ import annotations

import keras


def softmax(classes: int, name: str = "probabilities") -> keras.layers.Dense:
    """A Dense layer that turns features (batch, features) into probabilities (batch, classes).

    It computes in the precision of its weights even where the rest is in half precision: the sum
    of many small exponentials does not survive 11 bits.
    """
    exact = keras.config.dtype_policy().variable_dtype
    return keras.layers.Dense(classes, activation="softmax", dtype=exact, name=name)

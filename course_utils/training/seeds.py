"""The same random numbers at every run."""

from __future__ import annotations


def set_seed(seed: int) -> None:
    """Seed Python's, NumPy's and Keras's random numbers, the backend's included.

    Weights, shuffles and dropout drawn after it are the same at every run on the same machine.
    Imports Keras, which takes some seconds the first time.
    """
    import keras

    keras.utils.set_random_seed(seed)

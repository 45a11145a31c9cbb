"""Depth one layer at a time: greedy pretraining, unrolling, and a classifier on top."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras

from course_utils.common.errors import CourseError
from course_utils.models.autoencoders.denoising import MaskingNoise
from course_utils.models.autoencoders.dense import tied
from course_utils.models.autoencoders.shapes import check_units, encoder
from course_utils.models.autoencoders.sparse import SparsityPenalty
from course_utils.models.autoencoders.tied_dense import TiedDense
from course_utils.models.autoencoders.variational import GaussianCode
from course_utils.models.layers import softmax
from course_utils.models.shapes import check_classes
from course_utils.training import build_optimizer


def pretrain(
    x: Any,
    units: Sequence[int],
    *,
    epochs: int = 10,
    rate: float = 3e-3,
    batch: int = 100,
    noise: float = 0.0,
    activation: str = "relu",
    code_activation: str = "linear",
    verbose: int = 0,
) -> keras.Model:
    """Return a deep tied autoencoder whose layers were trained one after the other.

    Each layer becomes an autoencoder of its own, which learns to restore what the layer below
    makes of x; then all of them are put together, each with its way back (`unrolled`). No layer
    has learned yet to work with the others: fit the result as a whole.

    Args:
        x: (batch, ...), numbers from 0 to 1.
        units: of each layer, the code last.
        epochs: of each layer's training, on the squared error.
        rate: of Adam at first; it falls along a cosine to 0.
        batch: how many examples a step takes.
        noise: the fraction of each layer's inputs that is set to 0 in its training.
        activation: of the hidden layers, as of `tied`.
        code_activation: of the code, as of `tied`.
        verbose: as of `fit`.

    G. E. Hinton and R. R. Salakhutdinov, Science 313, 2006 (with restricted Boltzmann machines);
    Y. Bengio and others, Greedy layer-wise training of deep networks, NIPS 2006, 153-160.

    Raises CourseError where a size is impossible.
    """
    all_units = check_units("pretrain", units)
    singles, below = [], x
    for n, count in enumerate(all_units, start=1):
        single = tied(
            below.shape[1:],
            count,
            code_activation=code_activation if n == len(all_units) else activation,
            output="sigmoid" if n == 1 else activation,
        )
        _fit(_spoiled(single, noise), below, epochs, rate, batch, verbose)
        singles.append(single)
        below = keras.ops.convert_to_numpy(encoder(single)(below))
    return unrolled(singles, activation=activation, code_activation=code_activation)


def unrolled(
    singles: Sequence[keras.Model], *, activation: str = "relu", code_activation: str = "linear"
) -> keras.Model:
    """Return a deep tied autoencoder made of trained ones of one layer each, the lowest first.

    singles: each of `tied` with one number of units; each takes codes of the one before. Their
    weights are copied. activation, code_activation: as of `tied`; they should be what the layers
    were trained with.

    Raises CourseError where there is none, or one does not fit the one below.
    """
    sizes = [(single.input_shape[-1], single.get_layer("tied_1").units) for single in singles]
    if not sizes or any(
        upper[0] != lower[1] for lower, upper in zip(sizes, sizes[1:], strict=False)
    ):
        raise CourseError(
            f"unrolled: layers of (inputs, units) {sizes} do not stand on one another; each takes "
            "as many inputs as the one before has units."
        )
    units = [count for _, count in sizes]
    deep = tied(
        singles[0].input_shape[1:], units, activation=activation, code_activation=code_activation
    )
    for n, single in enumerate(singles, start=1):
        deep.get_layer(f"tied_{n}").set_weights(single.get_layer("tied_1").get_weights())
    return deep


def classifier(autoencoder: keras.Model, classes: int, *, frozen: bool = False) -> keras.Model:
    """Return a classifier: the way to the code, and a softmax on top; compile and fit it.

    autoencoder: any of this package. The classifier gets copies of its layers and weights, so that
    the autoencoder stays as it is. What only the autoencoder needs stays out: the way back, noise
    on the input, penalties on the code. (A variational code is still drawn in training.) classes:
    how many. frozen: whether only the softmax learns.

    Takes what the autoencoder takes, returns probabilities (batch, classes).

    Raises CourseError where classes is below 1 or the model has no code.
    """
    check_classes("classifier", classes)
    shared = encoder(autoencoder)
    below = keras.models.clone_model(shared, clone_function=_forward_only)
    for mine, theirs in zip(below.layers, shared.layers, strict=True):
        mine.set_weights(theirs.get_weights()[: len(mine.weights)])
    below.trainable = not frozen
    return keras.Sequential(
        [keras.Input(autoencoder.input_shape[1:]), below, softmax(classes)],
        name="classifier",
    )


def _forward_only(layer: Any) -> Any:
    """A new layer that does what `layer` does on the way to the code, and nothing else."""
    if isinstance(layer, TiedDense):  # its kernel and bias come first, as those of Dense
        return keras.layers.Dense(layer.units, activation=layer.activation, name=layer.name)
    if isinstance(layer, (MaskingNoise, keras.layers.GaussianNoise, SparsityPenalty)):
        return keras.layers.Identity(name=layer.name)
    if isinstance(layer, GaussianCode):
        return GaussianCode(weight=0.0, seed=layer.seed, name=layer.name)
    return type(layer).from_config(layer.get_config())


def _spoiled(model: keras.Model, noise: float) -> keras.Model:
    if not noise:
        return model
    x = keras.Input(model.input_shape[1:])
    return keras.Model(x, model(MaskingNoise(noise)(x)))


def _fit(model: keras.Model, x: Any, epochs: int, rate: float, batch: int, verbose: int) -> None:
    steps = epochs * -(-len(x) // batch)
    decay = keras.optimizers.schedules.CosineDecay(rate, max(1, steps))
    model.compile(keras.optimizers.Adam(decay), "mse")
    build_optimizer(model)
    model.fit(x, x, batch, epochs, verbose)

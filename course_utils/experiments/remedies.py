"""Remedies against overfitting, each in the same network on the same few labels.

Many networks learn at once (`course_utils.models.ensemble`), each from a seed of its own, which
draws its examples, its false labels and its first weights.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import keras
import numpy as np
from keras import layers, ops

from course_utils.datasets.split import Part
from course_utils.models.ensemble import EnsembleDense
from course_utils.training import build_optimizer

#: Each remedy, and the strengths among which it may choose.
STRENGTHS: Mapping[str, Sequence[float]] = {
    "none": (0,),
    "L2": (1e-3, 1e-2, 3e-2),
    "L1": (1e-4, 1e-3, 3e-3),
    "weight decay": (0.3, 1, 3),
    "max-norm": (0.5, 1, 1.5),
    "early stopping": (0,),
    "dropout": (0.25, 0.5, 0.7),
    "DropConnect": (0.25, 0.5, 0.7),
    "DropPath": (0.25, 0.5, 0.7),
    "batch normalisation": (0,),
    "weight normalisation": (0,),
    "label smoothing": (0.1, 0.3, 0.5),
    "more data": (4,),
}
_UNITS, _BATCH, _RATE = 100, 50, 2e-3


class Errors(NamedTuple):
    """What one network reached: fractions of wrong answers.

    training: on its own examples, against the labels that it was given. selection: on 500 examples
    by which a strength, or an epoch, may be chosen. validation: on 2,000 others.
    """

    training: float
    selection: float
    validation: float


class Run(NamedTuple):
    """What `learn` returns.

    errors: one for each seed. curves: (epochs, 2, seeds), the errors on the examples for selection
    and for validation after each epoch. model: the networks, as they are after the last epoch.
    """

    errors: list[Errors]
    curves: Any
    model: keras.Model


class MaxNorm(keras.constraints.Constraint):  # type: ignore[misc]  # Keras ships no types
    """No unit's weights are longer than `limit` (Srebro and others, 2005)."""

    def __init__(self, limit: float) -> None:
        self.limit = limit

    def __call__(self, w: Any) -> Any:
        """Return w (members, inputs, units), no column of it longer than the limit."""
        length = ops.sqrt(ops.sum(w**2, axis=1, keepdims=True))
        return w * ops.minimum(1.0, self.limit / (length + 1e-7))


class DropConnect(EnsembleDense):
    """A dense layer that loses weights, not units, in training (Wan and others, 2013)."""

    def __init__(self, units: int, rate: float, **options: Any) -> None:
        super().__init__(units, **options)
        self.rate, self.seed_generator = rate, keras.random.SeedGenerator()

    def call(self, inputs: Any, training: bool = False) -> Any:
        """Return (batch, members, units) of inputs (batch, members, inputs)."""
        if not training:
            return super().call(inputs)
        kernel = keras.random.dropout(self.kernel, self.rate, seed=self.seed_generator)
        return self.activation(ops.einsum(self.equation, inputs, kernel) + self.bias)


class WeightNormalised(EnsembleDense):
    """A dense layer whose weights are a direction and a length (Salimans and Kingma, 2016)."""

    def build(self, input_shape: Any) -> None:
        """Make the weights, for inputs (batch, members, inputs); the lengths stay as drawn."""
        super().build(input_shape)
        length = self.length()
        self.g = self.add_weight(shape=length.shape, name="g")
        self.g.assign(length)

    def length(self) -> Any:
        """Return the length of each unit's weights, (members, 1, units)."""
        return ops.sqrt(ops.sum(self.kernel**2, axis=1, keepdims=True) + 1e-8)

    def call(self, inputs: Any, training: bool = False) -> Any:
        """Return (batch, members, units) of inputs (batch, members, inputs)."""
        kernel = self.g * self.kernel / self.length()
        return self.activation(ops.einsum(self.equation, inputs, kernel) + self.bias)


class DropPath(layers.Layer):  # type: ignore[misc]
    """Drops the whole branch for some examples in training (Huang and others, 2016)."""

    def __init__(self, rate: float) -> None:
        super().__init__()
        self.rate, self.seed_generator = rate, keras.random.SeedGenerator()

    def call(self, inputs: Any, training: bool = False) -> Any:
        """Return inputs (batch, members, units), in training some members' rows 0."""
        if not training:
            return inputs
        ones = ops.ones_like(inputs[..., :1])
        return inputs * keras.random.dropout(ones, self.rate, seed=self.seed_generator)


def network(members: int, inputs: int, remedy: str = "none", strength: float = 0) -> keras.Model:
    """Return networks side by side: (batch, members, inputs) to scores (batch, members, 10).

    Each has two layers of 100 ReLU units, the second a residual branch, and one of 10 scores.
    """
    x = keras.Input((members, inputs))
    h = _hidden(x, remedy, strength)
    branch = _hidden(h, remedy, strength)
    if remedy == "DropPath":
        branch = DropPath(strength)(branch)
    return keras.Model(x, EnsembleDense(10)(layers.Add()([h, branch])))


def _hidden(x: Any, remedy: str, strength: float) -> Any:
    if remedy == "batch normalisation":
        z = layers.Flatten()(EnsembleDense(_UNITS)(x))  # units of all members, each on its own
        z = layers.BatchNormalization(momentum=0.9)(z)
        return layers.ReLU()(layers.Reshape((x.shape[1], _UNITS))(z))
    if remedy == "DropConnect":
        return DropConnect(_UNITS, strength, activation="relu")(x)
    kind = WeightNormalised if remedy == "weight normalisation" else EnsembleDense
    options: dict[str, Any] = {
        "L2": {"kernel_regularizer": keras.regularizers.L2(strength)},
        "L1": {"kernel_regularizer": keras.regularizers.L1(strength)},
        "max-norm": {"kernel_constraint": MaxNorm(strength)},
    }.get(remedy, {})
    h = kind(_UNITS, activation="relu", **options)(x)
    return layers.Dropout(strength)(h) if remedy == "dropout" else h


def learn(
    training: Part,
    seeds: Sequence[int],
    remedy: str = "none",
    strength: float = 0,
    *,
    false_labels: float = 0.0,
    epochs: int = 40,
) -> Run:
    """Train a network for each seed on 500 examples ("more data": `strength` times as many).

    Args:
        training: x (batch, features), 3,500 examples or more, and classes 0 to 9 (batch,).
        seeds: one for each network.
        remedy: one of `STRENGTHS`.
        strength: of the remedy, such as those that stand beside it there.
        false_labels: the share of training labels that are replaced by another class.
        epochs: of 500 examples, in batches of 50, by Adam.

    "early stopping" gives the errors of the epoch that is best on the selection.
    """
    keras.utils.set_random_seed(seeds[0])
    count = 500 * int(strength) if remedy == "more data" else 500
    parts = [_drawn(training, seed, count, false_labels) for seed in seeds]
    x, t, x_choose, t_choose, x_val, t_val = (np.stack(a, axis=1) for a in zip(*parts, strict=True))
    model = network(len(seeds), x.shape[-1], remedy, strength)
    decay = strength if remedy == "weight decay" else None
    smoothing = strength if remedy == "label smoothing" else 0.0
    model.compile(keras.optimizers.AdamW(_RATE, weight_decay=decay or 0.0), _summed(smoothing))
    build_optimizer(model)
    rng, curves, seen = np.random.default_rng(seeds[0]), [], []
    for _ in range(epochs):
        order = rng.permutation(count)[:500]
        for chosen in order.reshape(-1, _BATCH):  # `fit` takes longer to begin than 500 examples
            model.train_on_batch(x[chosen], t[chosen])
        curves.append([wrong(model, x_choose, t_choose), wrong(model, x_val, t_val)])
        seen.append(wrong(model, x, t))
    at = np.full(len(seeds), epochs - 1)
    if remedy == "early stopping":
        at = np.argmin([choose for choose, _ in curves], axis=0)
    found = [
        Errors(float(seen[k][m]), *(float(curves[k][part][m]) for part in (0, 1)))
        for m, k in enumerate(at)
    ]
    return Run(found, np.array(curves), model)


def wrong(model: keras.Model, x: Any, t: Any) -> Any:
    """Return the share of wrong answers of each member. x: (n, members, ...), t: (n, members)."""
    return np.mean(ops.convert_to_numpy(model(x)).argmax(axis=-1) != t, axis=0)


def _summed(smoothing: float) -> Any:
    """Cross-entropy from scores, added up over the members, so that each gets its own gradient."""

    def loss(t: Any, scores: Any) -> Any:
        targets = ops.one_hot(ops.cast(t, "int32"), 10) * (1 - smoothing) + smoothing / 10
        return ops.sum(ops.categorical_crossentropy(targets, scores, from_logits=True), axis=-1)

    return loss


def _drawn(training: Part, seed: int, count: int, false_labels: float) -> tuple[Any, ...]:
    """Examples to learn from, 500 to choose by and 2,000 to validate on, in a seed's own order.

    Those to choose by lie among "more data", which has nothing to choose.
    """
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(training[1]))
    x, t = (part[order] for part in training)
    labels = t[:count].copy()
    false = rng.random(count) < false_labels
    labels[false] = (labels[false] + rng.integers(1, 10, false.sum())) % 10
    return x[:count], labels, x[500:1000], t[500:1000], x[-2000:], t[-2000:]

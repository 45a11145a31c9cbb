"""How long a recurrent network remembers: the adding problem, learned and recorded."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import keras
from keras import layers

from course_utils.common.errors import CourseError
from course_utils.common.paths import DATA
from course_utils.datasets import adding_problem
from course_utils.experiments import records

_RECORD = DATA / "adding_problem.csv"
_CHUNKS = 8
_TEST_SEQUENCES, _TEST_SEED = 2000, 10**9

#: The four networks compared, each a function from a number of units to its recurrent layer.
CELLS: dict[str, Callable[[int], Any]] = {
    "plain": lambda units: layers.SimpleRNN(
        units, recurrent_initializer="glorot_uniform", name="plain"
    ),
    "orthogonal": lambda units: layers.SimpleRNN(
        units, recurrent_initializer="orthogonal", name="orthogonal"
    ),
    "gru": lambda units: layers.GRU(units, name="gru"),
    "lstm": lambda units: layers.LSTM(units, name="lstm"),
}


class Point(NamedTuple):
    """The mean squared error of a network on 2,000 fresh sequences, after `batches` of training."""

    cell: str
    lag: int
    seed: int
    batches: int
    error: float


def adding_network(cell: str, units: int = 32) -> keras.Sequential:
    """Return a network for the adding problem, untrained: (batch, lag, 2) -> (batch, 1), any lag.

    Args: cell: "plain" (tanh units, all weights drawn after Glorot), "orthogonal" (the same with
    an orthogonal recurrent matrix), "gru" or "lstm". units: of the recurrent layer.

    Raises CourseError where there is no such cell.
    """
    if cell not in CELLS:
        raise CourseError(f"adding_network: cell={cell!r} is none of {', '.join(CELLS)}.")
    sequence = keras.Input((None, 2), name="sequence")
    return keras.models.Sequential(
        [sequence, CELLS[cell](units), layers.Dense(1, name="sum")], name=cell
    )


def learn_adding(
    cell: str,
    lag: int,
    *,
    batches: int = 800,
    batch: int = 64,
    rate: float = 1e-2,
    units: int = 32,
    seed: int = 0,
    verbose: int | str = 0,
) -> list[Point]:
    """Train a network on the adding problem and return its error after each eighth of the training.

    No sequence is seen twice. Adam, whose rate falls along a cosine from `rate` to 0; mean squared
    error; gradients clipped at norm 1. Who answers 1 always has an error of 1/6.

    Raises CourseError where there is no such cell or the sizes are impossible.
    """
    if batches < _CHUNKS:
        raise CourseError(f"learn_adding: batches={batches}; it takes at least {_CHUNKS}.")
    keras.utils.set_random_seed(seed)
    model = adding_network(cell, units)
    chunk = batches // _CHUNKS
    decay = keras.optimizers.schedules.CosineDecay(rate, chunk * _CHUNKS)
    model.compile(keras.optimizers.Adam(decay, clipnorm=1.0), "mse")
    test = adding_problem(_TEST_SEQUENCES, lag, _TEST_SEED)
    points = []
    for number in range(_CHUNKS):
        x, t = adding_problem(chunk * batch, lag, seed * _CHUNKS + number)
        model.fit(x, t, batch, number + 1, verbose, initial_epoch=number)
        error = float(model.evaluate(*test, batch_size=_TEST_SEQUENCES, verbose=0))
        points.append(Point(cell, lag, seed, (number + 1) * chunk, error))
    return points


def recorded_adding() -> list[Point]:
    """Return the errors of the four networks at the lags that data/adding_problem.csv holds.

    Made by scripts/record_adding_problem.py with `learn_adding`; data/adding_problem.md says how.

    Raises CourseError where the record is missing.
    """
    command = "python scripts/record_adding_problem.py --export data/adding_problem.csv"
    return records.recorded(_RECORD, Point, "recorded_adding", command)

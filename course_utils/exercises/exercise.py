"""What an author writes: exercises, their cases, and how an answer is driven and judged."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

#: The seed of the cases that a student sees. Grading draws its own.
PUBLIC_SEED = 0


@dataclass(frozen=True)
class Fixture:
    """An input that is no plain data (a function, a small Keras model), by its registered name.

    Only the name and the options are stored with the checks; `fixtures.make` builds the object.
    Where that has a method `noted`, what it returns after the call is compared too: how often a
    function given was called, for one.
    """

    name: str
    options: Mapping[str, Any] = field(default_factory=dict)

    def __init__(self, name: str, **options: Any) -> None:
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "options", options)


@dataclass(frozen=True)
class Opaque:
    """Stands for a value that cannot be compared, since it is no plain data.

    words: what it is: "a function".
    """

    words: str


class Call:
    """One step of a class's case: call a method."""

    def __init__(self, method: str, *args: Any, **kwargs: Any) -> None:
        self.method = method
        self.args = args
        self.kwargs = kwargs


@dataclass(frozen=True)
class Get:
    """One step of a class's case: read an attribute."""

    attribute: str


Step = Call | Get


@dataclass(frozen=True)
class Metric:
    """A bound on what predictions score, for a trained model.

    name: "accuracy" (a fraction; of class scores (n, classes), probabilities (n,) or (n, 1), or
        labels (n,)), "mse" (the mean squared error) or "relation" (how far linear relations among
        responses (n,) are from holding: the largest |target.T @ responses|).
    target: true labels (n,), values, or the coefficients (n, relations) of relations.
    inputs: what a *returned* model is asked to predict; a model or function that is itself the
        answer is asked on the case's own arguments.
    """

    name: str
    target: Any
    at_least: float | None = None
    at_most: float | None = None
    inputs: Any = None

    def __post_init__(self) -> None:
        if (self.at_least is None) == (self.at_most is None):
            raise ValueError(f"Metric {self.name!r}: give at_least or at_most, one of the two.")


@dataclass(frozen=True)
class Probe:
    """What a Keras model is tried out on: numbers drawn evenly from `low` to `high`.

    dtype: of the arrays that the model gets, "float32" or, for whole numbers with both ends among
        them, an integer type such as "uint8". Give the range of the real data wherever the model
        itself has to scale it. Inputs that the model declares as integers are drawn as without a
        probe, below the size of its smallest embedding.
    """

    low: float
    high: float
    dtype: str = "float32"

    def __post_init__(self) -> None:
        if not self.low < self.high:
            raise ValueError(f"Probe: low ({self.low:g}) must be less than high ({self.high:g}).")


class Case:
    """One named input. A function is called on it; a class is constructed with it and driven.

    probe: what a Keras model is tried out on; numbers of a standard normal distribution if None.
    shares: whether it matters that a Keras model which comes back *is* one of those given, or has
        their weights and no copies. The solution says which.
    """

    def __init__(
        self,
        name: str,
        *args: Any,
        steps: Sequence[Step] = (),
        metric: Metric | None = None,
        probe: Probe | None = None,
        shares: bool = False,
        **kwargs: Any,
    ) -> None:
        self.name = name
        self.args = args
        self.kwargs = kwargs
        self.steps = tuple(steps)
        self.metric = metric
        self.probe = probe
        self.shares = shares

    def renamed(self, name: str, metric: Metric | None) -> Case:
        """Return this case under another name and with another metric."""
        other = copy.copy(self)
        other.name, other.metric = name, metric
        return other


def _one_case(rng: np.random.Generator) -> Iterable[Case]:
    """A value, or an untrained model, is looked at as it is."""
    yield Case("your answer")


@dataclass(frozen=True)
class Exercise:
    """A named thing that the student writes: a function, a class, a value or a Keras model.

    points: what it is worth.
    cases: a generator function from a NumPy random generator to `Case`s. The same function makes
        the public cases (fixed seed) and the hidden ones (a fresh seed at grading).
    hints: from vague to concrete; each call of `lab.hint` shows one more.
    mistakes: the sentence that helps -> a wrong answer that somebody makes: an `edit` of the
        solution, or an answer where its shape is another.
    alternatives: other right answers, edits as well; each must pass.
    rtol, atol: |got - expected| <= atol + rtol |expected|, elementwise.
    partial: whether grading gives points in proportion to the hidden cases that are right. Those
        that are the public ones over again do not count: their answers can be looked up.
    """

    points: float
    cases: Callable[[np.random.Generator], Iterable[Case]] = _one_case
    hints: Sequence[str] = ()
    mistakes: Mapping[str, Any] = field(default_factory=dict)
    alternatives: Sequence[Any] = ()
    rtol: float = 1e-5
    atol: float = 1e-8
    partial: bool = False

    def draw(self, name: str, seed: int = PUBLIC_SEED, again: int = 0) -> list[Case]:
        """Return the cases for one seed; the exercise's name keeps two exercises' draws apart.

        again: 1, 2, ... give other cases of the same seed.
        Raises ValueError where two cases share a name or there is none.
        """
        rng = np.random.default_rng([seed, *name.encode(), *([again] if again else [])])
        cases = list(self.cases(rng))
        names = [case.name for case in cases]
        if not names or len(set(names)) < len(names):
            raise ValueError(f"Exercise {name!r}: cases need to exist and have different names.")
        return cases

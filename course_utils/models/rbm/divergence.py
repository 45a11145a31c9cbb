"""Training by contrastive divergence, plain or with chains that persist."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from course_utils.common.errors import CourseError
from course_utils.models.rbm.machine import RBM

Floats = NDArray[Any]


class ContrastiveDivergence:
    """Trains a machine, in place, batch by batch.

    A step goes up the difference between <v h> on the data and <v h> after `steps` steps of Gibbs
    sampling: G. Hinton, Training products of experts by minimizing contrastive divergence, Neural
    Computation 14, 2002 (CD-k). The sampling starts at the data, or, with persistent=True, where
    the last one ended: T. Tieleman, Training restricted Boltzmann machines using approximations to
    the likelihood gradient, ICML 2008 (PCD). The hidden units are drawn, the visible ones in
    between are, too; expectations take the place of the last draw.

    Args:
        machine: what is trained. rate: of a step. momentum: of the steps, 0 to below 1.
        decay: each step draws the weights, not the biases, towards 0 by rate times this.
        steps: k. persistent: whether the chains go on; there is one for each example of a batch.
        seed: of all that is drawn.

    Attributes:
        rate: may be changed between steps. chains: float (batch, visible), the states in which the
            persistent chains stand; None before the first step, and without persistent chains.

    Raises CourseError where a number is out of range.
    """

    def __init__(
        self,
        machine: RBM,
        rate: float,
        *,
        momentum: float = 0.0,
        decay: float = 0.0,
        steps: int = 1,
        persistent: bool = False,
        seed: int = 0,
    ) -> None:
        if not rate > 0 or not 0 <= momentum < 1 or decay < 0 or steps < 1:
            raise CourseError(
                f"ContrastiveDivergence: rate={rate}, momentum={momentum}, decay={decay}, "
                f"steps={steps}; give a rate above 0, a momentum from 0 to below 1, a decay of 0 "
                "or more, and 1 step or more."
            )
        self.machine, self.rate, self.momentum, self.decay = machine, rate, momentum, decay
        self.steps, self.persistent = steps, persistent
        self._rng = np.random.default_rng(seed)
        self.chains: Floats | None = None
        self._velocity = [np.zeros_like(w) for w in (machine.W, machine.b, machine.c)]

    def epoch(self, v: Floats, batch: int = 100) -> float:
        """Train once on all of v (examples, visible), shuffled; return the mean squared error.

        It is that of the reconstructions, summed over the units, as in training: easy to watch,
        but not what is being minimised.
        """
        v = np.asarray(v, dtype=self.machine.W.dtype)
        order = self._rng.permutation(len(v))
        batches = [v[order[i : i + batch]] for i in range(0, len(v), batch)]
        with threadpool_limits(1, "blas"):  # matrices this small only wait for a second core
            return sum(self.step(one) * len(one) for one in batches) / len(v)

    def step(self, v: Floats) -> float:
        """Make one step on a batch (batch, visible); return the error of its reconstructions."""
        machine = self.machine
        h = machine.hidden_mean(v)
        start = self._start(v)
        fantasy = machine.sampled(start, self.steps - 1, self._rng)
        drawn = machine.hidden.draw(machine.to_hidden(fantasy), self._rng)
        fantasy = machine.visible_mean(drawn)
        fantasy_h = machine.hidden_mean(fantasy)
        if self.persistent:
            self.chains = machine.visible.draw(machine.to_visible(drawn), self._rng)
        n, m = len(v), len(fantasy)
        gradients = (
            v.T @ h / n - fantasy.T @ fantasy_h / m - self.decay * machine.W,
            v.mean(axis=0) - fantasy.mean(axis=0),
            h.mean(axis=0) - fantasy_h.mean(axis=0),
        )
        weights = (machine.W, machine.b, machine.c)
        for velocity, gradient, weight in zip(self._velocity, gradients, weights, strict=True):
            velocity *= self.momentum
            velocity += self.rate * gradient
            weight += velocity
        return float(np.mean(np.sum((v - machine.reconstruction(v)) ** 2, axis=1)))

    def _start(self, v: Floats) -> Floats:
        """Where the sampling starts: the data, or the chains."""
        if not self.persistent:
            return v
        if self.chains is None:
            self.chains = v.copy()
        return self.chains

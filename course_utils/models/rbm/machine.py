"""The restricted Boltzmann machine: two layers of units, joined by weights."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_utils.common.errors import CourseError
from course_utils.models.rbm.units import UNITS

Floats = NDArray[Any]


class RBM:
    """A restricted Boltzmann machine with binary or Gaussian units in each of its two layers.

    It gives a state (v, h) the probability exp(-E(v, h)) / Z with the energy

        E(v, h) = own(v) + own(h) - b.v - c.h - v W h,   own(s) = 0 (binary) or |s|^2 / 2 (gaussian)

    Two binary layers are the machine of P. Smolensky, 1986. Gaussian visible units (Hinton and
    Salakhutdinov 2006) are for real numbers, scaled to a mean of 0 and a variance near 1.

    Args:
        W: (visible, hidden), b: (visible,), c: (hidden,), kept as arrays of one float dtype.
        visible, hidden: "binary" or "gaussian".

    A batch of visible states is (batch, visible), of hidden ones (batch, hidden).

    Raises CourseError where the shapes do not fit, and for a kind of units that there is not.
    """

    def __init__(
        self, W: Any, b: Any, c: Any, *, visible: str = "binary", hidden: str = "binary"
    ) -> None:
        self.W = np.asarray(W)
        if not np.issubdtype(self.W.dtype, np.floating):
            self.W = self.W.astype(float)
        self.b, self.c = (np.asarray(bias, dtype=self.W.dtype) for bias in (b, c))
        if self.W.ndim != 2 or self.W.shape != (*self.b.shape, *self.c.shape):
            raise CourseError(
                f"RBM: W {self.W.shape}, b {self.b.shape} and c {self.c.shape} do not fit; they "
                "are (visible, hidden), (visible,) and (hidden,)."
            )
        for kind in (visible, hidden):
            if kind not in UNITS:
                raise CourseError(f"RBM: units {kind!r} are none of {', '.join(UNITS)}.")
        self.visible, self.hidden = UNITS[visible], UNITS[hidden]

    @classmethod
    def random(
        cls,
        visible: int,
        hidden: int,
        seed: int | Sequence[int] = 0,
        *,
        scale: float = 0.01,
        kinds: tuple[str, str] = ("binary", "binary"),
    ) -> RBM:
        """Return a float32 machine with weights from a normal distribution and biases of 0.

        scale: the weights' standard deviation. kinds: of the visible and of the hidden units.
        """
        rng = np.random.default_rng(seed)
        W = scale * rng.standard_normal((visible, hidden), dtype=np.float32)
        return cls(W, np.zeros(visible), np.zeros(hidden), visible=kinds[0], hidden=kinds[1])

    def transposed(self) -> RBM:
        """Return the same machine with the roles of its layers exchanged; it shares the arrays."""
        return RBM(self.W.T, self.c, self.b, visible=self.hidden.name, hidden=self.visible.name)

    def energy(self, v: Floats, h: Floats) -> Floats:
        """Return the energy of each pair of states (batch,)."""
        own = self.visible.own(v).sum(axis=1) + self.hidden.own(h).sum(axis=1)
        energy: Floats = own - v @ self.b - h @ self.c - np.sum((v @ self.W) * h, axis=1)
        return energy

    def to_hidden(self, v: Floats) -> Floats:
        """Return the total input of the hidden units (batch, hidden)."""
        total: Floats = v @ self.W + self.c
        return total

    def to_visible(self, h: Floats) -> Floats:
        """Return the total input of the visible units (batch, visible)."""
        total: Floats = h @ self.W.T + self.b
        return total

    def hidden_mean(self, v: Floats) -> Floats:
        """Return the mean of each hidden unit, given v: if binary, its probability of being 1."""
        return self.hidden.mean(self.to_hidden(v))

    def visible_mean(self, h: Floats) -> Floats:
        """Return the mean of each visible unit, given h: if binary, its probability of being 1."""
        return self.visible.mean(self.to_visible(h))

    def reconstruction(self, v: Floats) -> Floats:
        """Return v after one way up and one down, by means, without drawing (batch, visible)."""
        return self.visible_mean(self.hidden_mean(v))

    def sampled(self, v: Floats, steps: int, rng: np.random.Generator) -> Floats:
        """Return the visible states after `steps` steps of Gibbs sampling, each drawn."""
        for _ in range(steps):
            h = self.hidden.draw(self.to_hidden(v), rng)
            v = self.visible.draw(self.to_visible(h), rng)
        return v

    def pseudo_log_likelihood(self, v: Floats, seed: int = 0) -> float:
        """Return an estimate of the sum over i of log p(v_i | all others), its mean over the batch.

        One unit i is drawn for each example, and its term counts as often as there are units: an
        estimate without bias of J. Besag's pseudo-likelihood (The Statistician 24, 1975). It needs
        no partition function. Raises CourseError where the visible units are not binary.
        """
        if self.visible.name != "binary":
            raise CourseError("pseudo_log_likelihood: the visible units must be binary.")
        rng = np.random.default_rng(seed)
        rows, chosen = np.arange(len(v)), rng.integers(v.shape[1], size=len(v))
        # Only what a flip changes: the unit's own bias, and the input of every hidden unit.
        change = (1 - 2 * v[rows, chosen])[:, None]
        inputs = self.to_hidden(v)
        flipped = self.hidden.cumulant(inputs + change * self.W[chosen])
        gap = -change[:, 0] * self.b[chosen] - (flipped - self.hidden.cumulant(inputs)).sum(axis=1)
        return float(-v.shape[1] * np.mean(np.logaddexp(0, -gap)))

    def save(self, path: Path | str) -> None:
        """Write the machine to an npz file without pickle."""
        kinds = np.array([self.visible.name, self.hidden.name])
        with Path(path).open("wb") as file:
            np.savez(file, W=self.W, b=self.b, c=self.c, kinds=kinds)

    @classmethod
    def load(cls, path: Path | str) -> RBM:
        """Read a machine that `save` wrote. Raises CourseError where the file holds none."""
        try:
            with np.load(path, allow_pickle=False) as stored:
                visible, hidden = (str(kind) for kind in stored["kinds"])
                return cls(stored["W"], stored["b"], stored["c"], visible=visible, hidden=hidden)
        except (OSError, KeyError, ValueError) as error:
            raise CourseError(
                f"RBM.load: {path} holds no machine ({error}); give a file that RBM.save wrote."
            ) from error

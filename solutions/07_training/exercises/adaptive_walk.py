"""What `adaptive_walk` is checked on."""

import numpy as np

from course_utils.exercises import Case, Exercise, edit


def _cases(rng):
    for name in ("AdaGrad", "RMSProp", "AdaDelta"):
        needed = {} if name == "AdaDelta" else {"rate": 0.1}

        def case(words, steps, shape=(3,), scale=1.0, name=name, **settings):
            gradients = [scale * rng.normal(size=shape) for _ in range(steps)]
            return Case(f"{name}, {words}", name, rng.normal(size=shape), gradients, **settings)

        yield case("one step", 1, **needed)
        yield case("four steps", 4, **needed)
        yield case("a matrix, another rate", 3, shape=(2, 3), rate=0.7)
        yield case("a large epsilon", 3, rate=0.2, epsilon=0.5)
        if name != "AdaGrad":
            yield case("another rho", 4, rate=0.3, rho=0.6, epsilon=0.01)


def _state_by_hand(name, w, gradients, rate=1.0, rho=None, epsilon=1e-7):
    """All three from their definitions, sums written out anew in each step."""
    rho = {"RMSProp": 0.9, "AdaDelta": 0.95}.get(name) if rho is None else rho
    points, deltas = [], []
    for t in range(1, len(gradients) + 1):
        squares = np.array(gradients[:t]) ** 2
        if name == "AdaGrad":
            s = squares.sum(axis=0)
        else:
            powers = (1 - rho) * rho ** np.arange(t - 1, -1, -1)
            s = np.tensordot(powers, squares, axes=1)
        size = rate
        delta = gradients[t - 1] / np.sqrt(s + epsilon)
        if name == "AdaDelta":
            past = sum((1 - rho) * rho ** (t - 2 - k) * old**2 for k, old in enumerate(deltas))
            delta = delta * np.sqrt(past + epsilon)
            deltas.append(delta)
        w = w - size * delta
        points.append(w)
    return np.array(points)


def _in_float32(*args, **settings):
    return [point.astype(np.float32) for point in _state_by_hand(*args, **settings)]


_RMSPROP = "self.s = self.rho * self.s + (1 - self.rho) * g**2"
_RMSPROP_STEP = "self.rate * g / np.sqrt(self.s + self.epsilon)  # s is a mean"
_ADADELTA = "self.s = self.rho * self.s + (1 - self.rho) * g * g"
_DELTA = "np.sqrt((self.d + self.epsilon) / (self.s + self.epsilon)) * g"

adaptive_walk = Exercise(
    points=3,
    cases=_cases,
    partial=True,
    hints=[
        "Each rule in two lines: bring self.s up to date, then return the new weights.",
        "AdaGrad adds g**2 to self.s. RMSProp and AdaDelta mix: rho times the old self.s, and "
        "(1 - rho) times g**2.",
        "In AdaDelta compute the step with the old self.d first; then mix the step's square into "
        "self.d, in the same way.",
        "epsilon stands under the root in all three.",
    ],
    alternatives=[
        _state_by_hand,
        _in_float32,
        edit(_RMSPROP, "self.s = self.s + (1 - self.rho) * (np.square(g) - self.s)"),
    ],
    mistakes={
        "AdaGrad forgets the earlier gradients: add the square to self.s.": edit(
            "self.s = self.s + g**2", "self.s = g**2"
        ),
        "AdaGrad sums the gradients. It sums their squares.": edit(
            "self.s = self.s + g**2", "self.s = self.s + np.abs(g)"
        ),
        "RMSProp has a sum: the old mean is multiplied by rho.": edit(
            _RMSPROP, "self.s = self.s + (1 - self.rho) * g**2"
        ),
        "RMSProp has the minus of our copy of the lecture. It is a sum.": edit(
            _RMSPROP, "self.s = np.abs(self.rho * self.s - (1 - self.rho) * g**2)"
        ),
        "RMSProp mixes the other way round: rho belongs to the old mean.": edit(
            _RMSPROP, "self.s = (1 - self.rho) * self.s + self.rho * g**2"
        ),
        "RMSProp lacks the root: divide by the root of the mean.": edit(
            _RMSPROP_STEP, "self.rate * g / (self.s + self.epsilon)"
        ),
        "RMSProp has epsilon outside the root. It stands under it.": edit(
            _RMSPROP_STEP, "self.rate * g / (np.sqrt(self.s) + self.epsilon)"
        ),
        "AdaDelta mixes the other way round: rho belongs to the old mean.": edit(
            _ADADELTA, "self.s = (1 - self.rho) * self.s + self.rho * g * g"
        ),
        "AdaDelta divides by the root of the steps' mean. It multiplies by it, and divides by the "
        "gradients'.": edit(
            _DELTA, "np.sqrt((self.s + self.epsilon) / (self.d + self.epsilon)) * g"
        ),
        "AdaDelta keeps the mean of squared gradients in d. It is that of the squared steps.": edit(
            "(1 - self.rho) * delta**2", "(1 - self.rho) * g**2"
        ),
        "AdaDelta's d holds the step, not its square.": edit(
            "(1 - self.rho) * delta**2", "(1 - self.rho) * np.abs(delta)"
        ),
        "AdaDelta forgets the rate: w - rate * step.": edit(
            "return w - self.rate * delta", "return w - delta"
        ),
        "AdaDelta notes the step times the rate. d belongs to the step without it.": edit(
            "(1 - self.rho) * delta**2", "(1 - self.rho) * (self.rate * delta) ** 2"
        ),
    },
)

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


_ADAGRAD_STEP = "self.rate * g / np.sqrt(self.s + self.epsilon)  # s is a sum"
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
        "AdaGrad lacks the root: divide by the root of the sum.": edit(
            _ADAGRAD_STEP, "self.rate * g / (self.s + self.epsilon)"
        ),
        "AdaGrad sums the gradients and squares the sum. Square each, then add.": edit(
            "self.s = self.s + g**2",
            "self.s = self.s + g",
            _ADAGRAD_STEP,
            "self.rate * g / np.sqrt(self.s**2 + self.epsilon)",
        ),
        "AdaGrad takes the length of the whole gradient. Each parameter has a sum of its own.": (
            edit("self.s = self.s + g**2", "self.s = self.s + np.sum(g**2)")
        ),
        "AdaGrad has epsilon outside the root. It stands under it.": edit(
            _ADAGRAD_STEP, "self.rate * g / (np.sqrt(self.s) + self.epsilon)"
        ),
        "epsilon stands outside the root in all three. It stands under it.": edit(
            _ADAGRAD_STEP,
            "self.rate * g / (np.sqrt(self.s) + self.epsilon)",
            _RMSPROP_STEP,
            "self.rate * g / (np.sqrt(self.s) + self.epsilon)",
            _DELTA,
            "(np.sqrt(self.d) + self.epsilon) / (np.sqrt(self.s) + self.epsilon) * g",
        ),
        "epsilon is missing in AdaGrad and RMSProp.": edit(
            _ADAGRAD_STEP,
            "self.rate * g / np.sqrt(self.s)",
            _RMSPROP_STEP,
            "self.rate * g / np.sqrt(self.s)",
        ),
        "RMSProp divides by the old mean. Bring self.s up to date first.": edit(
            _RMSPROP,
            "old, self.s = self.s, self.rho * self.s + (1 - self.rho) * g**2",
            _RMSPROP_STEP,
            "self.rate * g / np.sqrt(old + self.epsilon)",
        ),
        "RMSProp lacks the factor (1 - rho) before the new square.": edit(
            _RMSPROP, "self.s = self.rho * self.s + g**2"
        ),
        "AdaDelta's d has the gradients' squares, and is brought up to date too early. Its step "
        "comes first, and d gets that step's square.": edit(
            _DELTA,
            "self.s\nself.d = self.rho * self.d + (1 - self.rho) * g**2\n"
            "delta = np.sqrt((self.d + self.epsilon) / (self.s + self.epsilon)) * g",
            "self.d = self.rho * self.d + (1 - self.rho) * delta**2\n",
            "",
        ),
        "AdaDelta never changes d: after the step, mix in the step's square.": edit(
            "self.d = self.rho * self.d + (1 - self.rho) * delta**2\n", ""
        ),
        "AdaDelta's step lacks the gradient: the ratio of the roots is multiplied by g.": edit(
            _DELTA, "np.sqrt((self.d + self.epsilon) / (self.s + self.epsilon))"
        ),
        "AdaDelta lacks the roots.": edit(
            _DELTA, "(self.d + self.epsilon) / (self.s + self.epsilon) * g"
        ),
        "All three go up: subtract the step.": edit(
            "w - " + _ADAGRAD_STEP,
            "w + self.rate * g / np.sqrt(self.s + self.epsilon)",
            "w - " + _RMSPROP_STEP,
            "w + self.rate * g / np.sqrt(self.s + self.epsilon)",
            "w - self.rate * delta",
            "w + self.rate * delta",
        ),
        "The start is in the list. It holds the weights after each step.": edit(
            "for g in gradients:", "points.append(w)\nfor g in gradients:"
        ),
        "Each step begins at the start again: the next one needs the new weights.": edit(
            "    w = rule.step(w, g)\n    points.append(w)", "    points.append(rule.step(w, g))"
        ),
        "Only the last weights are in the list. Append in each step.": edit(
            "    points.append(w)", "points.append(w)"
        ),
        "The first gradient is left out.": edit("in gradients:", "in gradients[1:]:"),
        "The last gradient is left out.": edit("in gradients:", "in gradients[:-1]:"),
        "A new rule is made for each gradient: it has no memory. Make it once.": edit(
            "    w = rule.step(w, g)", "    w = type(rule)(**settings).step(w, g)"
        ),
        "All entries of the list are one array, which each step changes. Append new ones.": edit(
            "for g in gradients:",
            "w = w.copy()\nfor g in gradients:",
            "    w = rule.step(w, g)",
            "    w[...] = rule.step(w, g)",
        ),
    },
)

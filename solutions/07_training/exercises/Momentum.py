"""What `Momentum` is checked on."""

import numpy as np

from course_utils.exercises import Call, Case, Exercise, Get, edit


def _cases(rng):
    def case(name, *settings, shape=(3,), steps=3, **options):
        """The weights given are not those that came back: the velocity must not come from them."""
        calls = [Call("step", rng.normal(size=shape), rng.normal(size=shape)) for _ in range(steps)]
        return Case(name, *settings, steps=[*calls, Get("v")], **options)

    yield case("one step", 0.1, 0.9, steps=1)
    yield case("one step, Nesterov", 0.1, 0.9, steps=1, nesterov=True)
    yield case("three steps", 0.1, 0.8)
    yield case("three steps, Nesterov", 0.1, 0.8, nesterov=True)
    yield case("a matrix", 0.02, 0.5, shape=(2, 3))
    yield case("a matrix, Nesterov", 0.5, 0.7, shape=(2, 3), nesterov=True)
    yield case("the usual beta", 0.05, steps=4)
    yield case("no momentum: gradient descent", 0.3, 0.0)


class _OtherSign:
    """The velocity's sign turned inside, and back for who looks."""

    def __init__(self, rate, beta=0.9, nesterov=False):
        self.settings, self.u = (rate, beta, nesterov), 0.0

    @property
    def v(self):
        return -self.u

    def step(self, w, g):
        rate, beta, nesterov = self.settings
        self.u = rate * g + beta * self.u
        return w - (rate * g + beta * self.u if nesterov else self.u)


class _LookAhead:
    """Nesterov's by the difference of two velocities."""

    def __init__(self, rate, beta=0.9, nesterov=False):
        self.rate, self.beta, self.nesterov, self.v = rate, beta, nesterov, 0

    def step(self, w, g):
        before = self.v
        self.v = np.subtract(self.beta * before, self.rate * g)
        jump = (1 + self.beta) * self.v - self.beta * before if self.nesterov else self.v
        return np.add(w, jump)


Momentum = Exercise(
    points=2,
    cases=_cases,
    hints=[
        "First the velocity, from the old one and the gradient. It is kept in self.v.",
        "Then the weights: plain momentum adds the new velocity.",
        "Nesterov's adds beta times the new velocity, less rate times the gradient.",
    ],
    alternatives=[
        _OtherSign,
        _LookAhead,
        edit(
            "return w + self.beta * self.v - self.rate * g",
            "return w + self.beta * self.v + -self.rate * np.asarray(g)",
        ),
    ],
    mistakes={
        "The gradient is added to the velocity. We go down: subtract rate times the gradient.": (
            edit("self.beta * self.v - self.rate * g\nif", "self.beta * self.v + self.rate * g\nif")
        ),
        "The rate is missing in the velocity: beta v - rate g.": edit(
            "self.beta * self.v - self.rate * g\nif", "self.beta * self.v - g\nif"
        ),
        "The velocity is a mean here, with (1 - beta) before the gradient. The formula has no such "
        "factor.": edit(
            "self.beta * self.v - self.rate * g\nif",
            "self.beta * self.v - (1 - self.beta) * self.rate * g\nif",
        ),
        "The old velocity is forgotten: multiply it by beta and keep it.": edit(
            "self.v = self.beta * self.v - self.rate * g", "self.v = -self.rate * g"
        ),
        "The old velocity is not slowed down: multiply it by beta.": edit(
            "self.v = self.beta * self.v - self.rate * g", "self.v = self.v - self.rate * g"
        ),
        "With nesterov=True you do the same as without.": edit("if self.nesterov:", "if False:"),
        "With nesterov=False you do Nesterov's step.": edit("if self.nesterov:", "if True:"),
        "Nesterov's step multiplies the new velocity by beta.": edit(
            "w + self.beta * self.v - self.rate * g", "w + self.v - self.rate * g"
        ),
        "Nesterov's step lacks the gradient: beta v - rate g.": edit(
            "w + self.beta * self.v - self.rate * g", "w + self.beta * self.v"
        ),
        "The weights get the velocity subtracted. It points down already: add it.": edit(
            "return w + self.v", "return w - self.v"
        ),
        "The weights are changed in place. Return a new array.": edit(
            "return w + self.v", "w += self.v\nreturn w"
        ),
        "The new velocity is not kept: it has to stand in self.v after the step.": edit(
            "self.v = self.beta * self.v - self.rate * g\nif self.nesterov:\n"
            "    return w + self.beta * self.v - self.rate * g\nreturn w + self.v",
            "v = self.beta * self.v - self.rate * g\nif self.nesterov:\n"
            "    return w + self.beta * v - self.rate * g\nreturn w + v",
        ),
        "The gradient is added everywhere. We go down: subtract rate times the gradient.": edit(
            "self.beta * self.v - self.rate * g\nif",
            "self.beta * self.v + self.rate * g\nif",
            "w + self.beta * self.v - self.rate * g",
            "w + self.beta * self.v + self.rate * g",
        ),
        "self.v lacks the rate. It is part of the velocity, not a factor of the whole step.": edit(
            "self.beta * self.v - self.rate * g\nif",
            "self.beta * self.v - g\nif",
            "w + self.beta * self.v - self.rate * g",
            "w + self.rate * (self.beta * self.v - g)",
            "return w + self.v",
            "return w + self.rate * self.v",
        ),
        "Plain momentum adds the old velocity here. Bring it up to date, then add it.": edit(
            "self.v = self.beta",
            "old = self.v\nself.v = self.beta",
            "return w + self.v",
            "return w + old",
        ),
        "beta is nowhere. The old velocity is multiplied by it, and so is Nesterov's step.": edit(
            "self.v = self.beta * self.v", "self.v = self.v", "w + self.beta * self.v", "w + self.v"
        ),
        "This is the step alone. Add it to the weights.": edit(
            "return w + self.beta * self.v",
            "return self.beta * self.v",
            "return w + self.v",
            "return self.v",
        ),
        "This is gradient descent: there is no velocity yet.": edit(
            "self.v = self.beta * self.v - self.rate * g\nif self.nesterov:\n"
            "    return w + self.beta * self.v - self.rate * g\nreturn w + self.v",
            "return w - self.rate * g",
        ),
        "rate and beta are swapped: beta belongs to the velocity, the rate to the gradient.": edit(
            "self.beta * self.v - self.rate * g\nif",
            "self.rate * self.v - self.beta * g\nif",
            "w + self.beta * self.v - self.rate * g",
            "w + self.rate * self.v - self.beta * g",
        ),
        "self.v holds Nesterov's step. It keeps the velocity; the step is something else.": edit(
            "return w + self.beta * self.v - self.rate * g",
            "self.v = self.beta * self.v - self.rate * g",
        ),
        "beta is fixed at 0.9. Use self.beta.": edit(
            "self.v = self.beta * self.v", "self.v = 0.9 * self.v", "w + self.beta", "w + 0.9"
        ),
        "The gradients are averaged. Each weight has its own gradient and velocity.": edit(
            "self.beta * self.v - self.rate * g\nif",
            "self.beta * self.v - self.rate * np.mean(g)\nif",
            "w + self.beta * self.v - self.rate * g",
            "w + self.beta * self.v - self.rate * np.mean(g)",
        ),
    },
)

"""What `Adam` is checked on."""

import numpy as np

from course_utils.exercises import Call, Case, Exercise, edit


def _cases(rng):
    def case(name, *settings, shape=(3,), steps=4, scale=1.0, **options):
        calls = [
            Call("step", rng.normal(size=shape), scale * rng.normal(size=shape))
            for _ in range(steps)
        ]
        return Case(name, *settings, steps=calls, **options)

    yield case("one step", 0.1, steps=1)
    yield case("two steps", 0.1, steps=2)
    yield case("five steps", 0.05, steps=5)
    yield case("a matrix", 0.2, shape=(2, 3))
    yield case("other means", 0.1, 0.5, 0.8, steps=5)
    yield case("a large epsilon", 0.1, steps=3, epsilon=0.3)
    yield case("small gradients and epsilon", 0.1, steps=3, scale=1e-4, epsilon=1e-4)
    yield case("a rate for each weight", np.array([0.1, 0.02, 0.5]), steps=3)


class _Folded:
    """The corrections folded into the rate, and the first means in float32's company."""

    def __init__(self, rate, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
        self.given = rate, beta_1, beta_2, epsilon
        self.history = []

    def step(self, w, g):
        rate, b1, b2, epsilon = self.given
        self.history.append(np.array(g))
        t = len(self.history)
        ages = np.arange(t - 1, -1, -1)
        m = np.tensordot((1 - b1) * b1**ages, self.history, axes=1)
        v = np.tensordot((1 - b2) * b2**ages, np.square(self.history), axes=1)
        root = np.sqrt(1 - b2**t)
        return w - rate * root / (1 - b1**t) * m / (np.sqrt(v) + epsilon * root)


class _RunningPowers:
    def __init__(self, rate, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
        self.rate, self.b, self.epsilon = rate, (beta_1, beta_2), epsilon
        self.means, self.powers = [0.0, 0.0], [1.0, 1.0]

    def step(self, w, g):
        for k, (b, new) in enumerate(zip(self.b, (g, g * g), strict=True)):
            self.means[k] = self.means[k] + (1 - b) * (new - self.means[k])
            self.powers[k] *= b
        m, v = (mean / (1 - p) for mean, p in zip(self.means, self.powers, strict=True))
        return w - m * self.rate / (v**0.5 + self.epsilon)


Adam = Exercise(
    points=2,
    cases=_cases,
    hints=[
        "Count the step first: self.t is 1 in the first one.",
        "Bring self.m and self.v up to date, as in RMSProp, one with g and one with g**2.",
        "The corrected means are local variables: self.m and self.v stay uncorrected.",
        "Divide m by 1 - beta_1**t and v by 1 - beta_2**t; epsilon is added after the root.",
    ],
    alternatives=[
        _Folded,
        _RunningPowers,
        edit(
            "self.beta_1 * self.m + (1 - self.beta_1) * g",
            "self.m + (1 - self.beta_1) * (g - self.m)",
        ),
    ],
    mistakes={
        "t is one step ahead: it is 1 in the first step.": edit(
            "self.t += 1", "self.t += 1 + (not self.t)"
        ),
        "The correction of m is missing.": edit("self.m / (1 - self.beta_1**self.t)", "self.m"),
        "The correction of v is missing.": edit("self.v / (1 - self.beta_2**self.t)", "self.v"),
        "Both corrections are missing.": edit(
            "self.m / (1 - self.beta_1**self.t)",
            "self.m",
            "self.v / (1 - self.beta_2**self.t)",
            "self.v",
        ),
        "The corrected m is kept for the next step. Keep the uncorrected one.": edit(
            "m = self.m / (1 - self.beta_1**self.t)",
            "m = self.m = self.m / (1 - self.beta_1**self.t)",
        ),
        "epsilon stands under the root. Here it is added after it.": edit(
            "np.sqrt(v) + self.epsilon", "np.sqrt(v + self.epsilon)"
        ),
        "The root of v is missing.": edit("np.sqrt(v) + self.epsilon", "v + self.epsilon"),
        "v is the mean of the gradients. It is that of their squares.": edit("g**2", "np.abs(g)"),
        "beta_1 and beta_2 are swapped: beta_1 belongs to m.": edit(
            "self.m = self.beta_1 * self.m + (1 - self.beta_1) * g",
            "self.m = self.beta_2 * self.m + (1 - self.beta_2) * g",
            "self.v = self.beta_2 * self.v + (1 - self.beta_2) * g**2",
            "self.v = self.beta_1 * self.v + (1 - self.beta_1) * g**2",
            "1 - self.beta_1**self.t",
            "1 - self.beta_0**self.t",
            "1 - self.beta_2**self.t",
            "1 - self.beta_1**self.t",
            "1 - self.beta_0**self.t",
            "1 - self.beta_2**self.t",
        ),
        "The corrections have beta t, a product. It is a power: beta**t.": edit(
            "1 - self.beta_1**self.t",
            "1 - self.beta_1 * self.t",
            "1 - self.beta_2**self.t",
            "1 - self.beta_2 * self.t",
        ),
        "The gradient itself goes into the step: take its mean m.": edit(
            "self.rate * m /", "self.rate * g /"
        ),
        "The step goes up: subtract it.": edit("return w - self.rate", "return w + self.rate"),
        "The corrected v is kept for the next step. Keep the uncorrected one.": edit(
            "v = self.v / (1 - self.beta_2**self.t)",
            "v = self.v = self.v / (1 - self.beta_2**self.t)",
        ),
        "The corrected means are kept for the next step. Keep the uncorrected ones.": edit(
            "m = self.m / (1 - self.beta_1**self.t)",
            "m = self.m = self.m / (1 - self.beta_1**self.t)",
            "v = self.v / (1 - self.beta_2**self.t)",
            "v = self.v = self.v / (1 - self.beta_2**self.t)",
        ),
        "The corrections lack the power: beta**t, not beta.": edit(
            "self.beta_1**self.t", "self.beta_1", "self.beta_2**self.t", "self.beta_2"
        ),
        "The corrections have a plus: divide by 1 - beta**t.": edit(
            "1 - self.beta_1**self.t", "1 + self.beta_1**self.t"
        ),
        "Both means are corrected with beta_1. v has beta_2.": edit(
            "self.beta_2**self.t", "self.beta_1**self.t"
        ),
        "m mixes the other way round: beta_1 belongs to the old mean.": edit(
            "self.beta_1 * self.m + (1 - self.beta_1) * g",
            "(1 - self.beta_1) * self.m + self.beta_1 * g",
        ),
        "v mixes the other way round: beta_2 belongs to the old mean.": edit(
            "self.beta_2 * self.v + (1 - self.beta_2) * g**2",
            "(1 - self.beta_2) * self.v + self.beta_2 * g**2",
        ),
        "m lacks the factor (1 - beta_1) before the gradient.": edit("(1 - self.beta_1) * g", "g"),
        "v lacks the factor (1 - beta_2) before the square.": edit(
            "(1 - self.beta_2) * g**2", "g**2"
        ),
        "v mixes with beta_1. It has beta_2.": edit(
            "self.beta_2 * self.v + (1 - self.beta_2) * g**2",
            "self.beta_1 * self.v + (1 - self.beta_1) * g**2",
        ),
        "The means are not kept: self.m and self.v have to hold them for the next step.": edit(
            "self.m = self.beta_1",
            "new = self.beta_1",
            "self.v = self.beta_2",
            "square = self.beta_2",
            "m = self.m /",
            "m = new /",
            "v = self.v /",
            "v = square /",
        ),
        "epsilon is missing: it is added to the root.": edit(" + self.epsilon", ""),
        "v is made of the squares of m. It is made of those of the gradient.": edit(
            "g**2", "self.m**2"
        ),
    },
)

"""What exercise Perceptron of lab 1 is checked on."""

import numpy as np

from course_utils.exercises import Call, Case, Exercise, Get

from ._shared import BITS, naive_logistic


class _Unit:
    """A perceptron in small pieces, so that a mistake changes one of them (see `_unit`)."""

    def __init__(self, n):
        self.w = np.zeros(n)
        self.b = 0.0

    def fires(self, z):
        return z >= 0

    def predict(self, X):
        return np.where(self.fires(X @ self.w + self.b), 1.0, 0.0)

    def error(self, x, t):
        return t - float(self.fires(x @ self.w + self.b))

    def learn(self, x, error):
        self.w = self.w + error * x
        self.b = self.b + error

    def counted(self, x, t, error):
        """What update returns, once it has learned."""
        return int(error != 0)

    def update(self, x, t):
        error = self.error(x, t)
        if error != 0:
            self.learn(x, error)
        return self.counted(x, t, error)

    def visit(self, x, t):
        """What an epoch counts for one example."""
        return self.update(x, t)

    def epoch(self, X, t):
        return sum(self.visit(x, target) for x, target in zip(X, t, strict=True))

    def done(self, counts):
        return counts[-1] == 0

    def fit(self, X, t, epochs):
        counts = []
        while len(counts) < epochs and not (counts and self.done(counts)):
            counts.append(self.epoch(X, t))
        return counts


def _unit(**methods):
    """A `_Unit` with methods exchanged."""
    return type("Perceptron", (_Unit,), methods)


def _predicts(step):
    """A unit whose predict is wrong: a function of X @ w and b."""
    return _unit(predict=lambda self, X: 1.0 * step(X @ self.w, self.b))


def _learns(step):
    """A unit whose correction is wrong: a function of w, b, x and the error to new w and b."""

    def learn(self, x, error):
        self.w, self.b = step(self.w, self.b, x, error)

    return _unit(learn=learn)


def _counts(count):
    """A unit whose update returns something else: a function of the unit, x, t and the error."""
    return _unit(counted=count)


def _stops(done):
    """A unit whose fit stops at another time: a function of the counts so far."""
    return _unit(done=lambda self, counts: done(counts))


def _returns(fitted):
    """A unit whose fit returns something else: a function of the list, the unit and X."""
    return _unit(fit=lambda self, X, t, epochs: fitted(_Unit.fit(self, X, t, epochs), self, X))


def _updates(correction):
    """A unit that always learns, by correction(self, x, t, error)."""

    def update(self, x, t):
        error = self.error(x, t)
        self.learn(x, correction(self, x, t, error))
        return int(error != 0)

    return _unit(update=update)


class _OneVector:
    """Another right answer: the bias is the last weight, of an input that is always 1."""

    def __init__(self, n):
        self.v = np.zeros(n + 1)

    w = property(lambda self: self.v[:-1])
    b = property(lambda self: self.v[-1])

    def predict(self, X):
        return np.heaviside(np.column_stack([X, np.ones(len(X))]) @ self.v, 1.0)

    def update(self, x, t):
        y = self.predict(x[None])[0]
        self.v += (t - y) * np.append(x, 1.0)
        return abs(t - y)

    def fit(self, X, t, epochs):
        counts = []
        for _ in range(epochs):
            count = 0
            for i in range(len(X)):
                count += self.update(X[i], t[i])
            counts.append(count)
            if count == 0:
                return counts
        return counts


class _TwoRules:
    """Another right answer: one branch for each of the two mistakes, all in place."""

    def __init__(self, n):
        self.w = np.zeros(n)
        self.b = 0

    def predict(self, X):
        return np.array([1.0 if np.dot(self.w, x) + self.b >= 0 else 0.0 for x in X])

    def update(self, x, t):
        fired = np.dot(self.w, x) + self.b >= 0
        if t == 1 and not fired:
            self.w += x
            self.b += 1
            return 1
        if t == 0 and fired:
            self.w -= x
            self.b -= 1
            return 1
        return 0

    def fit(self, X, t, epochs):
        mistakes = []
        done = False
        while not done and len(mistakes) < epochs:
            mistakes.append(0)
            for x, target in zip(X, t, strict=True):
                mistakes[-1] += self.update(x, target)
            done = mistakes[-1] == 0
        return mistakes


def _starts_at_one(self, n):
    self.w, self.b = np.ones(n), 0.0


def _replaces_always(self, x, t):
    error = self.error(x, t)
    self.w, self.b = error * x, error
    return int(error != 0)


def _learns_only_when_right(self, x, t):
    error = self.error(x, t)
    if error == 0:
        self.learn(x, 2 * t - 1)
    return int(error != 0)


def _corrects_bias_late(self, x, t):
    error = self.error(x, t)
    self.w = self.w + error * x
    self.b = self.b + self.error(x, t)
    return int(error != 0)


def _bias_gets_target(self, x, t):
    error = self.error(x, t)
    if error != 0:
        self.w, self.b = self.w + error * x, self.b + t
    return int(error != 0)


def _updates_after_epoch(self, X, t):
    errors = np.asarray(t) - self.predict(X)
    for x, error in zip(X, errors, strict=True):
        self.learn(x, error)
    return int(np.sum(errors != 0))


def _counts_after_epoch(self, X, t):
    _Unit.epoch(self, X, t)
    return int(np.sum(self.predict(X) != t))


def _stops_at(wrong):
    """An epoch that ends at the first example that is wrong (or right)."""

    def epoch(self, X, t):
        count = 0
        for x, target in zip(X, t, strict=True):
            mistake = self.update(x, target)
            count += mistake
            if mistake == wrong:
                break
        return count

    return epoch


def _repeats_until_right(self, x, t):
    count = 0
    while self.update(x, t):
        count += 1
    return count


def _counts_on(self, X, t, epochs):
    counts, count = [], 0
    while len(counts) < epochs and not (counts and count == 0):
        count += self.epoch(X, t)
        counts.append(count)
    return counts


def _lists_examples(self, X, t, epochs):
    found = []
    for _ in range(epochs):
        found += [self.update(x, target) for x, target in zip(X, t, strict=True)]
        if not any(found[-len(X) :]):
            break
    return found


def _ends_when_right(self, X, t, epochs):
    found = []
    for x, target in zip(np.tile(X, (epochs, 1)), np.tile(t, epochs), strict=True):
        found.append(self.update(x, target))
        if found[-1] == 0:
            break
    return found


def _starts_afresh(self, X, t, epochs):
    self.__init__(X.shape[1])
    return _Unit.fit(self, X, t, epochs)


def _perceptron_cases(rng):
    # Wholes and halves: every sum is exact, so that z = 0 in whatever order it is added up.
    see = [Get("w"), Get("b")]
    x, other = np.array([1.5, -2.0, 3.0]), np.array([-1.0, -1.0, 2.5])
    yield Case("at the start: w and b are 0", 3, steps=see)
    yield Case(
        "one example, wrong: z = 0 fires, and should not",
        3,
        steps=[Call("update", x, 0), *see],
    )
    yield Case("one example, right: nothing changes", 3, steps=[Call("update", x, 1), *see])
    yield Case(
        "three examples: fired wrongly, right, missed",
        3,
        steps=[Call("update", x, 0), Call("update", x, 0), Call("update", other, 1), *see],
    )
    X = rng.integers(-3, 4, size=(6, 2)).astype(float)
    yield Case(
        "predict, before and after learning",
        2,
        steps=[
            Call("predict", X),
            Call("update", np.array([1.0, 2.0]), 0),
            Call("predict", X),
            Call("predict", np.array([[-1.0, 0.0], [1.0, -1.0], [0.0, 0.0], [-1.25, 0.0]])),
        ],
    )
    yield Case(
        "fit: NAND, until an epoch has no mistake",
        2,
        steps=[Call("fit", BITS, np.array([1.0, 1.0, 1.0, 0.0]), 30), *see],
    )
    yield Case(
        "fit: XOR, until the epochs are used up",
        2,
        steps=[Call("fit", BITS, np.array([0.0, 1.0, 1.0, 0.0]), 5), *see],
    )
    yield Case(
        "fit twice: the second goes on where the first ended",
        2,
        steps=[
            Call("fit", BITS, np.array([0.0, 0.0, 0.0, 1.0]), 2),
            Call("fit", BITS, np.array([0.0, 0.0, 0.0, 1.0]), 2),
            *see,
        ],
    )
    yield Case(
        "fit: a short example, which one correction does not put right",
        2,
        steps=[
            Call("fit", np.array([[4.0, -4.0], [0.5, 0.0]]), np.array([0.0, 1.0]), 4),
            *see,
        ],
    )
    X, t = _separable(rng)
    yield Case("fit: examples that a line separates", 3, steps=[Call("fit", X, t, 50), *see])


def _separable(rng):
    """Eight examples of whole numbers and their classes, both of them present."""
    while True:
        X = rng.integers(-4, 5, size=(8, 3)).astype(float)
        z = X @ rng.integers(-3, 4, size=3) + 0.5
        if 2 <= np.sum(z > 0) <= 6:
            return X, (z > 0).astype(float)


Perceptron = Exercise(
    points=3,
    cases=_perceptron_cases,
    hints=[
        "Write and try the methods one after the other: predict, update, fit. The check says which "
        "of them it called.",
        "t - y is 0, +1 or -1. So one formula covers the three cases of the rule.",
        "fit needs two loops: over the epochs, and in it over the examples. It calls update for "
        "each example and adds up what that returns, anew in each epoch.",
    ],
    alternatives=[_OneVector, _TwoRules, _Unit],
    mistakes={
        "At z = 0 your unit is silent; with >= it fires there. At the start z is 0 for every x.": (
            _unit(fires=lambda self, z: z > 0)
        ),
        "update is silent at z = 0, where predict fires: use >= in both, or call predict.": _unit(
            error=lambda self, x, t: t - float(x @ self.w + self.b > 0)
        ),
        "w starts at 1; it starts at 0, as __init__ has it.": _unit(__init__=_starts_at_one),
        "predict is silent at z = 0; update fires: use >=.": _predicts(lambda s, b: s + b > 0),
        "predict returns the sum z; apply the step to it.": _predicts(lambda s, b: s + b),
        "predict gives the logistic function, no step.": (
            _predicts(lambda s, b: naive_logistic(s + b))
        ),
        "predict asks for z >= 1/2; the threshold is 0.": _predicts(lambda s, b: s + b >= 0.5),
        "predict forgets the bias.": _predicts(lambda s, b: s >= 0),
        "predict subtracts the bias: z = Xw + b.": _predicts(lambda s, b: s - b >= 0),
        "predict gives -1 for a silent unit; here it gives 0.": (
            _predicts(lambda s, b: np.where(s + b >= 0, 1, -1))
        ),
        "The sum z lacks the bias: z = x w + b.": _unit(
            error=lambda self, x, t: t - float(x @ self.w >= 0),
            predict=lambda self, X: np.where(X @ self.w >= 0, 1.0, 0.0),
        ),
        "update forgets the bias in z.": _unit(error=lambda self, x, t: t - float(x @ self.w >= 0)),
        "You subtract the bias in z, and correct it as if it were added: z = Xw + b.": _unit(
            error=lambda self, x, t: t - float(x @ self.w - self.b >= 0),
            predict=lambda self, X: np.where(X @ self.w - self.b >= 0, 1.0, 0.0),
        ),
        # From w = 0 and b = 0 every unit fires: who corrects only silent ones never begins.
        "w and b never change. Do you assign to self.w and self.b? And also where the unit fired "
        "and should not?": _learns(lambda w, b, x, e: (w, b)),
        "The corrections have the wrong sign: t - y, not y - t. Each step makes it worse.": (
            _learns(lambda w, b, x, e: (w - e * x, b - e))
        ),
        "w is corrected with the wrong sign.": _learns(lambda w, b, x, e: (w - e * x, b + e)),
        "b is corrected with the wrong sign.": _learns(lambda w, b, x, e: (w + e * x, b - e)),
        "The bias never changes: it has an input of 1.": _learns(lambda w, b, x, e: (w + e * x, b)),
        "The weights never change: only the bias learns.": _learns(lambda w, b, x, e: (w, b + e)),
        "You replace w and b: add to what they were.": _learns(lambda w, b, x, e: (e * x, e)),
        "The correction of w lacks its factor x.": _learns(lambda w, b, x, e: (w + e, b + e)),
        "You add x after every mistake. Where the unit fired and should not, x is subtracted: "
        "(t - y) has the sign.": _learns(lambda w, b, x, e: (w + x, b + 1)),
        "The weights are cut off to whole numbers: leave astype(int) and int() out.": (
            _learns(lambda w, b, x, e: (np.trunc(w + e * x), b + e))
        ),
        "Only the unit that fired and should not is corrected. The other mistake needs its "
        "correction too.": _learns(lambda w, b, x, e: (w + min(e, 0) * x, b + min(e, 0))),
        "You replace w and b at every example, by (t - y) x and t - y: add these to them.": _unit(
            update=_replaces_always
        ),
        "The bias gets t added; it is t - y, as for the weights.": _unit(update=_bias_gets_target),
        "You compute y once more after w has changed, and correct b by that: t - y is computed "
        "once, for both.": _unit(update=_corrects_bias_late),
        "You add t x, right or wrong: add (t - y) x.": _updates(lambda self, x, t, error: t),
        "You learn from right answers too: where y = t nothing changes.": _updates(
            lambda self, x, t, error: 2 * t - 1
        ),
        "You learn where the answer is right, not where it is wrong: turn the condition round.": (
            _unit(update=_learns_only_when_right)
        ),
        "The correction uses the sum z where it needs the output y: t - y is 0, +1 or -1.": (
            _updates(lambda self, x, t, error: t - (x @ self.w + self.b))
        ),
        "The correction uses the logistic function; y is the step's output, 0 or 1.": (
            _updates(lambda self, x, t, error: t - naive_logistic(x @ self.w + self.b))
        ),
        "You take double the correction: with signs -1 and +1, t - y would be -2 or +2. Here "
        "classes are 0 and 1.": _updates(lambda self, x, t, error: 2 * error),
        "You take half of the correction. The rule here adds (t - y) x in full.": _updates(
            lambda self, x, t, error: 0.5 * error
        ),
        "You take a tenth of the correction. The rule here adds (t - y) x in full.": _updates(
            lambda self, x, t, error: 0.1 * error
        ),
        "update returns t - y, which can be -1; it returns how many mistakes were made: 1 or 0.": (
            _unit(
                counted=lambda self, x, t, error: error,
                visit=lambda self, x, t: int(self.update(x, t) != 0),
            )
        ),
        "You add up t - y, and -1 and +1 cancel: count 1 for each.": _counts(lambda u, x, t, e: e),
        "update returns 1 for a right answer: give 0.": (_counts(lambda u, x, t, e: int(e == 0))),
        "update returns y; the number of mistakes is asked.": (_counts(lambda u, x, t, e: t - e)),
        "A mistake is counted before the correction: compare the output as it was with t.": (
            _counts(lambda u, x, t, e: int(u.error(x, t) != 0))
        ),
        "update returns w and b; it returns how many mistakes were made: 1 or 0.": _unit(
            counted=lambda self, x, t, error: (self.w, self.b),
            visit=lambda self, x, t: [int(self.error(x, t) != 0), self.update(x, t)][0],
        ),
        "You count each example twice, before and after its correction: before it is enough.": (
            _unit(visit=lambda self, x, t: self.update(x, t) + int(self.error(x, t) != 0))
        ),
        "fit calls update twice for each example, and counts the second: call it once, and keep "
        "what it returns.": _unit(visit=lambda self, x, t: [self.update(x, t) for _ in "12"][1]),
        "fit repeats an example until it is right: go on.": _unit(visit=_repeats_until_right),
        "fit counts the examples that are right; the mistakes are asked.": (
            _returns(lambda counts, unit, X: [len(X) - count for count in counts])
        ),
        "You keep the last example's mistake only: add them up with +=.": _unit(
            epoch=lambda self, X, t: [self.update(x, c) for x, c in zip(X, t, strict=True)][-1]
        ),
        "The last example is left out: range(len(X)) ends at the last by itself.": _unit(
            epoch=lambda self, X, t: _Unit.epoch(self, X[:-1], t[:-1])
        ),
        "You compute all outputs first and correct afterwards. Correct after each example: the "
        "next one meets the new weights.": _unit(epoch=_updates_after_epoch),
        "You count what is wrong after the epoch. Count the mistakes while going through it.": (
            _unit(epoch=_counts_after_epoch)
        ),
        "You leave the epoch at the first example that is right: go through all of them.": _unit(
            epoch=_stops_at(wrong=0)
        ),
        "You leave the epoch at the first mistake: go on.": _unit(epoch=_stops_at(wrong=1)),
        "You go through the examples from the last to the first: keep their order.": _unit(
            epoch=lambda self, X, t: _Unit.epoch(self, X[::-1], t[::-1])
        ),
        "fit counts mistakes but never learns from them: call update.": _unit(
            epoch=lambda self, X, t: int(np.sum(self.predict(X) != t))
        ),
        "fit goes on after an epoch without a mistake.": _stops(lambda counts: False),
        "fit stops where one mistake is left: stop at none.": _stops(lambda counts: counts[-1] < 2),
        "fit waits for two epochs without mistakes: one is enough.": (
            _stops(lambda counts: counts[-2:] == [0, 0])
        ),
        "fit stops where the mistakes do not fall. They may rise for a while: stop at none.": (
            _stops(lambda counts: counts[-1] == 0 or counts[-1] >= min(counts[-2:-1], default=99))
        ),
        "fit makes one epoch only: is its return inside the loop?": _stops(lambda counts: True),
        "fit makes one epoch more than asked: at most `epochs` of them.": _unit(
            fit=lambda self, X, t, epochs: _Unit.fit(self, X, t, epochs + 1)
        ),
        "fit makes one epoch less than asked: range(epochs) has as many as epochs says.": _unit(
            fit=lambda self, X, t, epochs: _Unit.fit(self, X, t, epochs - 1)
        ),
        "fit goes on beyond `epochs`: where no epoch is without mistakes, this is what ends it.": (
            _unit(fit=lambda self, X, t, epochs: _Unit.fit(self, X, t, 1000))
        ),
        "fit sets w and b back to 0: it starts from what they are.": _unit(fit=_starts_afresh),
        "The count goes on: set it to 0 at the start of each epoch.": (_unit(fit=_counts_on)),
        "The list has an entry for each example: one for each epoch.": _unit(fit=_lists_examples),
        "fit ends at the first example that is right: count through the whole epoch first.": (
            _unit(fit=_ends_when_right)
        ),
        "The list lacks the 0 of the last epoch: append first, then stop.": (
            _returns(lambda counts, unit, X: [count for count in counts if count > 0])
        ),
        "The list has the last epoch only.": (_returns(lambda counts, unit, X: counts[-1:])),
        "fit returns the total; a list is asked.": _returns(lambda counts, unit, X: sum(counts)),
        "fit returns the last number; a list is asked.": _returns(lambda counts, *_: counts[-1]),
        "The list has running totals: each entry counts one epoch only.": (
            _returns(lambda counts, unit, X: [int(total) for total in np.cumsum(counts)])
        ),
        "The list has fractions of the examples: the numbers of mistakes are asked.": (
            _returns(lambda counts, unit, X: [count / len(X) for count in counts])
        ),
        "fit returns the unit; a list is asked.": _returns(lambda counts, unit, X: unit),
        "fit returns w and b; a list is asked.": _returns(lambda counts, unit, X: (unit.w, unit.b)),
        "fit returns a pair; a list is asked.": _returns(lambda counts, *_: (counts, len(counts))),
    },
)

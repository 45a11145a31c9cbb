"""What exercise Perceptron of lab 1 is checked on."""

import numpy as np

from course_utils.exercises import Call, Case, Exercise, Get, edit

from .xor import BITS


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


class _StartsAtOne(_TwoRules):
    def __init__(self, n):
        self.w, self.b = np.ones(n), 0.0


#: Pieces of the solution that many mistakes replace.
_PREDICTION = "np.where(X @ self.w + self.b >= 0, 1.0, 0.0)"
_Z = "x @ self.w + self.b"
_VISIT = "self.update(x, target)"
_IS_WRONG = "int(self.predict(x[None])[0] != target)"

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
    alternatives=[_OneVector, _TwoRules, edit("t - y", "t - self.predict(x[None])[0]")],
    mistakes={
        "At z = 0 your unit is silent; with >= it fires there. At the start z is 0 for every x.": (
            edit(">= 0,", "> 0,", ">= 0 else", "> 0 else")
        ),
        "update is silent at z = 0, where predict fires: use >= in both, or call predict.": edit(
            ">= 0 else", "> 0 else"
        ),
        "w starts at 1; it starts at 0, as __init__ has it.": _StartsAtOne,
        "predict is silent at z = 0; update fires: use >=.": edit(">= 0,", "> 0,"),
        "predict returns the sum z; apply the step to it.": edit(
            _PREDICTION, "X @ self.w + self.b"
        ),
        "predict gives the logistic function, no step.": edit(
            _PREDICTION, "logistic(X @ self.w + self.b)"
        ),
        "predict asks for z >= 1/2; the threshold is 0.": edit(">= 0,", ">= 0.5,"),
        "predict forgets the bias.": edit("X @ self.w + self.b", "X @ self.w"),
        "predict subtracts the bias: z = Xw + b.": edit(
            "X @ self.w + self.b", "X @ self.w - self.b"
        ),
        "predict gives -1 for a silent unit; here it gives 0.": edit("1.0, 0.0", "1.0, -1.0"),
        "The sum z lacks the bias: z = x w + b.": edit(
            "X @ self.w + self.b", "X @ self.w", _Z, "x @ self.w"
        ),
        "update forgets the bias in z.": edit(_Z, "x @ self.w"),
        "You subtract the bias in z, and correct it as if it were added: z = Xw + b.": edit(
            "X @ self.w +", "X @ self.w -", "x @ self.w +", "x @ self.w -"
        ),
        # From w = 0 and b = 0 every unit fires: who corrects only silent ones never begins.
        "w and b never change. Do you assign to self.w and self.b? And also where the unit fired "
        "and should not?": edit("self.w =", "w =", "self.b =", "b ="),
        "The corrections have the wrong sign: t - y, not y - t. Each step makes it worse.": edit(
            "t - y", "y - t"
        ),
        "w is corrected with the wrong sign.": edit("self.w + correction", "self.w - correction"),
        "b is corrected with the wrong sign.": edit("self.b + correction", "self.b - correction"),
        "The bias never changes: it has an input of 1.": edit("self.b =", "b ="),
        "The weights never change: only the bias learns.": edit("self.w =", "w ="),
        "You replace w and b: add to what they were.": edit(
            "self.w = self.w +", "if y != t: self.w =", "self.b = self.b +", "if y != t: self.b ="
        ),
        "The correction of w lacks its factor x.": edit(" * x", ""),
        "You add x after every mistake. Where the unit fired and should not, x is subtracted: "
        "(t - y) has the sign.": edit("t - y", "abs(t - y)"),
        "The weights are cut off to whole numbers: leave astype(int) and int() out.": edit(
            "self.w + correction * x", "np.trunc(self.w + correction * x)"
        ),
        "Only the unit that fired and should not is corrected. The other mistake needs its "
        "correction too.": edit("t - y", "min(t - y, 0)"),
        "You replace w and b at every example, by (t - y) x and t - y: add these to them.": edit(
            "self.w + correction", "correction", "self.b + correction", "correction"
        ),
        "The bias gets t added; it is t - y, as for the weights.": edit(
            "self.b = self.b + correction", "if y != t: self.b = self.b + t"
        ),
        "You compute y once more after w has changed, and correct b by that: t - y is computed "
        "once, for both.": edit("self.b + correction", "self.b + t - self.predict(x[None])[0]"),
        "You add t x, right or wrong: add (t - y) x.": edit("t - y", "t"),
        "You learn from right answers too: where y = t nothing changes.": edit(
            "t - y", "2 * t - 1"
        ),
        "You learn where the answer is right, not where it is wrong: turn the condition round.": (
            edit("t - y", "(2 * t - 1) * (y == t)")
        ),
        "The correction uses the sum z where it needs the output y: t - y is 0, +1 or -1.": edit(
            "t - y", f"t - ({_Z})"
        ),
        "The correction uses the logistic function; y is the step's output, 0 or 1.": edit(
            "t - y", f"t - logistic({_Z})"
        ),
        "You take double the correction: with signs -1 and +1, t - y would be -2 or +2. Here "
        "classes are 0 and 1.": edit("t - y", "2 * (t - y)"),
        "You take half of the correction. The rule here adds (t - y) x in full.": edit(
            "t - y", "0.5 * (t - y)"
        ),
        "You take a tenth of the correction. The rule here adds (t - y) x in full.": edit(
            "t - y", "0.1 * (t - y)"
        ),
        "update returns t - y, which can be -1; it returns how many mistakes were made: 1 or 0.": (
            edit("int(y != t)", "correction", _VISIT, f"int({_VISIT} != 0)")
        ),
        "You add up t - y, and -1 and +1 cancel: count 1 for each.": edit(
            "int(y != t)", "correction"
        ),
        "update returns 1 for a right answer: give 0.": edit("y != t", "y == t"),
        "update returns y; the number of mistakes is asked.": edit("int(y != t)", "y"),
        "A mistake is counted before the correction: compare the output as it was with t.": edit(
            "y != t", "self.predict(x[None])[0] != t"
        ),
        "update returns w and b; it returns how many mistakes were made: 1 or 0.": edit(
            "int(y != t)", "self.w, self.b", _VISIT, f"{_IS_WRONG}\n        {_VISIT}"
        ),
        "You count each example twice, before and after its correction: before it is enough.": edit(
            _VISIT, f"{_VISIT} + {_IS_WRONG}"
        ),
        "fit calls update twice for each example, and counts the second: call it once, and keep "
        "what it returns.": edit("count +=", f"{_VISIT}\n        count +="),
        "fit repeats an example until it is right: go on.": edit(
            f"count += {_VISIT}", f"while {_VISIT}:\n            count += 1"
        ),
        "fit counts the examples that are right; the mistakes are asked.": edit(
            "return mistakes", "return [len(X) - count for count in mistakes]"
        ),
        "You keep the last example's mistake only: add them up with +=.": edit(
            "count +=", "count ="
        ),
        "The last example is left out: range(len(X)) ends at the last by itself.": edit(
            "zip(X, t", "zip(X[:-1], t[:-1]"
        ),
        "You compute all outputs first and correct afterwards. Correct after each example: the "
        "next one meets the new weights.": edit(
            f"for x, target in zip(X, t, strict=True):\n        count += {_VISIT}",
            "errors = t - self.predict(X)\n    count = int(np.sum(errors != 0))\n"
            "    self.w, self.b = self.w + errors @ X, self.b + np.sum(errors)",
        ),
        "You count what is wrong after the epoch. Count the mistakes while going through it.": edit(
            "mistakes.append", "count = int(np.sum(self.predict(X) != t))\n    mistakes.append"
        ),
        "You leave the epoch at the first example that is right: go through all of them.": edit(
            f"count += {_VISIT}", f"if not {_VISIT}:\n            break\n        count += 1"
        ),
        "You leave the epoch at the first mistake: go on.": edit(
            _VISIT, f"{_VISIT}\n        if count:\n            break"
        ),
        "You go through the examples from the last to the first: keep their order.": edit(
            "zip(X, t", "zip(X[::-1], t[::-1]"
        ),
        "fit counts mistakes but never learns from them: call update.": edit(_VISIT, _IS_WRONG),
        "fit goes on after an epoch without a mistake.": edit("count == 0", "False"),
        "fit stops where one mistake is left: stop at none.": edit("count == 0", "count < 2"),
        "fit waits for two epochs without mistakes: one is enough.": edit(
            "count == 0", "mistakes[-2:] == [0, 0]"
        ),
        "fit stops where the mistakes do not fall. They may rise for a while: stop at none.": edit(
            "count == 0", "count == 0 or count >= min(mistakes[-2:-1], default=99)"
        ),
        "fit makes one epoch only: is its return inside the loop?": edit(
            "\nreturn mistakes", "\n    return mistakes"
        ),
        "fit makes one epoch more than asked: at most `epochs` of them.": edit(
            "epochs", "epochs + 1"
        ),
        "fit makes one epoch less than asked: range(epochs) has as many as epochs says.": edit(
            "epochs", "epochs - 1"
        ),
        "fit goes on beyond `epochs`: where no epoch is without mistakes, this is what ends it.": (
            edit("epochs", "1000")
        ),
        "fit sets w and b back to 0: it starts from what they are.": edit(
            "mistakes = []", "mistakes = []\nself.__init__(X.shape[1])"
        ),
        "The count goes on: set it to 0 at the start of each epoch.": edit(
            "mistakes = []", "mistakes, count = [], 0", "    count = 0\n", ""
        ),
        "The list has an entry for each example: one for each epoch.": edit(
            f"count += {_VISIT}\n    mistakes.append(count)",
            f"mistakes.append({_VISIT})\n        count += mistakes[-1]",
        ),
        "fit ends at the first example that is right: count through the whole epoch first.": edit(
            f"count += {_VISIT}\n    mistakes.append(count)\n    if count == 0:\n        break",
            f"mistakes.append({_VISIT})\n        if not mistakes[-1]:\n            return mistakes",
        ),
        "The list lacks the 0 of the last epoch: append first, then stop.": edit(
            "mistakes.append(count)\n    ", "", "break", "break\n    mistakes.append(count)"
        ),
        "The list has the last epoch only.": edit("return mistakes", "return mistakes[-1:]"),
        "fit returns the total; a list is asked.": edit("return mistakes", "return sum(mistakes)"),
        "fit returns the last number; a list is asked.": edit("return mistakes", "return count"),
        "The list has running totals: each entry counts one epoch only.": edit(
            "return mistakes", "return np.cumsum(mistakes).tolist()"
        ),
        "The list has fractions of the examples: the numbers of mistakes are asked.": edit(
            "append(count)", "append(count / len(X))"
        ),
        "fit returns the unit; a list is asked.": edit("return mistakes", "return self"),
        "fit returns w and b; a list is asked.": edit("return mistakes", "return self.w, self.b"),
        "fit returns a pair; a list is asked.": edit(
            "return mistakes", "return mistakes, len(mistakes)"
        ),
    },
)

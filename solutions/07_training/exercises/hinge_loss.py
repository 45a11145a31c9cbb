"""What `hinge_loss` is checked on."""

import numpy as np

from course_utils.exercises import Case, Exercise, edit


def _cases(rng):
    def case(name, batch, classes, *margin, scale=1.0):
        S = scale * rng.normal(size=(batch, classes))
        return Case(name, S, rng.integers(0, classes, batch), *margin)

    yield Case("one class is too near", np.array([[3.0, 2.5, -1.0]]), np.array([0]))
    yield Case("all far enough", np.array([[5.0, 1.0, 2.0], [0.0, 3.0, 1.5]]), np.array([0, 1]))
    yield Case("the wrong class is ahead", np.array([[0.5, 2.0, -3.0]]), np.array([0]))
    yield Case("all scores 0", np.zeros((2, 4)), np.array([3, 1]))
    yield Case("exactly at the margin", np.array([[2.0, 1.0, 0.5]]), np.array([0]))
    yield case("a batch", 5, 3, scale=1.5)
    yield case("two classes", 4, 2)
    yield case("as many classes as examples", 4, 4)
    yield case("another margin", 4, 5, 0.3)
    yield case("a large margin", 3, 4, 4.0)


def _by_loops(S, t, margin=1.0):
    total, gradient = 0.0, np.zeros_like(S)
    for n, k in enumerate(t):
        for j in range(S.shape[1]):
            if j != k and S[n, j] - S[n, k] + margin > 0:
                total += S[n, j] - S[n, k] + margin
                gradient[n, j] += 1
                gradient[n, k] -= 1
    return total / len(S), gradient / len(S)


def _by_one_hot(S, t, margin=1.0):
    T = np.eye(S.shape[1])[t]
    gaps = (S - (S * T).sum(axis=1, keepdims=True) + margin) * (1 - T)
    on = (gaps > 0).astype(np.float32)
    push = on - T * on.sum(axis=1, keepdims=True)
    return float((gaps * on).sum() / S.shape[0]), push / S.shape[0]


def _subtracting_the_margin(S, t, margin=1.0):
    """With the true class in the sum, and its share, the margin, taken off again."""
    right = np.take_along_axis(S, t[:, None], axis=1)
    gaps = np.clip(S - right + margin, 0, None)
    push = np.sign(gaps)
    np.put_along_axis(push, t[:, None], 0, axis=1)
    np.put_along_axis(push, t[:, None], -push.sum(axis=1, keepdims=True), axis=1)
    return np.mean(gaps.sum(axis=1) - margin), push / len(S)


hinge_loss = Exercise(
    points=2,
    cases=_cases,
    hints=[
        "S[np.arange(len(t)), t] are the scores of the true classes. How far short of the margin "
        "does each other class leave them?",
        "The true class itself is not in the sum: set its place to 0.",
        "Each place above 0 pushes its own score by 1, and the true class's score by -1.",
        "So the true class's gradient is minus the number of places above 0 in its row. In the end "
        "divide by the batch.",
    ],
    alternatives=[_by_loops, _by_one_hot, _subtracting_the_margin],
    mistakes={
        "The true class is in the sum: with itself its difference is 0, so it adds the margin.": (
            edit("short[rows, t] = 0\n", "")
        ),
        "The gradient of the true class is missing: each class that is too near pushes it by "
        "-1.": edit("gradient[rows, t] = -gradient.sum(axis=1)", "gradient[rows, t] = 0"),
        "The true class is pushed once. Each class that is too near pushes it.": edit(
            "-gradient.sum(axis=1)", "-gradient.max(axis=1)"
        ),
        "The gradient is not divided by the batch.": edit("gradient / len(t)", "gradient"),
        "The loss is not divided by the batch.": edit(".sum() / len(t)", ".sum() / 1"),
        "Loss and gradient are divided by the classes too. The mean runs over the examples.": edit(
            ".sum() / len(t), gradient / len(t)", ".mean(), gradient / S.size"
        ),
        "The gradient's sign is flipped: a class that is too near has +1.": edit(
            "gradient / len(t)", "-gradient / len(t)"
        ),
        "The margin is fixed at 1. Use the one that is given.": edit("+ margin", "+ 1.0"),
        "The margin is subtracted. A class is too near if it is not a margin below.": edit(
            "+ margin", "- margin"
        ),
        "The difference is the wrong way round: other class minus true class.": edit(
            "S - S[rows, t][:, None] + margin", "S[rows, t][:, None] - S + margin"
        ),
        "At the kink the slope is 0: > and not >=.": edit(
            "np.where(short > 0, 1.0, 0.0)",
            "np.where(short >= 0, 1.0, 0.0)\ngradient[rows, t] = 0",
        ),
        "Only the nearest wrong class counts here. All that are too near do.": edit(
            "gradient = np.where(short > 0, 1.0, 0.0)",
            "short = np.where(short >= short.max(axis=1, keepdims=True), short, 0)\n"
            "gradient = np.where(short > 0, 1.0, 0.0)",
        ),
        "The gradient grows with the difference: that is the squared hinge. Here it is 1 or "
        "0.": edit("np.where(short > 0, 1.0, 0.0)", "2 * np.maximum(short, 0)"),
        "At the kink the slope is 0, > and not >=; here the true class counts itself as well.": (
            edit("np.where(short > 0, 1.0, 0.0)", "np.where(short >= 0, 1.0, 0.0)")
        ),
        "The true class has -1, however many classes are too near. It has minus their number.": (
            edit("-gradient.sum(axis=1)", "-1")
        ),
        "The true class's gradient has the wrong sign: it is pushed up, so -1 for each.": edit(
            "-gradient.sum(axis=1)", "gradient.sum(axis=1)"
        ),
        "The loss has only the nearest wrong class. All that are too near count.": edit(
            "np.maximum(short, 0).sum()", "np.maximum(short, 0).max(axis=1).sum()"
        ),
        "The loss is squared, and the gradient is that of the plain one.": edit(
            "np.maximum(short, 0).sum()", "(np.maximum(short, 0) ** 2).sum()"
        ),
        "The gradient holds the differences themselves. It is 1 or 0 for each.": edit(
            "np.where(short > 0, 1.0, 0.0)", "np.maximum(short, 0)"
        ),
        "The two results are swapped: first the loss, then the gradient.": edit(
            "return np.maximum(short, 0).sum() / len(t), gradient / len(t)",
            "return gradient / len(t), np.maximum(short, 0).sum() / len(t)",
        ),
        "Classes that are far enough make the loss smaller here. Cut at 0.": edit(
            "np.maximum(short, 0).sum()", "short.sum()"
        ),
        "Every class pushes, also one that is far enough.": edit(
            "np.where(short > 0, 1.0, 0.0)", "np.ones_like(short)\ngradient[rows, t] = 0"
        ),
        "Every class pushes, also one that is far enough, and the true one itself.": edit(
            "np.where(short > 0, 1.0, 0.0)", "np.ones_like(short)"
        ),
        "Loss and gradient are divided by the classes. The mean runs over the examples: the "
        "batch.": edit(
            ".sum() / len(t), gradient / len(t)", ".sum() / S.shape[1], gradient / S.shape[1]"
        ),
        "Loss and gradient are sums over the batch. They are means.": edit(
            ".sum() / len(t), gradient / len(t)", ".sum(), gradient"
        ),
        "The loss is divided by the classes too. The mean runs over the examples.": edit(
            ".sum() / len(t)", ".mean()"
        ),
        "The differences are those to the largest score. They are those to the true class's.": (
            edit("S[rows, t][:, None]", "S.max(axis=1, keepdims=True)")
        ),
        "The loss has the true class in its sum: one margin too much for each example.": edit(
            "return np.maximum(short, 0).sum() / len(t)",
            "return np.maximum(short, 0).sum() / len(t) + max(margin, 0)",
        ),
    },
)

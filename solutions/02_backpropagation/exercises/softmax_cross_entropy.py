"""What `SoftmaxCrossEntropy` is checked on."""

import numpy as np

from course_utils.exercises import Call, Case, Exercise, edit


def _one_hot(rng, batch, classes):
    labels = rng.permutation(np.arange(max(batch, classes)) % classes)[:batch]
    return np.eye(classes)[labels]


def _softmax_cases(rng):
    def case(name, batch, classes, back=False):
        Z, T = rng.normal(size=(batch, classes)) * 1.5, _one_hot(rng, batch, classes)
        return Case(name, steps=[Call("forward", Z, T), *([Call("backward")] if back else [])])

    yield case("E, one example", 1, 3)
    yield case("E, a batch", 4, 3)
    yield case("E, two classes", 3, 2)
    large = np.array([[1000.0, 990.0, 0.0], [-1000.0, -1001.0, -1002.0]])
    right, wrong = np.array([[1.0, 0, 0], [0, 1.0, 0]]), np.array([[0, 0, 1.0], [1.0, 0, 0]])
    yield Case("E, large scores", steps=[Call("forward", large, right)])
    yield Case("E, sure and wrong", steps=[Call("forward", large, wrong)])
    yield case("dE/dZ, one example", 1, 3, back=True)
    yield case("dE/dZ, a batch", 4, 3, back=True)
    yield case("dE/dZ, as many examples as classes", 3, 3, back=True)
    steps = [Call("forward", large, wrong), Call("backward")]
    yield Case("dE/dZ, large scores", steps=steps)
    Z, other = rng.normal(size=(2, 3)), rng.normal(size=(2, 3))
    first, second = np.eye(3)[[0, 2]], np.eye(3)[[1, 0]]
    yield Case(
        "a second batch",
        steps=[Call("forward", Z, first), Call("forward", other, second), Call("backward")],
    )
    steps = [Call("forward", other, first), Call("backward"), Call("backward")]
    yield Case("backward twice", steps=steps)


class _CrossEntropyByLabels:
    def forward(self, Z, T):
        labels, rows = T.argmax(axis=1), np.arange(len(Z))
        top = Z.max(axis=1)
        log_sum = top + np.log(np.sum(np.exp(Z - top[:, None]), axis=1))
        self.gradient = np.exp(Z - log_sum[:, None])
        self.gradient[rows, labels] -= 1
        self.gradient /= len(Z)
        return float(np.mean(log_sum - Z[rows, labels]))

    def backward(self):
        return self.gradient


_SHIFT = "Z = Z - Z.max(axis=1, keepdims=True)\n"
_LOG_Y = "Z - np.log(np.exp(Z).sum(axis=1, keepdims=True))"
_LOG_OF_SOFTMAX = "np.log(np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True))"
# What E sums up: as it is, and as the logarithm of the true class's probability.
_TRUE, _OF_TRUE = "T * log_Y", "np.log(np.sum(T * self.Y, axis=1))"
_DZ = "(self.Y - self.T)"
_SCORES = "scores = Z\n" + _SHIFT

SoftmaxCrossEntropy = Exercise(
    points=3,
    cases=_softmax_cases,
    hints=[
        "First subtract from each row its largest score: softmax stays the same, and no power can "
        "overflow.",
        "After that, log y_k = z_k - log(sum of e^z) over the row. T picks the true class: "
        "multiply and sum.",
        "Mean over the batch: divide the sum by the number of rows. Keep Y and T on self; backward "
        "is one line with them.",
    ],
    alternatives=[
        _CrossEntropyByLabels,
        edit(
            _SHIFT,
            "",
            "np.log(np.exp(Z).sum(axis=1, keepdims=True))",
            "np.logaddexp.reduce(Z, axis=1, keepdims=True)",
        ),
    ],
    mistakes={
        "E is summed over the batch; the mean is asked: divide by the number of rows.": edit(
            " / len(T)", ""
        ),
        "E is the mean over all entries, classes too. Sum over the classes, and "
        "take the mean over the examples only.": edit("sum(T * log_Y) / len(T)", "mean(T * log_Y)"),
        "forward returns one error for each example. Return their mean, one number.": edit(
            "log_Y) / len(T)", "log_Y, axis=1)"
        ),
        "The minus is missing: logarithms of probabilities are negative, and E is positive.": edit(
            "-np.sum", "np.sum"
        ),
        "E leaves the softmax out: the logarithm is taken of scores.": edit(
            _SHIFT, _SCORES, _TRUE, "T * np.log(scores)"
        ),
        "E leaves the logarithm out: this is minus the probability of the true class.": edit(
            _TRUE, "T * self.Y"
        ),
        "E also counts log(1 - y) of the other classes: that is the loss for several labels. Here "
        "only the true class counts.": edit(_TRUE, "(T * log_Y + (1 - T) * np.log(1 - self.Y))"),
        "This is the logarithm to base 2; take the natural one, numpy.log.": edit(
            "len(T)", "len(T) / np.log(2)"
        ),
        "This is the logarithm to base 10; take the natural one, numpy.log.": edit(
            "len(T)", "len(T) / np.log(10)"
        ),
        "Where the network is sure and wrong, y is 0 to a float and "
        "its logarithm infinite. Write log y as z - log(sum of e^z).": edit(_TRUE, _OF_TRUE),
        "0 times an infinite logarithm is nan: a class with probability 0 spoils the sum, although "
        "T is 0 there. Write log y as z - log(sum of e^z).": edit(_TRUE, "T * np.log(self.Y)"),
        "The small number inside your logarithm keeps E finite but wrong: 1000 is asked where the "
        "scores say so. Write log "
        "y as z - log(sum of e^z).": edit(_TRUE, "T * np.log(self.Y + 1e-12)"),
        "Clipping y keeps E finite but wrong: 1000 is asked where the scores say so. "
        "Write log y as z - log(sum of e^z).": edit(_TRUE, "T * np.log(np.clip(self.Y, 1e-15, 1))"),
        "Large scores overflow: subtract the largest score of each row first.": edit(
            _SHIFT, "", _LOG_Y, _LOG_OF_SOFTMAX
        ),
        "You subtract the largest score of the whole batch. In a row that lies "
        "far below it, every power becomes 0: take the largest of each row.": edit(
            "max(axis=1, keepdims=True)", "max()", _LOG_Y, _LOG_OF_SOFTMAX
        ),
        "Your softmax runs over the examples (axis 0). Each row is one example: take axis 1.": edit(
            "max(axis=1, keepdims=True)",
            "max(axis=0)",
            "axis=1, keepdims=True",
            "axis=0",
            _TRUE,
            _OF_TRUE,
        ),
        "Your softmax divides by the sum over the whole batch. Each row has its own sum.": edit(
            "max(axis=1, keepdims=True)", "max()", "axis=1, keepdims=True", "", _TRUE, _OF_TRUE
        ),
        "dE/dZ lacks the division by the batch size: E is the mean over the batch.": edit(
            " / len(self.T)", ""
        ),
        "Both E and dE/dZ lack the division by the batch size: E is the mean over the batch.": edit(
            " / len(T)", "", " / len(self.T)", ""
        ),
        "dE/dZ has the wrong sign: it is what you said minus what was true, Y - T.": edit(
            _DZ, "(self.T - self.Y)"
        ),
        "backward returns the probabilities. T is still to be subtracted, "
        "and the batch size to be divided by.": edit("(self.Y - self.T) / len(self.T)", "self.Y"),
        "dE/dZ is divided by the classes as well. Divide by the number of rows only.": edit(
            "len(self.T)", "self.T.size"
        ),
        "-t / y is dE/dY. Through the softmax it becomes Y - T.": edit(_DZ, "-self.T / self.Y"),
        "You multiply by y (1 - y) once more. In Y - T the slope "
        "of the softmax is in already.": edit(_DZ, "(self.Y - self.T) * self.Y * (1 - self.Y)"),
        "y (1 - y) is the slope of a single logistic "
        "unit. Here dE/dZ is Y - T over the batch size.": edit(_DZ, "self.Y * (1 - self.Y)"),
        "dE/dZ is summed over the batch. Each example keeps its own row.": edit(
            _DZ, "(self.Y - self.T).sum(axis=0)"
        ),
        "forward returns E and Y. Return E alone, and keep Y on self.": edit(
            "/ len(T)", "/ len(T), self.Y"
        ),
        "backward subtracts T from the scores Z. Subtract it from the probabilities Y.": edit(
            _SHIFT, _SCORES, "np.exp(log_Y), T", "scores, T"
        ),
        "backward changes the Y that forward kept (self.Y -= ...). Make a new array.": edit(
            "return (self.Y - self.T)", "self.Y -= self.T\nreturn self.Y"
        ),
        "backward writes into the caller's T, the targets of the training. Make a new array.": edit(
            "return (self.Y - self.T)", "np.subtract(self.Y, self.T, out=self.T)\nreturn self.T"
        ),
        "backward uses the first batch. forward must keep its Y and T anew each time.": edit(
            "np.exp(log_Y), T", 'self.first = getattr(self, "first", (np.exp(log_Y), T))'
        ),
        "The softmax is missing: you take scores for logarithms of probabilities.": edit(
            _SHIFT, "", _LOG_Y, "Z", "np.exp(log_Y)", "Z"
        ),
        "Each score goes through the logistic function by itself. In "
        "a softmax a row shares one sum.": edit(_SHIFT, "", _LOG_Y, "np.log(1 / (1 + np.exp(-Z)))"),
        "Within a row you subtract different numbers, the largest of each column. "
        "Subtract the largest of the row.": edit("max(axis=1, keepdims=True)", "max(axis=0)"),
        "You clip the scores. E is then wrong where they are large: subtract the largest "
        "of each row instead.": edit("Z = Z - Z.max", "Z = np.clip(Z, -500, 500)\nZ = Z - Z.max"),
        "You take the probability of the class that the "
        "network prefers. The true class, the one in T, counts.": edit(_TRUE, "log_Y.max(axis=1)"),
        "E is the squared error of the probabilities. The cross-entropy "
        "is -log of the true class's.": edit("-np.sum(T * log_Y)", "np.sum((self.Y - T) ** 2) / 2"),
        "dE/dZ is divided by the number of classes. Divide by the number of rows, the batch.": edit(
            "len(self.T)", "self.T.shape[1]"
        ),
    },
)

"""What `SoftmaxCrossEntropy` is checked on."""

import numpy as np

from course_utils.exercises import Call, Case, Exercise


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


def _softmax_of(Z, axis=1):
    powers = np.exp(Z - Z.max(axis=axis, keepdims=True))
    return powers / powers.sum(axis=axis, keepdims=True)


def _log_softmax(Z):
    Z = Z - Z.max(axis=1, keepdims=True)
    return Z - np.log(np.exp(Z).sum(axis=1, keepdims=True))


def _cross_entropy(
    E=lambda Z, T: -np.sum(T * _log_softmax(Z)) / len(Z),
    dZ=lambda Z, T: (_softmax_of(Z) - T) / len(Z),
):
    class CrossEntropy:
        def forward(self, Z, T):
            self.Z, self.T = Z, T
            with np.errstate(all="ignore"):
                return E(Z, T)

        def backward(self):
            with np.errstate(all="ignore"):
                return dZ(self.Z, self.T)

    return CrossEntropy


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


class _CrossEntropyByLogAddExp:
    def forward(self, Z, T):
        self.Y = np.exp(Z - np.logaddexp.reduce(Z, axis=1, keepdims=True))
        self.T = T
        return np.mean(np.logaddexp.reduce(Z, axis=1) - (Z * T).sum(axis=1))

    def backward(self):
        return (self.Y - self.T) / self.T.shape[0]


class _CrossEntropySpoilingY(_CrossEntropyByLogAddExp):
    def backward(self):
        self.Y -= self.T
        return self.Y / len(self.Y)


class _CrossEntropySpoilingT(_CrossEntropyByLogAddExp):
    def backward(self):
        np.subtract(self.Y, self.T, out=self.T)
        return self.T / len(self.T)


class _CrossEntropyOfFirstBatch(_CrossEntropyByLogAddExp):
    def forward(self, Z, T):
        E = super().forward(Z, T)
        self.first = getattr(self, "first", (self.Y, self.T))
        self.Y, self.T = self.first
        return E


def _naive_log(Y):
    return np.where(Y > 0, np.log(np.where(Y > 0, Y, 1.0)), -np.inf)


def _unshifted(Z):
    return np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True)


def _shifted_by_all(Z):
    powers = np.exp(Z - Z.max())
    return powers / powers.sum(axis=1, keepdims=True)


def _picked(Y, T):
    return np.log(np.sum(Y * T, axis=1))


def _both(softmax):
    """A loss and a gradient that share a wrong softmax."""
    return _cross_entropy(
        E=lambda Z, T: -np.sum(_picked(softmax(Z), T)) / len(Z),
        dZ=lambda Z, T: (softmax(Z) - T) / len(Z),
    )


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
    alternatives=[_CrossEntropyByLabels, _CrossEntropyByLogAddExp, _cross_entropy()],
    mistakes={
        "E is summed over the batch; the mean is asked: divide by the number of rows.": (
            _cross_entropy(E=lambda Z, T: -np.sum(T * _log_softmax(Z)))
        ),
        "E is the mean over all entries, classes too. Sum over the classes, and take the mean over "
        "the examples only.": _cross_entropy(E=lambda Z, T: -np.mean(T * _log_softmax(Z))),
        "forward returns one error for each example. Return their mean, one "
        "number.": _cross_entropy(E=lambda Z, T: -np.sum(T * _log_softmax(Z), axis=1)),
        "The minus is missing: logarithms of probabilities are negative, and E is positive.": (
            _cross_entropy(E=lambda Z, T: np.sum(T * _log_softmax(Z)) / len(Z))
        ),
        "E leaves the softmax out: the logarithm is taken of scores.": _cross_entropy(
            E=lambda Z, T: -np.sum(T * np.log(Z)) / len(Z)
        ),
        "E leaves the logarithm out: this is minus the probability of the true class.": (
            _cross_entropy(E=lambda Z, T: -np.sum(T * _softmax_of(Z)) / len(Z))
        ),
        "E also counts log(1 - y) of the other classes: that is the loss for several labels. Here "
        "only the true class counts.": _cross_entropy(
            E=lambda Z, T: (
                -np.sum(_naive_log(np.abs(1 - T - np.clip(_softmax_of(Z), 1e-300, 1)))) / len(Z)
            )
        ),
        "This is the logarithm to base 2; take the natural one, numpy.log.": _cross_entropy(
            E=lambda Z, T: -np.sum(T * _log_softmax(Z)) / np.log(2) / len(Z)
        ),
        "This is the logarithm to base 10; take the natural one, numpy.log.": _cross_entropy(
            E=lambda Z, T: -np.sum(T * _log_softmax(Z)) / np.log(10) / len(Z)
        ),
        "Where the network is sure and wrong, y is 0 to a float and its logarithm infinite. Write "
        "log y as z - log(sum of e^z).": _cross_entropy(
            E=lambda Z, T: -np.sum(_picked(_softmax_of(Z), T)) / len(Z)
        ),
        "0 times an infinite logarithm is nan: a class with probability 0 spoils the sum, although "
        "T is 0 there. Write log y as z - log(sum of e^z).": _cross_entropy(
            E=lambda Z, T: -np.sum(T * np.log(_softmax_of(Z))) / len(Z)
        ),
        "The small number inside your logarithm keeps E finite but wrong: 1000 is asked where the "
        "scores say so. Write log y as z - log(sum of e^z).": _cross_entropy(
            E=lambda Z, T: -np.sum(T * np.log(_softmax_of(Z) + 1e-12)) / len(Z)
        ),
        "Clipping y keeps E finite but wrong: 1000 is asked where the scores say so. Write log y "
        "as z - log(sum of e^z).": _cross_entropy(
            E=lambda Z, T: -np.sum(T * np.log(np.clip(_softmax_of(Z), 1e-15, 1))) / len(Z)
        ),
        "Large scores overflow: subtract the largest score of each row first.": _cross_entropy(
            E=lambda Z, T: -np.sum(T * np.log(_unshifted(Z))) / len(Z),
            dZ=lambda Z, T: (_unshifted(Z) - T) / len(Z),
        ),
        "You subtract the largest score of the whole batch. In a row that lies far below it, every "
        "power becomes 0: take the largest of each row.": _cross_entropy(
            E=lambda Z, T: -np.sum(T * np.log(_shifted_by_all(Z))) / len(Z),
            dZ=lambda Z, T: (_shifted_by_all(Z) - T) / len(Z),
        ),
        "Your softmax runs over the examples (axis 0). Each row is one example: take axis "
        "1.": _both(lambda Z: _softmax_of(Z, axis=0)),
        "Your softmax divides by the sum over the whole batch. Each row has its own sum.": _both(
            lambda Z: np.exp(Z - Z.max()) / np.sum(np.exp(Z - Z.max()))
        ),
        "dE/dZ lacks the division by the batch size: E is the mean over the batch.": _cross_entropy(
            dZ=lambda Z, T: _softmax_of(Z) - T
        ),
        "Both E and dE/dZ lack the division by the batch size: E is the mean over the batch.": (
            _cross_entropy(
                E=lambda Z, T: -np.sum(T * _log_softmax(Z)), dZ=lambda Z, T: _softmax_of(Z) - T
            )
        ),
        "dE/dZ has the wrong sign: it is what you said minus what was true, Y - T.": _cross_entropy(
            dZ=lambda Z, T: (T - _softmax_of(Z)) / len(Z)
        ),
        "backward returns the probabilities. T is still to be subtracted, and the batch size to be "
        "divided by.": _cross_entropy(dZ=lambda Z, T: _softmax_of(Z)),
        "dE/dZ is divided by the classes as well. Divide by the number of rows "
        "only.": _cross_entropy(dZ=lambda Z, T: (_softmax_of(Z) - T) / Z.size),
        "-t / y is dE/dY. Through the softmax it becomes Y - T.": _cross_entropy(
            dZ=lambda Z, T: -T / _softmax_of(Z) / len(Z)
        ),
        "You multiply by y (1 - y) once more. In Y - T the slope of the softmax is in already.": (
            _cross_entropy(
                dZ=lambda Z, T: (
                    (_softmax_of(Z) - T) * _softmax_of(Z) * (1 - _softmax_of(Z)) / len(Z)
                )
            )
        ),
        "y (1 - y) is the slope of a single logistic unit. Here dE/dZ is Y - T over the batch "
        "size.": _cross_entropy(dZ=lambda Z, T: _softmax_of(Z) * (1 - _softmax_of(Z)) / len(Z)),
        "dE/dZ is summed over the batch. Each example keeps its own row.": _cross_entropy(
            dZ=lambda Z, T: (_softmax_of(Z) - T).sum(axis=0) / len(Z)
        ),
        "forward returns E and Y. Return E alone, and keep Y on self.": _cross_entropy(
            E=lambda Z, T: (-np.sum(T * _log_softmax(Z)) / len(Z), _softmax_of(Z))
        ),
        "backward subtracts T from the scores Z. Subtract it from the probabilities Y.": (
            _cross_entropy(dZ=lambda Z, T: (Z - T) / len(Z))
        ),
        "backward changes the Y that forward kept (self.Y -= ...). Make a new array.": (
            _CrossEntropySpoilingY
        ),
        "backward writes into the caller's T, the targets of the training. Make a new array.": (
            _CrossEntropySpoilingT
        ),
        "backward uses the first batch. forward must keep its Y and T anew each time.": (
            _CrossEntropyOfFirstBatch
        ),
        "The softmax is missing: you take scores for logarithms of probabilities.": _cross_entropy(
            E=lambda Z, T: -np.sum(T * Z) / len(Z), dZ=lambda Z, T: (Z - T) / len(Z)
        ),
        "Each score goes through the logistic function by itself. In a softmax a row shares one "
        "sum.": _cross_entropy(
            E=lambda Z, T: -np.sum(T * _naive_log(1 / (1 + np.exp(-Z)))) / len(Z),
            dZ=lambda Z, T: (1 / (1 + np.exp(-Z)) - T) / len(Z),
        ),
        "Within a row you subtract different numbers, the largest of each column. Subtract the "
        "largest of the row.": _cross_entropy(
            E=lambda Z, T: -np.sum(T * _log_softmax(Z - Z.max(axis=0))) / len(Z),
            dZ=lambda Z, T: (_softmax_of(Z - Z.max(axis=0)) - T) / len(Z),
        ),
        "You clip the scores. E is then wrong where they are large: subtract the largest of each "
        "row instead.": _cross_entropy(
            E=lambda Z, T: -np.sum(T * _log_softmax(np.clip(Z, -500, 500))) / len(Z),
            dZ=lambda Z, T: (_softmax_of(np.clip(Z, -500, 500)) - T) / len(Z),
        ),
        "You take the probability of the class that the network prefers. The true class, the one "
        "in T, counts.": _cross_entropy(E=lambda Z, T: -np.mean(_log_softmax(Z).max(axis=1))),
        "E is the squared error of the probabilities. The cross-entropy is -log of the true "
        "class's.": _cross_entropy(E=lambda Z, T: np.sum((_softmax_of(Z) - T) ** 2) / 2 / len(Z)),
        "dE/dZ is divided by the number of classes. Divide by the number of rows, the "
        "batch.": _cross_entropy(dZ=lambda Z, T: (_softmax_of(Z) - T) / Z.shape[1]),
    },
)

"""What `Dense` is checked on, term by term."""

import numpy as np

from course_utils.exercises import Call, Case, Exercise, Get


def _dense_case(rng, name, batch, inputs, units, *steps, bias=True, batches=1):
    W, b = rng.normal(size=(inputs, units)), rng.normal(size=units) * bias
    calls = []
    for _ in range(batches):
        calls.append(Call("forward", rng.normal(size=(batch, inputs))))
        if "backward" in steps:
            calls.append(Call("backward", rng.normal(size=(batch, units))))
    return Case(name, W, b, steps=[*calls, *(Get(step) for step in steps if step != "backward")])


def _dense_cases(rng):
    yield _dense_case(rng, "Z, zero bias", 3, 4, 2, bias=False)
    yield _dense_case(rng, "Z, one example", 1, 3, 2)
    yield _dense_case(rng, "Z, a batch", 4, 3, 2)
    yield _dense_case(rng, "Z, one unit", 3, 2, 1)
    yield _dense_case(rng, "dE/dX, one example", 1, 3, 2, "backward")
    yield _dense_case(rng, "dE/dX, a batch", 4, 3, 2, "backward")
    yield _dense_case(rng, "dE/dX, as many units as inputs", 4, 3, 3, "backward")
    yield _dense_case(rng, "dW, one example", 1, 3, 2, "backward", "dW")
    yield _dense_case(rng, "dW, a batch", 4, 3, 2, "backward", "dW")
    yield _dense_case(rng, "dW, batch, inputs and units all 3", 3, 3, 3, "backward", "dW")
    yield _dense_case(rng, "db, one example", 1, 3, 2, "backward", "db")
    yield _dense_case(rng, "db, a batch", 4, 3, 2, "backward", "db")
    yield _dense_case(rng, "db, one unit", 3, 2, 1, "backward", "db")
    yield _dense_case(rng, "a second batch", 2, 3, 2, "backward", "dW", "db", batches=2)
    yield _dense_case(rng, "W and b stay as they are", 2, 3, 2, "backward", "W", "b")
    W, b = rng.normal(size=(3, 2)), rng.normal(size=2)
    others = Call("__setattr__", "W", rng.normal(size=(3, 2))), Call("__setattr__", "b", b + 1.5)
    X, delta = rng.normal(size=(2, 3)), rng.normal(size=(2, 2))
    steps = [Call("forward", X), *others, Call("forward", X), Call("backward", delta)]
    yield Case("after W and b were replaced", W, b, steps=steps)


def _dense(
    Z=lambda self, X: X @ self.W + self.b,
    dX=lambda self, d: d @ self.W.T,
    dW=lambda self, d: self.X.T @ d,
    db=lambda self, d: d.sum(axis=0),
):
    """A class Dense with some of its terms changed."""

    class Dense:
        def __init__(self, W, b):
            self.W, self.b = W, b

        def forward(self, X):
            self.X = X
            return Z(self, X)

        def backward(self, delta):
            self.dW, self.db = dW(self, delta), db(self, delta)
            return dX(self, delta)

    return Dense


class _DenseByLoops:
    def __init__(self, W, b):
        self.W, self.b = np.array(W), np.array(b)

    def forward(self, X):
        self.X = X.copy()
        return np.array([[x @ w + b for w, b in zip(self.W.T, self.b, strict=True)] for x in X])

    def backward(self, delta):
        self.dW, self.db = np.zeros_like(self.W), np.zeros_like(self.b)
        dX = np.zeros_like(self.X)
        for n, (x, d) in enumerate(zip(self.X, delta, strict=True)):
            self.dW += np.outer(x, d)
            self.db += d
            dX[n] = self.W @ d
        return dX


class _DenseWithOnes:
    def __init__(self, W, b):
        self.W, self.b = W, b

    def forward(self, X):
        self._inputs = np.column_stack([X, np.ones(len(X))])
        return self._inputs @ np.vstack([self.W, self.b])

    def backward(self, delta):
        both = np.einsum("ni,nj->ij", self._inputs, delta)
        self.dW, self.db = both[:-1], both[-1]
        return np.einsum("nj,ij->ni", delta, self.W)


class _DenseAccumulating(_dense()):
    def backward(self, delta):
        self.dW = getattr(self, "dW", 0.0) + self.X.T @ delta
        self.db = getattr(self, "db", 0.0) + delta.sum(axis=0)
        return delta @ self.W.T


class _DenseLearning(_dense()):
    def backward(self, delta):
        dX = super().backward(delta)
        self.W, self.b = self.W - 0.1 * self.dW, self.b - 0.1 * self.db
        return dX


class _DenseReturningAll(_dense()):
    def backward(self, delta):
        return super().backward(delta), self.dW, self.db


class _DenseReturningNothing(_dense()):
    def backward(self, delta):
        self.dX = super().backward(delta)


class _DenseFirstInput(_dense()):
    def forward(self, X):
        kept = getattr(self, "X", X)
        Z = super().forward(X)
        self.X = kept
        return Z


class _DenseOfItsFirstWeights(_dense(Z=lambda self, X: X @ self.first_W + self.first_b)):
    def __init__(self, W, b):
        super().__init__(W, b)
        self.first_W, self.first_b = W, b


class _DenseOfItsFirstTranspose(_dense(dX=lambda self, d: d @ self.transposed)):
    def __init__(self, W, b):
        super().__init__(W, b)
        self.transposed = W.T


class _DenseOfItsFirstAll(_DenseOfItsFirstWeights):
    def backward(self, delta):
        super().backward(delta)
        return delta @ self.first_W.T


class _DenseLearningFirst(_dense()):
    def backward(self, delta):
        super().backward(delta)
        self.W, self.b = self.W - self.dW, self.b - self.db
        return delta @ self.W.T


class _DenseKeepingZ(_dense()):
    def forward(self, X):
        self.X = super().forward(X)
        return self.X


class _DenseDividingInPlace(_dense()):
    def backward(self, delta):
        delta /= len(delta)
        return super().backward(delta)


Dense = Exercise(
    points=3,
    cases=_dense_cases,
    hints=[
        "Each gradient has the shape of the thing that it belongs to. Write the shapes of X, W and "
        "delta next to each other.",
        "dW has shape (inputs, units); X has (batch, inputs) and delta (batch, units). Which "
        "product of the two, with which one transposed, sums over the batch?",
        "b is added to every row, so it collects delta from every row. And dE/dX sums over the "
        "units: delta times which matrix?",
    ],
    alternatives=[_DenseByLoops, _DenseWithOnes, _dense(dW=lambda self, d: (d.T @ self.X).T)],
    mistakes={
        "The bias is missing in forward: Z = XW + b.": _dense(Z=lambda self, X: X @ self.W),
        "You subtract the bias. It is added.": _dense(Z=lambda self, X: X @ self.W - self.b),
        "forward multiplies in the wrong order: each row of X is one example, so X stands on the "
        "left.": _dense(Z=lambda self, X: self.W @ X + self.b),
        "W has shape (inputs, units), so forward needs no transpose.": _dense(
            Z=lambda self, X: X @ self.W.T + self.b
        ),
        "dE/dX needs W transposed: delta has one column for each unit, the columns of W.": _dense(
            dX=lambda self, d: d @ self.W
        ),
        "dE/dX is the wrong way round: you return its transpose.": _dense(
            dX=lambda self, d: (d @ self.W.T).T
        ),
        "backward returns delta as it came. dE/dX is delta sent back through W.": _dense(
            dX=lambda self, d: d
        ),
        "dE/dX must not be summed over the batch: each example has its own row.": _dense(
            dX=lambda self, d: (d @ self.W.T).sum(axis=0)
        ),
        "dW is the wrong way round: you store its transpose. It has the shape of W.": _dense(
            dW=lambda self, d: d.T @ self.X
        ),
        "dW is divided by the batch size. The layer sums over the batch; the loss has divided "
        "already.": _dense(dW=lambda self, d: self.X.T @ d / len(d)),
        "dW and db are divided by the batch size. The layer sums over the batch; the loss has "
        "divided already.": _dense(
            dW=lambda self, d: self.X.T @ d / len(d), db=lambda self, d: d.mean(axis=0)
        ),
        "db is divided by the batch size. The layer sums over the batch; the loss has divided "
        "already.": _dense(db=lambda self, d: d.mean(axis=0)),
        "dE/dX is divided by the batch size. Each example has its own row; the loss has divided "
        "already.": _dense(dX=lambda self, d: d @ self.W.T / len(d)),
        "All three gradients are divided by the batch size. The layer never divides; the loss has "
        "done it already.": _dense(
            dX=lambda self, d: d @ self.W.T / len(d),
            dW=lambda self, d: self.X.T @ d / len(d),
            db=lambda self, d: d.mean(axis=0),
        ),
        "db holds the first example only: sum over the batch.": _dense(db=lambda self, d: d[0]),
        "backward returns dW. It returns dE/dX, the gradient for the layer before; dW is stored on "
        "self.": _dense(dX=lambda self, d: self.X.T @ d),
        "dW and db hold changed weights. They are the gradients; the step is taken elsewhere.": (
            _dense(
                dW=lambda self, d: self.W - self.X.T @ d,
                db=lambda self, d: self.b - d.sum(axis=0),
            )
        ),
        "db must be summed over the batch: b is added to every example.": _dense(
            db=lambda self, d: d
        ),
        "db is summed over the units (axis 1). Sum over the batch (axis 0).": _dense(
            db=lambda self, d: d.sum(axis=1)
        ),
        "db has shape (1, units); b has (units,): leave keepdims out.": _dense(
            db=lambda self, d: d.sum(axis=0, keepdims=True)
        ),
        "db is one number. Each unit has a bias of its own: sum over the batch only.": _dense(
            db=lambda self, d: d.sum()
        ),
        "In dW you sum X and delta over the batch before you multiply. Multiply within each "
        "example, then sum.": _dense(
            dW=lambda self, d: np.outer(self.X.sum(axis=0), d.sum(axis=0))
        ),
        "dW holds the first example only: sum over the batch.": _dense(
            dW=lambda self, d: np.outer(self.X[0], d[0])
        ),
        "dW has nothing to do with the values of W: it is made of X and delta.": _dense(
            dW=lambda self, d: self.W * d.sum(axis=0)
        ),
        "The sign of dW and db is flipped. They are the gradients; the minus of the descent comes "
        "later.": _dense(dW=lambda self, d: -self.X.T @ d, db=lambda self, d: -d.sum(axis=0)),
        "With a second batch you add to the gradients of the first. Earlier ones are forgotten: "
        "use =, not +=.": _DenseAccumulating,
        "backward changes W and b. It computes gradients; the step is taken elsewhere.": (
            _DenseLearning
        ),
        "backward returns three things. dW and db are stored on self; only dE/dX is returned.": (
            _DenseReturningAll
        ),
        "backward returns nothing. Store dW and db on self, and return dE/dX.": (
            _DenseReturningNothing
        ),
        "backward uses the X of the first batch. forward must keep its X anew each time.": (
            _DenseFirstInput
        ),
        "forward uses the W and b that the layer was made with. Training puts others into self.W "
        "and self.b: use those.": _DenseOfItsFirstWeights,
        "backward uses the W that the layer was made with. Training puts another into self.W: use "
        "that.": _DenseOfItsFirstTranspose,
        "Both methods use the W and b that the layer was made with. Training puts others into "
        "self.W and self.b: use those.": _DenseOfItsFirstAll,
        "backward changes W before it computes dE/dX. The step is taken elsewhere, after all "
        "gradients.": _DenseLearningFirst,
        "forward keeps Z. For dW backward needs X, the input.": _DenseKeepingZ,
        "You divide delta by the batch size, and in the caller's array. The layer divides nothing: "
        "the loss has done it already.": _DenseDividingInPlace,
    },
)

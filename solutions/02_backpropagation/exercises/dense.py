"""What `Dense` is checked on, term by term."""

from course_utils.exercises import Call, Case, Exercise, Get, edit


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


# The W and b of the first forward: those that the layer was made with.
_KEPT = 'self.X = X\nself.first = getattr(self, "first", (self.W, self.b))'

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
    alternatives=[
        edit(
            "X @ self.W + self.b",
            "np.array([self.W.T @ x + self.b for x in X])",
            "self.X.T @ delta",
            "sum(map(np.outer, self.X, delta))",
            "delta.sum(axis=0)",
            "sum(delta)",
            "delta @ self.W.T",
            "np.array([self.W @ d for d in delta])",
        ),
        edit(
            "self.X = X\nreturn X @ self.W + self.b",
            "self.X = np.column_stack([X, np.ones(len(X))])\n"
            "return self.X @ np.vstack([self.W, self.b])",
            "self.dW = self.X.T @ delta\nself.db = delta.sum(axis=0)",
            'both = np.einsum("ni,nj->ij", self.X, delta)\nself.dW, self.db = both[:-1], both[-1]',
            "delta @ self.W.T",
            'np.einsum("nj,ij->ni", delta, self.W)',
        ),
        edit("self.X.T @ delta", "(delta.T @ self.X).T"),
    ],
    mistakes={
        "The bias is missing in forward: Z = XW + b.": edit(" + self.b", ""),
        "You subtract the bias. It is added.": edit("+ self.b", "- self.b"),
        "forward multiplies in the wrong order: each row "
        "of X is one example, so X stands on the left.": edit("X @ self.W +", "self.W @ X +"),
        "W has shape (inputs, units), so forward needs no transpose.": edit(
            "X @ self.W +", "X @ self.W.T +"
        ),
        "dE/dX needs W transposed: delta has one column for each unit, the columns of W.": edit(
            "self.W.T", "self.W"
        ),
        "dE/dX is the wrong way round: you return its transpose.": edit(
            "delta @ self.W.T", "(delta @ self.W.T).T"
        ),
        "backward returns delta as it came. dE/dX is delta sent back through W.": edit(
            " @ self.W.T", ""
        ),
        "dE/dX must not be summed over the batch: each example has its own row.": edit(
            "delta @ self.W.T", "(delta @ self.W.T).sum(axis=0)"
        ),
        "dW is the wrong way round: you store its transpose. It has the shape of W.": edit(
            "self.X.T @ delta", "delta.T @ self.X"
        ),
        "dW is divided by the batch size. The layer sums over the batch; "
        "the loss has divided already.": edit("self.X.T @ delta", "self.X.T @ delta / len(delta)"),
        "dW and db are divided by the batch size. The layer "
        "sums over the batch; the loss has divided already.": edit(
            "self.X.T @ delta", "self.X.T @ delta / len(delta)", "sum", "mean"
        ),
        "db is divided by the batch size. The layer sums "
        "over the batch; the loss has divided already.": edit("sum", "mean"),
        "dE/dX is divided by the batch size. Each example "
        "has its own row; the loss has divided already.": edit("self.W.T", "self.W.T / len(delta)"),
        "All three gradients are divided by the batch size. "
        "The layer never divides; the loss has done it already.": edit(
            "self.X.T @ delta",
            "self.X.T @ delta / len(delta)",
            "sum",
            "mean",
            "self.W.T",
            "self.W.T / len(delta)",
        ),
        "db holds the first example only: sum over the batch.": edit(
            "delta.sum(axis=0)", "delta[0]"
        ),
        "backward returns dW. It returns dE/dX, the gradient "
        "for the layer before; dW is stored on self.": edit("delta @ self.W.T", "self.dW"),
        "dW and db hold changed weights. They are "
        "the gradients; the step is taken elsewhere.": edit(
            "self.dW = ", "self.dW = self.W - ", "self.db = ", "self.db = self.b - "
        ),
        "db must be summed over the batch: b is added to every example.": edit(".sum(axis=0)", ""),
        "db is summed over the units (axis 1). Sum over the batch (axis 0).": edit(
            "axis=0", "axis=1"
        ),
        "db has shape (1, units); b has (units,): leave keepdims out.": edit(
            "axis=0", "axis=0, keepdims=True"
        ),
        "db is one number. Each unit has a bias of its own: sum over the batch only.": edit(
            "axis=0", ""
        ),
        "In dW you sum X and delta over the batch before you "
        "multiply. Multiply within each example, then sum.": edit(
            "self.X.T @ delta", "np.outer(self.X.sum(axis=0), delta.sum(axis=0))"
        ),
        "dW holds the first example only: sum over the batch.": edit(
            "self.X.T @ delta", "np.outer(self.X[0], delta[0])"
        ),
        "dW has nothing to do with the values of W: it is made of X and delta.": edit(
            "self.X.T @ delta", "self.W * delta.sum(axis=0)"
        ),
        "The sign of dW and db is flipped. They are the gradients; the minus of "
        "the descent comes later.": edit("self.dW = ", "self.dW = -", "self.db = ", "self.db = -"),
        "With a second batch you add to the gradients of the "
        "first. Earlier ones are forgotten: use =, not +=.": edit(
            "self.dW = ",
            'self.dW = getattr(self, "dW", 0.0) + ',
            "self.db = ",
            'self.db = getattr(self, "db", 0.0) + ',
        ),
        "backward changes W and b. It computes gradients; the step is taken elsewhere.": edit(
            "return delta @ self.W.T",
            "dX = delta @ self.W.T\n"
            "self.W, self.b = self.W - 0.1 * self.dW, self.b - 0.1 * self.db\n"
            "return dX",
        ),
        "backward returns three things. dW and db are "
        "stored on self; only dE/dX is returned.": edit("self.W.T", "self.W.T, self.dW, self.db"),
        "backward returns nothing. Store dW and db on self, and return dE/dX.": edit(
            "return delta", "self.dX = delta"
        ),
        "backward uses the X of the first batch. forward must keep its X anew each time.": edit(
            "self.X = X", 'self.X = getattr(self, "X", X)'
        ),
        "forward uses the W and b that the layer was made with. "
        "Training puts others into self.W and self.b: use those.": edit(
            "self.X = X", _KEPT, "self.W + self.b", "self.first[0] + self.first[1]"
        ),
        "backward uses the W that the layer was made with. Training puts "
        "another into self.W: use that.": edit("self.X = X", _KEPT, "self.W.T", "self.first[0].T"),
        "Both methods use the W and b that the layer was made with. "
        "Training puts others into self.W and self.b: use those.": edit(
            "self.X = X",
            _KEPT,
            "self.W + self.b",
            "self.first[0] + self.first[1]",
            "self.W.T",
            "self.first[0].T",
        ),
        "backward changes W before it computes dE/dX. The "
        "step is taken elsewhere, after all gradients.": edit(
            "return delta", "self.W, self.b = self.W - self.dW, self.b - self.db\nreturn delta"
        ),
        "forward keeps Z. For dW backward needs X, the input.": edit(
            "self.X = X\nreturn X @ self.W + self.b", "self.X = X @ self.W + self.b\nreturn self.X"
        ),
        "You divide delta by the batch size, and in the caller's array. The layer divides nothing: "
        "the loss has done it already.": edit("self.dW = ", "delta /= len(delta)\nself.dW = "),
    },
)

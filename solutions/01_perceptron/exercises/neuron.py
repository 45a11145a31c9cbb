"""What exercise neuron of lab 1 is checked on."""

import numpy as np

from course_utils.exercises import Case, Exercise, Fixture, edit


def _neuron_cases(rng):
    for name, batch, n, b in (
        ("a batch", 5, 3, -1.5),
        ("one example", 1, 3, 0.5),
        ("zero bias", 2, 3, 0.0),
        ("as many examples as inputs", 3, 3, 0.7),
        ("one input", 4, 1, 1.2),
    ):
        yield Case(name, rng.normal(size=(batch, n)), rng.normal(size=n), b, Fixture("cube"))
    # This activation compares: it works on an array or a number, and not on a list.
    X = np.array([[1.0, -0.5], [0.25, 2.0], [-1.5, 1.0]])
    yield Case("another activation", X, np.array([0.5, -1.0]), 0.25, Fixture("bent_line"))


def _neuron_by_loops(X, w, b, f):
    outputs = []
    for x in X:
        z = b
        for weight, value in zip(w, x, strict=True):
            z = z + weight * value
        outputs.append(f(z))
    return np.array(outputs)


neuron = Exercise(
    points=1,
    cases=_neuron_cases,
    hints=[
        "The order is: weighted sum, then bias, then activation.",
        "X has shape (batch, n) and w has shape (n,). Which product gives shape (batch,)?",
        "X @ w takes the dot product of each row of X with w. f is called like any function.",
    ],
    alternatives=[
        _neuron_by_loops,
        edit("X @ w", "np.einsum('ij,j->i', X, w)"),
        edit("X @ w", "np.sum(X * w, axis=1)"),
        edit("X @ w", "w @ X.T"),
        edit("X @ w + b", "np.column_stack([X, np.ones(len(X))]) @ np.append(w, b)"),
    ],
    mistakes={
        "You return the sum z. The activation is missing: f(z).": edit("f(", "("),
        "The bias is missing: f takes the sum with the bias.": edit(" + b", ""),
        "Bias and activation are missing: this is only Xw.": edit("f(X @ w + b)", "X @ w"),
        "You add the bias after f. It belongs inside f.": edit(" + b)", ") + b"),
        "You subtract the bias. Here it is added.": edit("+ b", "- b"),
        "You apply f to the inputs. It comes last: to the sum of weighted inputs and bias.": edit(
            "f(X @ w + b)", "f(X) @ w + b"
        ),
        "You apply f twice. Once is enough.": edit("f(X @ w + b)", "f(f(X @ w + b))"),
        "You add the bias to every input, before the weights. It is added once, to the sum.": edit(
            "X @ w + b", "(X + b) @ w"
        ),
        "You add the bias to every product, so it counts n times. Add it once, after the sum.": (
            edit("X @ w + b", "np.sum(X * w + b, axis=1)")
        ),
        "You weight each input but do not add them up: one number for each example is asked.": (
            edit("@", "*")
        ),
        "You apply f to each weighted input and add up after it. Add up first: f comes last.": (
            edit("f(X @ w + b)", "np.sum(f(X * w), axis=1) + b")
        ),
        "You apply f to each weighted input with the bias and add up after it. Add up first: f "
        "comes last, once for each example.": edit("f(X @ w + b)", "np.sum(f(X * w + b), axis=1)"),
        "You multiply by the bias. It is added to the sum.": edit("+ b", "* b"),
        "You take the mean of the weighted inputs; a neuron takes their sum.": edit(
            "X @ w", "np.mean(X * w, axis=1)"
        ),
        "You add up the whole batch into one number. Each example (row) has a sum of its own.": (
            edit("X @ w", "np.sum(X * w)")
        ),
        "You add up over the examples (axis 0). Add up over the inputs of each example.": edit(
            "X @ w", "np.sum(X * w, axis=0)"
        ),
        "The product is the wrong way round: w @ X combines the examples. Each row of X is one "
        "example, and w belongs to its columns.": edit("X @ w", "w @ X"),
        "Your neuron always uses the step. Use the activation that comes as the argument f.": edit(
            "f(", "heaviside("
        ),
        "Your neuron always uses the logistic function. Use the activation that comes as f.": edit(
            "f(", "logistic("
        ),
        "Your neuron always uses tanh. Use the activation that comes as the argument f.": edit(
            "f(", "np.tanh("
        ),
        "Your neuron always uses ReLU. Use the activation that comes as the argument f.": edit(
            "f(", "np.maximum(0.0, "
        ),
        "You return z and y; only y is asked.": edit("return", "return X @ w + b,"),
        "You answer for the first example only: one output for each row of X is asked. Is the "
        "return inside the loop?": edit("X", "X[0]"),
        "You answer for the last example only: collect the outputs of all rows of X.": edit(
            "X", "X[-1]"
        ),
        "The last example is left out: range(len(X)) ends at the last row by itself.": edit(
            "X @ w + b", "np.append(X[:-1] @ w + b, 0.0)"
        ),
        "z goes on from one example to the next: begin each row with a new sum.": edit(
            "X @ w", "np.cumsum(X @ w)"
        ),
        "z is cut off to whole numbers: np.zeros(..., dtype=int) holds no others.": edit(
            "X @ w + b", "np.trunc(X @ w + b)"
        ),
        "You give f a list. It works on an array: np.array(...) makes one.": edit(
            "X @ w + b", "(X @ w + b).tolist()"
        ),
        "For a batch of one you return a number; an array of shape (1,) is asked. Is there a "
        "squeeze or a float() in it?": edit("f(X @ w + b)", "np.squeeze(f(X @ w + b))"),
        "You apply f to the weighted sum and to the bias, each by itself. Add them first: f comes "
        "last, once.": edit("+ b", ") + f(b"),
        "The weights are missing: w is not used.": edit("X @ w", "np.sum(X, axis=1)"),
        "You add the weights to the inputs; each input is multiplied by its weight.": edit(
            "X @ w", "np.sum(X + w, axis=1)"
        ),
        "You add 1. The bias is b; 1 is only its input.": edit("+ b", "+ 1"),
        "You divide the weights by their length. They are used as they are.": edit(
            "w +", "(w / np.linalg.norm(w)) +"
        ),
        "The weights lose their sign: a negative weight speaks against, leave it so.": edit(
            "w +", "np.abs(w) +"
        ),
    },
)

"""What exercise xor of lab 1 is checked on."""

import numpy as np

from course_utils.exercises import Case, Exercise

from ._shared import BITS


def _bit(function):
    """An answer to `xor` from a function of the two columns."""
    return lambda X: 1.0 * function(X[:, 0], X[:, 1])


def _xor_by_matrices(X):
    W, b = np.array([[1.0, -1.0], [1.0, -1.0]]), np.array([-0.5, 1.5])
    H = np.where(X @ W + b >= 0, 1.0, 0.0)
    return np.where(H @ np.array([1.0, 1.0]) - 1.5 >= 0, 1.0, 0.0)


def _xor_by_loops(X):
    outputs = []
    for x1, x2 in X:
        at_least_one = 1.0 if x1 + x2 - 0.5 >= 0 else 0.0
        both = 1.0 if x1 + x2 - 1.5 >= 0 else 0.0
        outputs.append(at_least_one - both)
    return np.array(outputs)


def _xor_cases(rng):
    yield Case("the four inputs", BITS)
    yield Case("in another order", BITS[[3, 1, 0, 2]])
    yield Case("one example", np.array([[1.0, 0.0]]))
    yield Case("a batch", rng.integers(0, 2, size=(9, 2)).astype(float))


xor = Exercise(
    points=1,
    cases=_xor_cases,
    hints=[
        "Compute the two hidden outputs first, and look at them: print(...) for the four inputs.",
        "The last neuron's inputs are the outputs of the two hidden ones: put them side by side "
        "into an array of shape (batch, 2).",
        "numpy.column_stack puts two arrays of shape (batch,) side by side. OR[:2] are the weights "
        "of OR, OR[2] is its bias.",
    ],
    alternatives=[
        _xor_by_matrices,
        _xor_by_loops,
        _bit(lambda x1, x2: x1 != x2),
        _bit(lambda x1, x2: (x1 + x2) % 2),
        _bit(lambda x1, x2: np.abs(x1 - x2)),
        _bit(np.logical_xor),
    ],
    mistakes={
        "This is OR: it fires for (1, 1). NAND has to veto it.": _bit(np.maximum),
        "This is NAND: it fires for (0, 0). OR has to veto it.": _bit(lambda x1, x2: 1 - x1 * x2),
        "This is AND: it fires for (1, 1) only. Do the inputs x reach the last neuron, in place of "
        "the hidden outputs, or is one of the two hidden neurons an AND?": _bit(np.minimum),
        "It fires where both inputs are equal, so it is the opposite of XOR. Is the last neuron a "
        "NAND?": _bit(lambda x1, x2: x1 == x2),
        "This is NOR: it fires for (0, 0) only.": _bit(lambda x1, x2: (1 - x1) * (1 - x2)),
        "It always fires. Look at: the step of the hidden neurons, each bias (gate[2]), which gate "
        "is where.": _bit(lambda x1, x2: np.ones(len(x1))),
        "It never fires. Look at: the step of the hidden neurons, each bias (gate[2]), which gate "
        "is where.": _bit(lambda x1, x2: np.zeros(len(x1))),
        "It fires where x1 is 0: the second column of X is not used.": _bit(lambda x1, x2: 1 - x1),
        "The step of x1 - x2 fires where they are equal, too.": _bit(lambda x1, x2: x1 >= x2),
        "You subtract the output of NAND from that of OR. A third neuron, AND, has to look at "
        "them.": _bit(lambda x1, x2: np.maximum(x1, x2) - 1 + x1 * x2),
        "You return the four outputs from the text, whatever X is: compute them from X.": (
            lambda X: np.array([0.0, 1.0, 1.0, 0.0])
        ),
        "For a batch of one you return a number; an array of shape (1,) is asked. Is there a "
        "squeeze or a float() in it?": lambda X: np.squeeze(1.0 * (X[:, 0] != X[:, 1])),
        "Only the first input counts: the second column of X is not used.": _bit(lambda x1, x2: x1),
        "Only the second input counts: the first column of X is not used.": _bit(lambda x1, x2: x2),
        "Silent for (0, 1): XOR is the same from both sides.": _bit(lambda x1, x2: x1 * (1 - x2)),
        "Silent for (1, 0): XOR is the same from both sides.": _bit(lambda x1, x2: x2 * (1 - x1)),
        "You add the outputs of OR and NAND. A third neuron, AND, has to look at them.": _bit(
            lambda x1, x2: np.maximum(x1, x2) + 1 - x1 * x2
        ),
        "You return the sum z of the last neuron: its step is missing.": _bit(
            lambda x1, x2: np.maximum(x1, x2) + 1 - x1 * x2 - 1.5
        ),
        "You return the hidden outputs side by side; the last neuron makes one number of them.": (
            lambda X: np.column_stack([np.maximum(*X.T), 1 - X[:, 0] * X[:, 1]])
        ),
        "The two inputs of an example stand in one row: X[:, 0] and X[:, 1], not X[0] and X[1].": (
            lambda X: 1.0 * (X[0] != X[1])
        ),
        "You answer for the first row of X: do so for each.": (lambda X: float(X[0, 0] != X[0, 1])),
        "You add up over the examples (axis 0). The two inputs of an example lie along axis 1.": (
            lambda X: np.where(np.sum(X, axis=0) == 1, 1.0, 0.0)
        ),
        "You return -1; 0 is asked for false.": _bit(lambda x1, x2: np.where(x1 != x2, 1.0, -1.0)),
        "x1 - x2 is -1 for (0, 1): 0 or 1 is asked.": _bit(lambda x1, x2: x1 - x2),
        "x1 + x2 is 2 for (1, 1): 0 or 1 is asked.": _bit(lambda x1, x2: x1 + x2),
    },
)

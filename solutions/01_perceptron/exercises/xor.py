"""What exercise xor of lab 1 is checked on."""

import numpy as np

from course_utils.exercises import Case, Exercise, edit

BITS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])


def _xor_cases(rng):
    yield Case("the four inputs", BITS)
    yield Case("in another order", BITS[[3, 1, 0, 2]])
    yield Case("one example", np.array([[1.0, 0.0]]))
    yield Case("a batch", rng.integers(0, 2, size=(9, 2)).astype(float))


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


#: What stands in the place of the result, the last neuron's output.
_RESULT = "neuron(hidden, np.array(AND[:2]), AND[2], heaviside)"
_WRONG_RESULTS = {
    "This is OR: it fires for (1, 1). NAND has to veto it.": "at_least_one",
    "This is NAND: it fires for (0, 0). OR has to veto it.": "not_both",
    "This is AND: it fires for (1, 1) only. Do the inputs x reach the last neuron, in place of "
    "the hidden outputs, or is one of the two hidden neurons an AND?": (
        _RESULT.replace("hidden", "X")
    ),
    "It fires where both inputs are equal, so it is the opposite of XOR. Is the last neuron a "
    "NAND?": _RESULT.replace("AND", "NAND"),
    "This is NOR: it fires for (0, 0) only.": "1 - at_least_one",
    "It always fires. Look at: the step of the hidden neurons, each bias (gate[2]), which gate "
    "is where.": _RESULT.replace("AND[2]", "0"),
    "It never fires. Look at: the step of the hidden neurons, each bias (gate[2]), which gate "
    "is where.": _RESULT.replace("hidden", "1 - hidden"),
    "It fires where x1 is 0: the second column of X is not used.": "1 - X[:, 0]",
    "The step of x1 - x2 fires where they are equal, too.": "heaviside(X[:, 0] - X[:, 1])",
    "You subtract the output of NAND from that of OR. A third neuron, AND, has to look at "
    "them.": "at_least_one - not_both",
    "You return the four outputs from the text, whatever X is: compute them from X.": (
        "np.array([0.0, 1.0, 1.0, 0.0])"
    ),
    "For a batch of one you return a number; an array of shape (1,) is asked. Is there a "
    "squeeze or a float() in it?": f"np.squeeze({_RESULT})",
    "Only the first input counts: the second column of X is not used.": "X[:, 0]",
    "Only the second input counts: the first column of X is not used.": "X[:, 1]",
    "Silent for (0, 1): XOR is the same from both sides.": "X[:, 0] * not_both",
    "Silent for (1, 0): XOR is the same from both sides.": "X[:, 1] * not_both",
    "You add the outputs of OR and NAND. A third neuron, AND, has to look at them.": (
        "at_least_one + not_both"
    ),
    "You return the sum z of the last neuron: its step is missing.": "hidden @ AND[:2] + AND[2]",
    "You return the hidden outputs side by side; the last neuron makes one number of them.": (
        "hidden"
    ),
    "The two inputs of an example stand in one row: X[:, 0] and X[:, 1], not X[0] and X[1].": (
        "1.0 * (X[0] != X[1])"
    ),
    "You answer for the first row of X: do so for each.": f"{_RESULT}[0]",
    "You add up over the examples (axis 0). The two inputs of an example lie along axis 1.": (
        "1.0 * (np.sum(X, axis=0) == 1)"
    ),
    "You return -1; 0 is asked for false.": f"2 * {_RESULT} - 1",
    "x1 - x2 is -1 for (0, 1): 0 or 1 is asked.": "X[:, 0] - X[:, 1]",
    "x1 + x2 is 2 for (1, 1): 0 or 1 is asked.": "X[:, 0] + X[:, 1]",
}

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
        edit(_RESULT, "1.0 * (X[:, 0] != X[:, 1])"),
        edit(_RESULT, "X.sum(axis=1) % 2"),
        edit(_RESULT, "np.abs(X[:, 0] - X[:, 1])"),
        edit(_RESULT, "1.0 * np.logical_xor(*X.T)"),
    ],
    mistakes={sentence: edit(_RESULT, wrong) for sentence, wrong in _WRONG_RESULTS.items()},
)

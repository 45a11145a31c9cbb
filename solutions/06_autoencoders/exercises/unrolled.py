"""What `unrolled` is checked on."""

import numpy as np

from course_utils.exercises import Case, Exercise, edit

from ._machines import machine


def _unrolled_cases(rng):
    def case(name, *widths):
        stack = [tuple(machine(rng, *widths[i : i + 2])) for i in range(len(widths) - 1)]
        return Case(name, stack)

    yield case("one machine", 3, 2)
    yield case("two machines", 4, 3, 2)
    yield case("three machines", 5, 4, 3, 2)
    yield case("a wide middle", 2, 4, 3)
    yield case("all layers of one width", 3, 3, 3)
    # Passed through a network of float32, they would be infinite.
    yield Case("very large numbers", [tuple(machine(rng, 2, 3, scale=1e60))])


def _by_loop(machines):
    layers = []
    for W, b, c in machines[::-1]:
        layers.insert(0, (np.array(W), np.array(c)))
        layers.append((np.transpose(W).copy(), np.array(b)))
    return layers


def _recursive(machines):
    if not machines:
        return []
    (W, b, c), *above = machines
    return [[W, c], *_recursive(above), [W.T, b]]


unrolled = Exercise(
    points=2,
    cases=_unrolled_cases,
    hints=[
        "Write the shapes of all kernels of a stack 5-4-3 on paper: 5 x 4, ...",
        "A bias has as many numbers as its layer has outputs. On the way up these are the hidden "
        "units.",
        "On the way down the last machine comes first: reversed(machines).",
        "Up: (W, c). Down: (W.T, b).",
    ],
    alternatives=[_by_loop, _recursive, edit("up + down", "tuple(up + down)")],
    mistakes={
        "On the way down the machines come in the order of the way up. The top one comes first: "
        "reversed.": edit("reversed(machines)", "machines"),
        "On the way down the kernels are not transposed: W.T.": edit("W.T", "W"),
        "The biases are swapped: up goes to the hidden units, whose biases are c.": edit(
            "(W, c)", "(W, b)", "(W.T, b)", "(W.T, c)"
        ),
        "On the way up the bias is c, that of the hidden units.": edit("(W, c)", "(W, b)"),
        "On the way down the bias is b, that of the visible units.": edit("(W.T, b)", "(W.T, c)"),
        "The way down is missing.": edit("up + down", "up"),
        "The way up is missing.": edit("up + down", "down"),
        "The two ways are swapped: from the data up to the code, then down.": edit(
            "up + down", "down + up"
        ),
        "The kernels are transposed on the way up, not on the way down: W is (visible, hidden), as "
        "the kernel of a dense layer.": edit("W.T", "W", "(W, c)", "(W.T, c)"),
        "The kernels alone came back. A layer is a pair (kernel, bias).": edit(
            "(W, c)", "W", "(W.T, b)", "W.T"
        ),
        "Bias and kernel are swapped: a layer is (kernel, bias).": edit(
            "(W, c)", "(c, W)", "(W.T, b)", "(b, W.T)"
        ),
        "All in one long list. A layer is a pair (kernel, bias).": edit(
            "up + down", "[part for layer in up + down for part in layer]"
        ),
        "Two lists, one for each way. One list is asked.": edit("up + down", "[up, down]"),
        "The machine at the top is used once. It has a layer on the way down, too.": edit(
            "reversed(machines)", "reversed(machines[:-1])"
        ),
    },
)

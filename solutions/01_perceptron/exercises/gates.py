"""What exercise gates of lab 1 is checked on."""

import numpy as np

from course_utils.exercises import Exercise, edit

_GATES = {"AND": "[1.0, 1.0, -1.5]", "OR": "[1.0, 1.0, -0.5]", "NAND": "[-1.0, -1.0, 1.5]"}


def _gates(*weights):
    """An answer that is wrong in all three."""
    return dict(zip(_GATES, weights, strict=True))


#: What stands in the place of one gate.
_WRONG_GATES = {
    "AND": {
        "a single 1 gives z = 0, and at 0 the neuron fires. Only both may fire.": "[1, 1, -1]",
        "it computes AND, but the line runs through (1, 1) itself. Put it halfway between (1, 1) "
        "and the inputs that are silent.": "[1, 1, -2]",
        "look at the sign of the bias. With a positive bias every input fires.": "[1, 1, 1.5]",
        "with no bias every input fires. How much evidence must come together?": "[1, 1, 0]",
        "this is OR. A single 1 must not be enough.": _GATES["OR"],
        "this is NAND, its opposite.": _GATES["NAND"],
    },
    "OR": {
        "it computes OR, but the line runs through (0, 1) and (1, 0) themselves. Put it halfway "
        "between them and (0, 0).": "[1, 1, -1]",
        "at (0, 0) z is 0, and at 0 the neuron fires. It must be silent there.": "[1, 1, 0]",
        "look at the sign of the bias. With a positive bias (0, 0) fires as well.": "[1, 1, 0.5]",
        "this is AND. A single 1 must be enough.": _GATES["AND"],
        "a negative weight silences, and (0, 1) must fire.": "[1, -1, -0.5]",
        "a negative weight silences, and (1, 0) must fire.": "[-1, 1, -0.5]",
    },
    "NAND": {
        "it computes NAND, but the line runs through (0, 1) and (1, 0) themselves. Put it halfway "
        "between them and (1, 1).": "[-1, -1, 1]",
        "at (1, 1) z is 0, and at 0 the neuron fires. It must be silent there.": "[-1, -1, 2]",
        "weights and bias are all negative, so it never fires. Which input should fire even where "
        "all inputs are 0?": "[-1, -1, -1.5]",
        "all three are positive, so it always fires: more ones silence it.": "[1, 1, 1.5]",
        "this is AND. NAND is its opposite: it fires where AND is silent.": _GATES["AND"],
        "this is NOR. NAND is silent only where both inputs are 1.": "[-1, -1, 0.5]",
    },
}

gates = Exercise(
    points=1,
    hints=[
        "Begin with the weights: which sign must they have if more ones make the gate fire, and "
        "which if more ones silence it?",
        "With weights of 1 the sum of the inputs is 0, 1 or 2. Which of these sums should fire?",
        "The line runs where z = 0. Choose b so that z = 0 for a sum in the middle between the "
        "largest that is silent and the smallest that fires (for NAND: the other way round).",
    ],
    alternatives=[
        {"AND": (1, 1, -3 / 2), "OR": (1, 1, -1 / 2), "NAND": (-1, -1, 3 / 2)},
        {
            "AND": np.array([1.0, 1.0, -1.5]),
            "OR": np.array([1.0, 1.0, -0.5]),
            "NAND": -np.array([1.0, 1.0, -1.5]),
        },
    ],
    mistakes={
        "AND and OR are swapped.": _gates([1, 1, -0.5], [1, 1, -1.5], [-1, -1, 1.5]),
        "All three compute their gates, but the lines run through inputs; halfway is asked.": (
            _gates([1, 1, -2], [1, 1, -1], [-1, -1, 1])
        ),
        "The signs of all three biases are wrong: the bias is added, and is no threshold.": _gates(
            [1, 1, 1.5], [1, 1, 0.5], [-1, -1, -1.5]
        ),
        "The order in each list is w1, w2, b: you put b first.": _gates(
            [-1.5, 1, 1], [-0.5, 1, 1], [1.5, -1, -1]
        ),
        "Each gate is one flat list of three numbers, w1, w2, b: take the inner brackets away.": (
            _gates([[1, 1], -1.5], [[1, 1], -0.5], [[-1, -1], 1.5])
        ),
        "The lines are right, but everything is doubled: weights of +1 or -1 are asked.": _gates(
            [2, 2, -3], [2, 2, -1], [-2, -2, 3]
        ),
        "The lines are right, but everything is halved: weights of +1 or -1 are asked.": _gates(
            [0.5, 0.5, -0.75], [0.5, 0.5, -0.25], [-0.5, -0.5, 0.75]
        ),
        "These are the gates' outputs. The weights and the bias that give them are asked.": _gates(
            [0, 0, 0, 1], [0, 1, 1, 1], [1, 1, 1, 0]
        ),
        "The bias is missing, the third number: w1, w2, b.": _gates([1, 1], [1, 1], [-1, -1]),
        "Numbers have a decimal point: -1,5 is two numbers, -1 and 5.": _gates(
            [1, 1, -1, 5], [1, 1, -0, 5], [-1, -1, 1, 5]
        ),
        "These are texts: leave the quotation marks out.": _gates(
            ["1", "1", "-1.5"], ["1", "1", "-0.5"], ["-1", "-1", "1.5"]
        ),
        "None is no gate: each is a list of three numbers, w1, w2, b.": _gates(None, None, None),
    }
    | {
        f"{gate}: {what}": edit(_GATES[gate], weights)
        for gate, wrong in _WRONG_GATES.items()
        for what, weights in wrong.items()
    }
    | {
        f"{gate}: with three zeros z is 0 for every input, and every input fires.": edit(
            weights, "[0, 0, 0]"
        )
        for gate, weights in _GATES.items()
    }
    | {
        f"{gate}: it computes {gate}, but a bias of {start + sign * part:g} puts the line nearer "
        "to some inputs than to others. Halfway is asked.": edit(
            _GATES[gate], f"[{-sign}, {-sign}, {start + sign * part}]"
        )
        for gate, start, sign in (("AND", -1, -1), ("OR", 0, -1), ("NAND", 1, 1))
        for part in (0.01, 0.1, 0.2, 0.25, 0.3, 0.4, 0.6, 0.7, 0.75, 0.8, 0.9, 0.99)
    },
)

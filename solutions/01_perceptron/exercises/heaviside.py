"""What exercise heaviside of lab 1 is checked on."""

import numpy as np

from course_utils.exercises import Case, Exercise, edit

_RESULT = "np.where(z >= 0, 1.0, 0.0)"


def _heaviside_cases(rng):
    yield Case("z on both sides of the threshold", np.array([-2.0, 0.5, 3.0]))
    yield Case("exactly at the threshold", np.array([0.0]))
    yield Case("a little above and a little below", np.array([0.2, -0.2, 0.01, -0.02]))
    yield Case("a batch", rng.normal(size=(4, 3)))


heaviside = Exercise(
    points=1,
    cases=_heaviside_cases,
    hints=[
        "Which output belongs to z = 0? The text says it.",
        "A comparison works on a whole array at once and gives an array of True and False.",
        "numpy.where picks between two values, elementwise.",
    ],
    alternatives=[
        edit(_RESULT, "(z >= 0).astype(float)"),
        edit(_RESULT, "np.heaviside(z, 1.0)"),
        edit(_RESULT, "1.0 * ~(z < 0)"),
        edit(_RESULT, "y", "return", "y = np.zeros(np.shape(z))\ny[z >= 0] = 1.0\nreturn"),
        np.vectorize(lambda one: 1.0 if one >= 0 else 0.0, otypes=[float]),
    ],
    mistakes={
        "At z = 0 the unit fires: use >=, not >.": edit(">=", ">"),
        "At z = 0 you return 1/2; the text asks for 1 there.": edit(
            _RESULT, "np.heaviside(z, 0.5)"
        ),
        "Your unit fires below the threshold and is silent above it: turn the comparison round.": (
            edit(">=", "<")
        ),
        "It fires at and below 0: use >=, not <=.": edit(">=", "<="),
        "It fires only at z = 0: it has to above, too.": edit(">=", "=="),
        "This is the sign of z, with -1 below the threshold; a silent unit gives 0.": edit(
            _RESULT, "np.sign(z)"
        ),
        "Your silent unit gives -1; here it gives 0.": edit("0.0", "-1.0"),
        "This is ReLU: z itself above 0. A step gives 1 there.": edit("1.0", "z"),
        "From 0 to 1 you pass z on; the step jumps at z = 0.": edit(_RESULT, "np.clip(z, 0, 1)"),
        "Below 0 you leave z as it is; silent is 0.": edit("0.0", "z"),
        "Your threshold lies at 1/2. Here it lies at 0: the bias has moved it already.": edit(
            ">= 0", ">= 0.5"
        ),
        "Your threshold lies at 1. Here it lies at 0: the bias has moved it already.": edit(
            ">= 0", ">= 1"
        ),
        "This is the smooth logistic function; a step jumps.": edit(
            _RESULT, "1 / (1 + np.exp(-z))"
        ),
        "You decide once for the whole array. Decide for each element of z.": edit(
            _RESULT, "1.0 if np.all(z >= 0) else 0.0"
        ),
        "You decide once for the whole array, by its sum. Decide for each element of z.": edit(
            _RESULT, "1.0 if np.sum(z) >= 0 else 0.0"
        ),
        "You decide once for the whole array, by any of it. Decide for each element of z.": edit(
            _RESULT, "1.0 if np.any(z >= 0) else 0.0"
        ),
        "You decide for the first element only: each element of z gets its own output. Is the "
        "return inside a loop?": edit(_RESULT, "1.0 if z.flat[0] >= 0 else 0.0"),
        "You return 1 for every z: those below 0 give 0.": edit("0.0", "1.0"),
        "Your unit is silent at z = 0 only: it fires above, and is silent below as well.": edit(
            ">=", "!="
        ),
        "You cut off the decimals of z first: -0.2 becomes 0, and the unit fires.": edit(
            "z >=", "np.trunc(z) >="
        ),
        "Above 0 and up to 1/2 your unit is silent (rounding does that): the threshold is at 0.": (
            edit(">= 0", "> 0.5")
        ),
        "You keep some elements of z; a 0 or a 1 is asked for each of them.": edit(
            _RESULT, "z[z >= 0]"
        ),
    },
)

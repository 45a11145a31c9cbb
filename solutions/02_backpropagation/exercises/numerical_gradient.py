"""What `numerical_gradient` is checked on."""

import numpy as np

from course_utils.exercises import Case, Exercise, Fixture, edit


def _numerical_gradient_cases(rng):
    sines, squares = Fixture("sine_product"), Fixture("sum_of_squares")
    yield Case("one number", squares, np.array([1.5]))
    yield Case("a vector", squares, rng.uniform(0.5, 2.0, size=4))
    yield Case("a matrix", sines, rng.uniform(0.3, 0.9, size=(2, 3)))
    yield Case("another matrix of that shape", sines, rng.uniform(0.3, 0.9, size=(2, 3)))
    yield Case("f looks at columns", Fixture("column_sums"), rng.uniform(0.3, 0.9, size=(2, 3)))
    yield Case("a square matrix", sines, rng.uniform(0.3, 0.9, size=(2, 2)))
    yield Case("three axes", squares, rng.uniform(-2.0, -0.5, size=(2, 1, 3)))
    yield Case("a large step", sines, rng.uniform(0.3, 0.9, size=3), h=0.5)


# The body of the loop, and one that moves x itself.
_STEPS = """\
    step = np.zeros_like(x)
    step[place] = h
    gradient[place] = (f(x + step) - f(x - step)) / (2 * h)"""

_IN_PLACE = """\
    x[place] += h
    above = f(x)
    x[place] -= 2 * h
    gradient[place] = (above - f(x)) / (2 * h)"""

numerical_gradient = Exercise(
    points=2,
    cases=_numerical_gradient_cases,
    rtol=1e-6,
    atol=1e-8,
    hints=[
        "One number of x moves at a time, all others stay. How many times is f called?",
        "numpy.ndindex(x.shape) gives every place of an array of any shape, one after the other; "
        "result[place] works for all of them.",
        "For each place: make an array of zeros with h at that place; call f at x plus it and at x "
        "minus it.",
    ],
    alternatives=[
        edit(_STEPS, "    kept = x[place]\n" + _IN_PLACE + "\n    x[place] = kept"),
        lambda f, x, h=1e-5: np.array(
            [(f(x + s) - f(x - s)) / (2 * h) for s in h * np.eye(x.size).reshape(-1, *x.shape)]
        ).reshape(x.shape),
    ],
    mistakes={
        "This is the one-sided difference, f(x + h) - f(x) over h. Step to both sides.": edit(
            "f(x - step)) / (2 * h)", "f(x)) / h"
        ),
        "This is the one-sided difference, f(x) - f(x - h) over h. Step to both sides.": edit(
            "f(x + step)", "f(x)", "(2 * h)", "h"
        ),
        "From x - h to x + h is a step of 2h: divide by 2h, not by h.": edit("(2 * h)", "h"),
        "Python reads a / 2 * h as (a / 2) * h: put the denominator 2h in parentheses.": edit(
            "(2 * h)", "2 * h"
        ),
        "The division by 2h is missing: this is only the difference of the two values.": edit(
            " / (2 * h)", ""
        ),
        "The difference is the wrong way round: f(x + h) comes first.": edit(
            "f(x + step) - f(x - step)", "f(x - step) - f(x + step)"
        ),
        "You move all numbers of x at once. Each "
        "derivative moves one number and keeps the others.": edit("step[place]", "step[...]"),
        "You move all numbers of x at once, and return one number. An array of x's shape "
        "is asked.": edit("gradient = np.zeros_like(x)", "return (f(x + h) - f(x - h)) / (2 * h)"),
        "After each number x stays moved by -h, and the next "
        "derivative is taken at another point: put the number back.": edit(
            "gradient = np", "x = x.copy()\ngradient = np", _STEPS, _IN_PLACE
        ),
        "When you return, x is not what it was: put "
        "each number back before you go to the next.": edit(_STEPS, _IN_PLACE),
        "Adding and subtracting h rounds, so x comes back slightly changed: remember "
        "the number itself, or work on a copy.": edit(_STEPS, _IN_PLACE + "\n    x[place] += h"),
        "p = x makes no copy: p and x are one array, so that the step "
        "up and the step down act on the same numbers. Take x.copy().": edit(
            _STEPS,
            "    above = below = x\n    above[place] += h\n    f_above = f(above)\n"
            "    below[place] -= h\n    gradient[place] = (f_above - f(below)) / (2 * h)",
        ),
        "f takes the whole array x. You give it one part of x at a time.": edit(
            "gradient = np.zeros_like(x)",
            "return np.array([(f(v + h) - f(v - h)) / (2 * h) for v in x])",
        ),
        "You move a whole row at a time. Go through every number of x, whatever its shape.": edit(
            "np.ndindex(x.shape)", "range(len(x))"
        ),
        "Only the first number of x gets its derivative: is the return inside the loop?": edit(
            "\nreturn", "\n    return"
        ),
        "You take your own step. Use the h that is given.": edit(
            "gradient = np", "h = 1e-5\ngradient = np"
        ),
        "The result is a vector: give it the shape of x.": edit(
            "return gradient", "return gradient.ravel()"
        ),
        "This is the second derivative. The first is f(x + h) - f(x - h) over 2h.": edit(
            "f(x - step)) / (2 * h)", "2 * f(x) + f(x - step)) / h**2"
        ),
        "Your step is h times x. Here it is h itself, for every number.": edit(
            "step[place] = h", "step[place] = h * x[place]"
        ),
        "f takes an array of x's shape. You call it with a flattened one.": edit(
            "f(x + step) - f(x - step)", "f((x + step).ravel()) - f((x - step).ravel())"
        ),
        "The steps of the earlier places are left on: set each back to 0 before the next.": edit(
            "    step = np.zeros_like(x)\n", "", "for place", "step = np.zeros_like(x)\nfor place"
        ),
        "The last number gets no derivative: the loop ends one place too early.": edit(
            "np.ndindex(x.shape)", "list(np.ndindex(x.shape))[:-1]"
        ),
        "len(x) counts rows. A matrix has more numbers "
        "than that: go through numpy.ndindex(x.shape).": edit(
            "gradient = np.zeros_like(x)",
            "gradient = np.zeros(len(x))",
            "np.ndindex(x.shape)",
            "range(len(x))",
        ),
        "Your loops need two axes. x may have any number of them: numpy.ndindex(x.shape) goes "
        "through all places.": edit("np.ndindex(x.shape)", "np.ndindex(x.shape[0], x.shape[1])"),
        "This works for vectors and matrices. With three axes you still move more than one number "
        "at a time: numpy.ndindex(x.shape) "
        "goes through all places.": edit("np.ndindex(x.shape)", "np.ndindex(x.shape[:2])"),
        "p = x makes no copy: x + h and x - h are then "
        "the same array, and their difference is 0.": edit(
            _STEPS,
            "    above = below = x\n    above[place] += h\n    below[place] -= h\n"
            "    gradient[place] = (f(above) - f(below)) / (2 * h)",
        ),
        "You step by h / 2 to both sides, which is a step of h: step by h, or divide by h.": edit(
            "step[place] = h", "step[place] = h / 2"
        ),
        "Your step is h times x. Here it is h itself. (You divide by "
        "the step that you took, so for a small h it hardly shows.)": edit(
            "step[place] = h", "step[place] = h * x[place]", "(2 * h)", "(2 * step[place])"
        ),
    },
)

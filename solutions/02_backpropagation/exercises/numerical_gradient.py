"""What `numerical_gradient` is checked on."""

import numpy as np

from course_utils.exercises import Case, Exercise, Fixture


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


def _each_place(quotient, start=None):
    """A numerical gradient from a quotient of (f, x, unit step, h) at each place."""

    def numerical_gradient(f, x, h=1e-5):
        result = np.zeros(x.shape)
        for place in np.ndindex(x.shape):
            unit = np.zeros(x.shape)
            unit[place] = 1.0
            result[place] = quotient(f, x, unit, h)
        return result

    return numerical_gradient


def _centred(f, x, unit, h):
    return (f(x + h * unit) - f(x - h * unit)) / (2 * h)


def _gradient_in_place(f, x, h=1e-5):
    result, numbers = np.zeros(x.shape), x.reshape(-1)
    for place in range(x.size):
        kept = numbers[place]
        numbers[place] = kept + h
        above = f(x)
        numbers[place] = kept - h
        below = f(x)
        numbers[place] = kept
        result.flat[place] = (above - below) / (2 * h)
    return result


def _gradient_by_rows_of_identity(f, x, h=1e-5):
    steps = h * np.eye(x.size).reshape(-1, *x.shape)
    return np.array([(f(x + s) - f(x - s)) / (2 * h) for s in steps]).reshape(x.shape)


def _gradient_never_restored(f, x, h=1e-5):
    return _gradient_leaves_x_moved(f, x.copy(), h)


def _gradient_leaves_x_moved(f, x, h=1e-5):
    result = np.zeros(x.shape)
    for place in np.ndindex(x.shape):
        x[place] += h
        above = f(x)
        x[place] -= 2 * h
        result[place] = (above - f(x)) / (2 * h)
    return result


def _gradient_nearly_restored(f, x, h=1e-5):
    result = np.zeros(x.shape)
    for place in np.ndindex(x.shape):
        x[place] += h
        above = f(x)
        x[place] -= 2 * h
        result[place] = (above - f(x)) / (2 * h)
        x[place] += h
    return result


def _gradient_without_copy(f, x, h=1e-5):
    result = np.zeros(x.shape)
    for place in np.ndindex(x.shape):
        above, below = x, x
        above[place] += h
        f_above = f(above)
        below[place] -= h
        result[place] = (f_above - f(below)) / (2 * h)
    return result


def _gradient_by_rows(f, x, h=1e-5):
    result = np.zeros(x.shape)
    for row in range(len(x)):
        unit = np.zeros(x.shape)
        unit[row] = 1.0
        result[row] = _centred(f, x, unit, h)
    return result


def _gradient_of_first(f, x, h=1e-5):
    unit = np.zeros(x.shape)
    unit.flat[0] = 1.0
    result = np.zeros(x.shape)
    result.flat[0] = _centred(f, x, unit, h)
    return result


def _gradient_flattened(f, x, h=1e-5):
    steps = h * np.eye(x.size)
    x_flat = x.ravel()
    return np.array([(f(x_flat + s) - f(x_flat - s)) / (2 * h) for s in steps]).reshape(x.shape)


def _gradient_steps_left_on(f, x, h=1e-5):
    result, step = np.zeros(x.shape), np.zeros(x.shape)
    for place in np.ndindex(x.shape):
        step[place] = h
        result[place] = (f(x + step) - f(x - step)) / (2 * h)
    return result


def _gradient_without_last(f, x, h=1e-5):
    result = _each_place(_centred)(f, x, h)
    result.flat[-1] = 0.0
    return result


def _gradient_one_for_a_row(f, x, h=1e-5):
    result = np.zeros(len(x))
    for row in range(len(x)):
        unit = np.zeros(x.shape)
        unit[row] = 1.0
        result[row] = _centred(f, x, unit, h)
    return result


def _gradient_of_matrices(f, x, h=1e-5):
    result = np.zeros(x.shape)
    for row in range(x.shape[0]):
        for column in range(x.shape[1]):
            unit = np.zeros(x.shape)
            unit[row, column] = 1.0
            result[row, column] = _centred(f, x, unit, h)
    return result


def _gradient_up_to_matrices(f, x, h=1e-5):
    return (_gradient_by_rows if x.ndim == 1 else _gradient_of_matrices)(f, x, h)


def _gradient_of_both_moved(f, x, h=1e-5):
    result = np.zeros(x.shape)
    for place in np.ndindex(x.shape):
        above, below = x, x
        above[place] += h
        below[place] -= h
        result[place] = (f(above) - f(below)) / (2 * h)
    return result


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
    alternatives=[_each_place(_centred), _gradient_in_place, _gradient_by_rows_of_identity],
    mistakes={
        "This is the one-sided difference, f(x + h) - f(x) over h. Step to both "
        "sides.": _each_place(lambda f, x, unit, h: (f(x + h * unit) - f(x)) / h),
        "This is the one-sided difference, f(x) - f(x - h) over h. Step to both "
        "sides.": _each_place(lambda f, x, unit, h: (f(x) - f(x - h * unit)) / h),
        "From x - h to x + h is a step of 2h: divide by 2h, not by h.": _each_place(
            lambda f, x, unit, h: (f(x + h * unit) - f(x - h * unit)) / h
        ),
        "Python reads a / 2 * h as (a / 2) * h: put the denominator 2h in "
        "parentheses.": _each_place(
            lambda f, x, unit, h: (f(x + h * unit) - f(x - h * unit)) / 2 * h
        ),
        "The division by 2h is missing: this is only the difference of the two "
        "values.": _each_place(lambda f, x, unit, h: f(x + h * unit) - f(x - h * unit)),
        "The difference is the wrong way round: f(x + h) comes first.": _each_place(
            lambda f, x, unit, h: (f(x - h * unit) - f(x + h * unit)) / (2 * h)
        ),
        "You move all numbers of x at once. Each derivative moves one number and keeps the "
        "others.": (_each_place(lambda f, x, unit, h: (f(x + h) - f(x - h)) / (2 * h))),
        "You move all numbers of x at once, and return one number. An array of x's shape is "
        "asked.": (lambda f, x, h=1e-5: (f(x + h) - f(x - h)) / (2 * h)),
        "After each number x stays moved by -h, and the next derivative is taken at another point: "
        "put the number back.": _gradient_never_restored,
        "When you return, x is not what it was: put each number back before you go to the next.": (
            _gradient_leaves_x_moved
        ),
        "Adding and subtracting h rounds, so x comes back slightly changed: remember the number "
        "itself, or work on a copy.": _gradient_nearly_restored,
        "p = x makes no copy: p and x are one array, so that the step up and the step down act on "
        "the same numbers. Take x.copy().": _gradient_without_copy,
        "f takes the whole array x. You give it one part of x at a time.": (
            lambda f, x, h=1e-5: np.array([(f(v + h) - f(v - h)) / (2 * h) for v in x])
        ),
        "You move a whole row at a time. Go through every number of x, whatever its shape.": (
            _gradient_by_rows
        ),
        "Only the first number of x gets its derivative: is the return inside the loop?": (
            _gradient_of_first
        ),
        "You take your own step. Use the h that is given.": lambda f, x, h=1e-5: _each_place(
            _centred
        )(f, x),
        "The result is a vector: give it the shape of x.": lambda f, x, h=1e-5: _each_place(
            _centred
        )(f, x, h).ravel(),
        "This is the second derivative. The first is f(x + h) - f(x - h) over 2h.": _each_place(
            lambda f, x, unit, h: (f(x + h * unit) - 2 * f(x) + f(x - h * unit)) / h**2
        ),
        "Your step is h times x. Here it is h itself, for every number.": _each_place(
            lambda f, x, unit, h: (f(x + h * x * unit) - f(x - h * x * unit)) / (2 * h)
        ),
        "f takes an array of x's shape. You call it with a flattened one.": _gradient_flattened,
        "The steps of the earlier places are left on: set each back to 0 before the "
        "next.": _gradient_steps_left_on,
        "The last number gets no derivative: the loop ends one place too "
        "early.": _gradient_without_last,
        "len(x) counts rows. A matrix has more numbers than that: go through "
        "numpy.ndindex(x.shape).": _gradient_one_for_a_row,
        "Your loops need two axes. x may have any number of them: numpy.ndindex(x.shape) goes "
        "through all places.": _gradient_of_matrices,
        "This works for vectors and matrices. With three axes you still move more than one number "
        "at a time: numpy.ndindex(x.shape) goes through all places.": _gradient_up_to_matrices,
        "p = x makes no copy: x + h and x - h are then the same array, and their difference is "
        "0.": _gradient_of_both_moved,
        "You step by h / 2 to both sides, which is a step of h: step by h, or divide by "
        "h.": _each_place(
            lambda f, x, unit, h: (f(x + h / 2 * unit) - f(x - h / 2 * unit)) / (2 * h)
        ),
        "Your step is h times x. Here it is h itself. (You divide by the step that you took, so "
        "for a small h it hardly shows.)": _each_place(
            lambda f, x, unit, h: (
                (f(x + h * x * unit) - f(x - h * x * unit)) / (2 * h * np.sum(x * unit))
            )
        ),
    },
)

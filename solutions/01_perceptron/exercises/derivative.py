"""What exercise derivative of lab 1 is checked on."""

import numpy as np

from course_utils.exercises import Case, Exercise, edit

_FUNCTIONS = {
    "identity": lambda z: 1.0 * z,
    "step": lambda z: np.where(z >= 0, 1.0, 0.0),
    "logistic": lambda z: 1 / (1 + np.exp(-z)),
    "tanh": np.tanh,
    "gaussian": lambda z: np.exp(-(z**2)),
    "relu": lambda z: np.maximum(0.0, z),
}


def _quotient(left, right):
    """The slope by differences, from z - left to z + right."""

    def derivative(name, z):
        f = _FUNCTIONS[name]
        return (f(z + right) - f(z - left)) / (left + right)

    return derivative


def _derivative_cases(rng):
    z = np.array([-1.5, -0.4, 0.0, 0.7, 2.0])
    for name in _FUNCTIONS:
        yield Case(name, name, z)
    for name in ("identity", "step", "tanh", "gaussian", "relu"):
        yield Case(f"{name}, a batch", name, rng.normal(size=(2, 3)))
    yield Case("logistic, far out", "logistic", np.array([-1000.0, 1000.0]))


#: What stands in the place of a slope, one activation at a time. The sentences begin with the key.
_WRONG_SLOPES = {
    ("np.ones_like(z)", "For the identity"): {
        "the slope is not z: the line rises by 1 for each step of 1.": "z",
        "the slope is not 0: the line rises by 1 for each step of 1.": "0 * z",
        "you return one number; return one for each element of z.": "1.0",
        "len(z) counts the rows only: np.ones_like(z) has z's shape.": "np.ones(len(z))",
    },
    ("np.zeros_like(z)", "For the step"): {
        "you return one number; return one for each element of z.": "0.0",
        "len(z) counts the rows: np.zeros_like(z) has z's shape.": "np.zeros(len(z))",
        "you return the step itself. It is flat on both sides: what is its slope?": "heaviside(z)",
        "the slope is not 1: it is flat on both sides.": "np.ones(np.shape(z))",
        "at z = 0 we agreed on 0, not on 1.": "np.where(z == 0, 1.0, 0.0)",
        "at z = 0 we agreed on 0, not on 1/2.": "np.where(z == 0, 0.5, 0.0)",
        "at z = 0 we agreed on 0, not on infinity.": "np.where(z == 0, np.inf, 0.0)",
    },
    ("y * (1 - y)", "For the logistic function"): {
        "you wrote z (1 - z). It is y (1 - y), with y = f(z).": "z * (1 - z)",
        "you wrote y (1 - z). Both factors have y: y (1 - y).": "y * (1 - z)",
        "you return y itself; its slope is largest at z = 0.": "y",
        "you return 1 - y; one factor is missing.": "1 - y",
        "you return y^2; one of its factors is 1 - y.": "y**2",
        "the sign is wrong: it rises, so its slope is positive.": "y * (y - 1)",
        "you used the rule of tanh, 1 - y^2. Its own rule is another.": "1 - y**2",
        "you return the slope of tanh: it has a rule of its own.": "1 - np.tanh(z) ** 2",
        "you return the slope of ReLU: its name comes as 'logistic'.": "1.0 * (z > 0)",
        "you have y (1 + y): look at the sign.": "y * (1 + y)",
        "you have y (1 - 2 y): y - y^2 is y (1 - y).": "y * (1 - 2 * y)",
        "you apply f twice: the rule is y (1 - y), with y = f(z).": (
            "logistic(y) * (1 - logistic(y))"
        ),
        "you have the inner slope only: go on with the chain rule.": "-np.exp(-z)",
        "far from 0 you get inf / inf, which is nan: write the slope with y = f(z) instead of with "
        "e^-z or e^z.": "np.exp(-z) / (1 + np.exp(-z)) ** 2",
        "the denominator lacks its square.": "np.exp(-z) / (1 + np.exp(-z))",
    },
    ("1 - y**2", "For tanh"): {
        "the square is missing: 1 - tanh z is not its slope.": "1 - y",
        "you double where you should square: 1 - y * y.": "1 - 2 * y",
        "you squared the difference: it is 1 - y^2, not (1 - y)^2.": "(1 - y) ** 2",
        "the square belongs to the value, tanh(z)**2, not to z.": "1 - np.tanh(z**2)",
        "you wrote 1 - z^2. It is the value y = tanh z that is squared.": "1 - z**2",
        "you used the rule of the logistic function, y (1 - y).": "y * (1 - y)",
        "you return the slope of the logistic function.": "logistic(z) * (1 - logistic(z))",
        "the sign in 1 + y^2 is wrong: far from 0 the slope fades to 0.": "1 + y**2",
        "the sign is wrong: it rises, so its slope is positive.": "y**2 - 1",
        "you return y^2: subtract it from something.": "y**2",
        "you return tanh itself. Its slope is asked.": "y",
        "the square is missing: it is 1 / cosh(z)^2.": "1 / np.cosh(z)",
        "this is the slope of the arctangent, another function.": "1 / (1 + z**2)",
    },
    ("-2 * z * y", "For the Gaussian"): {
        "the chain rule is missing: the slope of -z^2 is a factor.": "y",
        "the inner slope lacks its z: -z^2 has the slope -2 z.": "-2 * y",
        "the inner slope is -2 z, not -1.": "-y",
        "the inner slope is -2 z: here its z is squared too.": "-2 * z**2 * y",
        "you multiply by z^2, not by the slope of -z^2.": "z**2 * y",
        "the sign is wrong: right of 0 the curve falls.": "2 * z * y",
        "a factor 2 is missing: the slope of -z^2 is -2 z.": "-z * y",
        "this is the slope of e^(-z^2 / 2); ours is e^(-z^2).": "-z * np.sqrt(y)",
        "you have the inner slope only: the power e^(-z^2) is a factor.": "-2 * z",
        "you put the slope of the exponent into the exponent: the power stays e^(-z^2), and -2 z "
        "is a factor.": "np.exp(-2 * z)",
        "the rule of powers does not apply: z is in the exponent.": "-(z**2) * y / np.e",
        "the exponent is -z^2, not (-z)^2: the curve fades.": "-2 * z / y",
        "the square belongs to z: exp(-z)**2 is e^(-2z).": "-2 * z * np.exp(-2 * z)",
        "the square in the exponent is lost: e^(-z^2).": "-2 * z * np.exp(-z)",
        "this is its second derivative; the first is asked.": "(4 * z**2 - 2) * y",
    },
    ("np.where(z > 0, 1.0, 0.0)", "For ReLU"): {
        "at z = 0 we agreed on 0: use >, not >=.": "np.heaviside(z, 1.0)",
        "at z = 0 we agreed on 0, not on 1/2.": "np.heaviside(z, 0.5)",
        "you return ReLU itself. Its slope is asked.": "np.maximum(0.0, z)",
        "the slope is 0, not 1, where it is cut off.": "np.ones(np.shape(z))",
        "you return 0 everywhere: above 0 it rises by 1 for each step of 1.": "0 * z",
        "below 0 you return -1: it is flat there.": "np.sign(z)",
        "at 0 and below you return -1: it is flat there.": "np.where(z > 0, 1.0, -1.0)",
        "the sides are swapped: it rises above 0.": "np.where(z < 0, 1.0, 0.0)",
        "you ask whether z is not 0: ask if it is above 0.": "np.where(z, 1.0, 0.0)",
        "below 0 you return 0.01 (leaky ReLU): give 0.": "np.where(z > 0, 1.0, 0.01)",
    },
}

derivative = Exercise(
    points=2,
    cases=_derivative_cases,
    hints=[
        "A slope that is the same everywhere is still one number for each element of z.",
        "For logistic and tanh the derivative can be written with the function's own value y. "
        "The Gaussian needs the chain rule.",
        "Logistic: differentiate 1 / (1 + e^-z) and compare with y and 1 - y. tanh: start from "
        "sinh / cosh and use cosh^2 - sinh^2 = 1.",
    ],
    alternatives=[
        edit("np.ones_like(z)", "np.ones(np.shape(z))", "np.zeros_like(z)", "z * 0"),
        edit("y * (1 - y)", "1 / (4 * np.cosh(np.clip(z, -500, 500) / 2) ** 2)"),
        edit("y * (1 - y)", "np.exp(-np.abs(z)) / (1 + np.exp(-np.abs(z))) ** 2"),
        edit("1 - y**2", "1 / np.cosh(z) ** 2", "-2 * z * y", "-2 * z / np.exp(z**2)"),
        edit("1 - y**2", "(1 - y) * (1 + y)", "np.where(z > 0, 1.0, 0.0)", "np.heaviside(z, 0.0)"),
        edit("np.ones_like(z)", "z * 0 + 1", "np.where(z > 0, 1.0, 0.0)", "(z > 0).astype(float)"),
    ],
    mistakes={
        f"{begin} {end}": edit(slope, wrong)
        for (slope, begin), wrong_slopes in _WRONG_SLOPES.items()
        for end, wrong in wrong_slopes.items()
    }
    | {
        "You return the activations, not their slopes.": lambda name, z: _FUNCTIONS[name](z),
        "For the identity and the step you return one number; return one for each element of z.": (
            edit("np.ones_like(z)", "1.0", "np.zeros_like(z)", "0.0")
        ),
        "For the identity and the step len(z) counts the rows only: np.ones_like(z) and "
        "np.zeros_like(z) have z's whole shape.": edit(
            "ones_like(z)", "ones(len(z))", "zeros_like(z)", "zeros(len(z))"
        ),
        "For the step and for ReLU at z = 0 we agreed on 0, not on 1/2.": edit(
            "np.zeros_like(z)", "0.5 * (z == 0)", "z > 0, 1.0, 0.0", "z > 0, 1.0, 0.5 * (z == 0)"
        ),
        "For the step and for ReLU at z = 0 we agreed on 0, not on 1.": edit(
            "np.zeros_like(z)", "1.0 * (z == 0)", "z > 0", "z >= 0"
        ),
        "The slopes of the logistic function and of tanh are swapped.": edit(
            '"logistic"', '"other"', '"tanh"', '"logistic"', '"other"', '"tanh"'
        ),
        "Only the Gaussian is right; the others come out as ReLU: each if replaces what stood "
        "before. Write elif, or return at once.": edit(
            '== "identity":\n    return np.ones_like(z)', '!= "gaussian":\n    return 1.0 * (z > 0)'
        ),
        "identity, step and logistic come out as ReLU: compare with these three names.": edit(
            '"identity"', '"linear"', '"step"', '"heaviside"', '"logistic"', '"sigmoid"'
        ),
        "You return the slope of ReLU whatever the name is.": lambda name, z: 1.0 * (z > 0),
        "You return the logistic slope whatever the name is.": edit(
            'if name == "identity":', 'name = "logistic"\nif name == "identity":'
        ),
        "You return the slope of tanh whatever the name is.": lambda name, z: 1 - np.tanh(z) ** 2,
    }
    | {
        f"A difference quotient (h = {h:g}) fails at the step and at the kink of ReLU, and is "
        "inexact elsewhere: use the formulas.": _quotient(0.0, h)
        for h in (1e-2, 1e-3, 1e-4, 1e-5, 1e-6)
    }
    | {
        f"A central difference (h = {h:g}) fails at the step and at the kink of ReLU: use the "
        "formulas.": _quotient(h, h)
        for h in (1e-2, 1e-3, 1e-4, 1e-5, 1e-6)
    },
)

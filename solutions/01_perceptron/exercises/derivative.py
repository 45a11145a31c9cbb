"""What exercise derivative of lab 1 is checked on."""

import numpy as np

from course_utils.exercises import Case, Exercise

from ._shared import naive_logistic, quietly

_FUNCTIONS = {
    "identity": lambda z: 1.0 * z,
    "step": lambda z: np.where(z >= 0, 1.0, 0.0),
    "logistic": quietly(naive_logistic),
    "tanh": np.tanh,
    "gaussian": lambda z: np.exp(-(z**2)),
    "relu": lambda z: np.maximum(0.0, z),
}


def _slopes(**changes):
    """An answer to `derivative` that is right but for the activations given."""
    slopes = {
        "identity": lambda z: np.ones(np.shape(z)),
        "step": lambda z: np.zeros(np.shape(z)),
        "logistic": quietly(lambda z: naive_logistic(z) * naive_logistic(-z)),
        "tanh": lambda z: 1 - np.tanh(z) ** 2,
        "gaussian": lambda z: -2 * z * np.exp(-(z**2)),
        "relu": lambda z: (z > 0).astype(float),
    } | changes
    return lambda name, z: slopes[name](z)


def _quotient(left, right):
    """The slope by differences, from z - left to z + right."""

    def derivative(name, z):
        f = _FUNCTIONS[name]
        return (f(z + right) - f(z - left)) / (left + right)

    return derivative


def _slope_by_cosh(name, z):
    if name == "logistic":
        return 1 / (4 * np.cosh(np.clip(z, -500, 500) / 2) ** 2)
    if name == "tanh":
        return 1 / np.cosh(z) ** 2
    return _slopes()(name, z)


def _slope_by_match(name, z):
    match name:
        case "identity":
            return z * 0 + 1
        case "step":
            return z * 0
        case "logistic":
            return np.exp(-np.abs(z)) / (1 + np.exp(-np.abs(z))) ** 2
        case "tanh":
            return (1 - np.tanh(z)) * (1 + np.tanh(z))
        case "gaussian":
            return -2 * z / np.exp(z**2)
        case "relu":
            return np.heaviside(z, 0.0)


def _derivative_cases(rng):
    z = np.array([-1.5, -0.4, 0.0, 0.7, 2.0])
    for name in _FUNCTIONS:
        yield Case(name, name, z)
    for name in ("identity", "step", "tanh", "gaussian", "relu"):
        yield Case(f"{name}, a batch", name, rng.normal(size=(2, 3)))
    yield Case("logistic, far out", "logistic", np.array([-1000.0, 1000.0]))


_LOGISTIC_SLOPE, _TANH_SLOPE, _RELU_SLOPE = (
    lambda z, name=name: _slopes()(name, z) for name in ("logistic", "tanh", "relu")
)

#: Wrong slopes, from z and y = f(z), one activation at a time. The sentences begin with the key.
_WRONG_SLOPES = {
    ("identity", "For the identity"): {
        "the slope is not z: the line rises by 1 for each step of 1.": lambda z, y: y,
        "the slope is not 0: the line rises by 1 for each step of 1.": lambda z, y: 0 * z,
        "you return one number; return one for each element of z.": lambda z, y: 1.0,
        "len(z) counts the rows only: np.ones_like(z) has z's shape.": lambda z, y: np.ones(len(z)),
    },
    ("step", "For the step"): {
        "you return one number; return one for each element of z.": lambda z, y: 0.0,
        "len(z) counts the rows: np.zeros_like(z) has z's shape.": lambda z, y: np.zeros(len(z)),
        "you return the step itself. It is flat on both sides: what is its slope?": lambda z, y: y,
        "the slope is not 1: it is flat on both sides.": lambda z, y: np.ones(np.shape(z)),
        "at z = 0 we agreed on 0, not on 1.": lambda z, y: np.where(z == 0, 1.0, 0.0),
        "at z = 0 we agreed on 0, not on 1/2.": lambda z, y: np.where(z == 0, 0.5, 0.0),
        "at z = 0 we agreed on 0, not on infinity.": lambda z, y: np.where(z == 0, np.inf, 0.0),
    },
    ("logistic", "For the logistic function"): {
        "you wrote z (1 - z). It is y (1 - y), with y = f(z).": lambda z, y: z * (1 - z),
        "you wrote y (1 - z). Both factors have y: y (1 - y).": lambda z, y: y * (1 - z),
        "you return y itself; its slope is largest at z = 0.": lambda z, y: y,
        "you return 1 - y; one factor is missing.": lambda z, y: 1 - y,
        "you return y^2; one of its factors is 1 - y.": lambda z, y: y**2,
        "the sign is wrong: it rises, so its slope is positive.": lambda z, y: y * (y - 1),
        "you used the rule of tanh, 1 - y^2. Its own rule is another.": lambda z, y: 1 - y**2,
        "you return the slope of tanh: it has a rule of its own.": lambda z, y: _TANH_SLOPE(z),
        "you return the slope of ReLU: its name comes as 'logistic'.": lambda z, y: _RELU_SLOPE(z),
        "you have y (1 + y): look at the sign.": lambda z, y: y * (1 + y),
        "you have y (1 - 2 y): y - y^2 is y (1 - y).": lambda z, y: y * (1 - 2 * y),
        "you apply f twice: the rule is y (1 - y), with y = f(z).": lambda z, y: _LOGISTIC_SLOPE(y),
        "you have the inner slope only: go on with the chain rule.": lambda z, y: -np.exp(-z),
        "far from 0 you get inf / inf, which is nan: write the slope with y = f(z) instead of with "
        "e^-z or e^z.": lambda z, y: np.exp(-z) / (1 + np.exp(-z)) ** 2,
        "the denominator lacks its square.": lambda z, y: np.exp(-z) / (1 + np.exp(-z)),
    },
    ("tanh", "For tanh"): {
        "the square is missing: 1 - tanh z is not its slope.": lambda z, y: 1 - y,
        "you double where you should square: 1 - y * y.": lambda z, y: 1 - 2 * y,
        "you squared the difference: it is 1 - y^2, not (1 - y)^2.": lambda z, y: (1 - y) ** 2,
        "the square belongs to the value, tanh(z)**2, not to z.": lambda z, y: 1 - np.tanh(z**2),
        "you wrote 1 - z^2. It is the value y = tanh z that is squared.": lambda z, y: 1 - z**2,
        "you used the rule of the logistic function, y (1 - y).": lambda z, y: y * (1 - y),
        "you return the slope of the logistic function.": lambda z, y: _LOGISTIC_SLOPE(z),
        "the sign in 1 + y^2 is wrong: far from 0 the slope fades to 0.": lambda z, y: 1 + y**2,
        "the sign is wrong: it rises, so its slope is positive.": lambda z, y: y**2 - 1,
        "you return y^2: subtract it from something.": lambda z, y: y**2,
        "you return tanh itself. Its slope is asked.": lambda z, y: y,
        "the square is missing: it is 1 / cosh(z)^2.": lambda z, y: 1 / np.cosh(z),
        "this is the slope of the arctangent, another function.": lambda z, y: 1 / (1 + z**2),
    },
    ("gaussian", "For the Gaussian"): {
        "the chain rule is missing: the slope of -z^2 is a factor.": lambda z, y: y,
        "the inner slope lacks its z: -z^2 has the slope -2 z.": lambda z, y: -2 * y,
        "the inner slope is -2 z, not -1.": lambda z, y: -y,
        "the inner slope is -2 z: here its z is squared too.": lambda z, y: -2 * z**2 * y,
        "you multiply by z^2, not by the slope of -z^2.": lambda z, y: z**2 * y,
        "the sign is wrong: right of 0 the curve falls.": lambda z, y: 2 * z * y,
        "a factor 2 is missing: the slope of -z^2 is -2 z.": lambda z, y: -z * y,
        "this is the slope of e^(-z^2 / 2); ours is e^(-z^2).": lambda z, y: -z * np.sqrt(y),
        "you have the inner slope only: the power e^(-z^2) is a factor.": lambda z, y: -2 * z,
        "you put the slope of the exponent into the exponent: the power stays e^(-z^2), and -2 z "
        "is a factor.": lambda z, y: np.exp(-2 * z),
        "the rule of powers does not apply: z is in the exponent.": lambda z, y: -(z**2) * y / np.e,
        "the exponent is -z^2, not (-z)^2: the curve fades.": lambda z, y: -2 * z / y,
        "the square belongs to z: exp(-z)**2 is e^(-2z).": lambda z, y: -2 * z * np.exp(-2 * z),
        "the square in the exponent is lost: e^(-z^2).": lambda z, y: -2 * z * np.exp(-z),
        "this is its second derivative; the first is asked.": lambda z, y: (4 * z**2 - 2) * y,
    },
    ("relu", "For ReLU"): {
        "at z = 0 we agreed on 0: use >, not >=.": lambda z, y: np.heaviside(z, 1.0),
        "at z = 0 we agreed on 0, not on 1/2.": lambda z, y: np.heaviside(z, 0.5),
        "you return ReLU itself. Its slope is asked.": lambda z, y: y,
        "the slope is 0, not 1, where it is cut off.": lambda z, y: np.ones(np.shape(z)),
        "you return 0 everywhere: above 0 it rises by 1 for each step of 1.": lambda z, y: 0 * z,
        "below 0 you return -1: it is flat there.": lambda z, y: np.sign(z),
        "at 0 and below you return -1: it is flat there.": lambda z, y: np.where(z > 0, 1.0, -1.0),
        "the sides are swapped: it rises above 0.": lambda z, y: np.where(z < 0, 1.0, 0.0),
        "you ask whether z is not 0: ask if it is above 0.": lambda z, y: np.where(z, 1.0, 0.0),
        "below 0 you return 0.01 (leaky ReLU): give 0.": lambda z, y: np.where(z > 0, 1.0, 0.01),
    },
}


def _wrong_slope(name, slope):
    return _slopes(**{name: quietly(lambda z: slope(z, _FUNCTIONS[name](z)))})


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
    alternatives=[_slope_by_cosh, _slope_by_match, _slopes()],
    mistakes={
        f"{begin} {end}": _wrong_slope(name, slope)
        for (name, begin), wrong in _WRONG_SLOPES.items()
        for end, slope in wrong.items()
    }
    | {
        "You return the activations, not their slopes.": (lambda name, z: _FUNCTIONS[name](z)),
        "For the identity and the step you return one number; return one for each element of z.": (
            _slopes(identity=lambda z: 1.0, step=lambda z: 0.0)
        ),
        "For the identity and the step len(z) counts the rows only: np.ones_like(z) and "
        "np.zeros_like(z) have z's whole shape.": _slopes(
            identity=lambda z: np.ones(len(z)), step=lambda z: np.zeros(len(z))
        ),
        "For the step and for ReLU at z = 0 we agreed on 0, not on 1/2.": _slopes(
            step=lambda z: np.where(z == 0, 0.5, 0.0), relu=lambda z: np.heaviside(z, 0.5)
        ),
        "For the step and for ReLU at z = 0 we agreed on 0, not on 1.": _slopes(
            step=lambda z: np.where(z == 0, 1.0, 0.0), relu=_FUNCTIONS["step"]
        ),
        "The slopes of the logistic function and of tanh are swapped.": _slopes(
            logistic=_TANH_SLOPE, tanh=_LOGISTIC_SLOPE
        ),
        "Only the Gaussian is right; the others come out as ReLU: each if replaces what stood "
        "before. Write elif, or return at once.": _slopes(
            **dict.fromkeys(["identity", "step", "logistic", "tanh"], _RELU_SLOPE)
        ),
        "identity, step and logistic come out as ReLU: compare with these three names.": _slopes(
            **dict.fromkeys(["identity", "step", "logistic"], _RELU_SLOPE)
        ),
        "You return the slope of ReLU whatever the name is.": lambda name, z: _RELU_SLOPE(z),
        "You return the logistic slope whatever the name is.": (lambda name, z: _LOGISTIC_SLOPE(z)),
        "You return the slope of tanh whatever the name is.": lambda name, z: _TANH_SLOPE(z),
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

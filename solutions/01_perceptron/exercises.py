"""What the exercises of lab 1 are checked on: cases, hints, other right answers, known mistakes."""

import numpy as np

from course_utils.exercises import Call, Case, Exercise, Fixture, Get

# --- 1. heaviside ---------------------------------------------------------------------------------


def _heaviside_cases(rng):
    yield Case("z on both sides of the threshold", np.array([-2.0, 0.5, 3.0]))
    yield Case("exactly at the threshold", np.array([0.0]))
    yield Case("a little above and a little below", np.array([0.2, -0.2, 0.01, -0.01]))
    yield Case("a batch", rng.normal(size=(4, 3)))


def _heaviside_by_mask(z):
    y = np.zeros(np.shape(z))
    y[np.asarray(z) >= 0] = 1.0
    return y


heaviside = Exercise(
    points=1,
    cases=_heaviside_cases,
    hints=[
        "Which output belongs to z = 0? The text says it.",
        "A comparison works on a whole array at once and gives an array of True and False.",
        "numpy.where picks between two values, elementwise.",
    ],
    alternatives=[
        lambda z: (np.asarray(z) >= 0).astype(float),
        lambda z: np.heaviside(z, 1.0),
        lambda z: 1.0 * ~(z < 0),
        np.vectorize(lambda one: 1.0 if one >= 0 else 0.0, otypes=[float]),
        _heaviside_by_mask,
    ],
    mistakes={
        "At z = 0 the unit fires: use >=, not >.": lambda z: np.where(z > 0, 1.0, 0.0),
        "At z = 0 you return 1/2; the text asks for 1 there.": lambda z: np.heaviside(z, 0.5),
        "Your unit fires below the threshold and is silent above it: turn the comparison round.": (
            lambda z: np.where(z < 0, 1.0, 0.0)
        ),
        "Your unit fires at and below the threshold: turn the comparison round.": (
            lambda z: np.where(z <= 0, 1.0, 0.0)
        ),
        "Your unit fires only at z = 0 exactly: it fires above as well.": (
            lambda z: np.where(z == 0, 1.0, 0.0)
        ),
        "This is the sign of z, with -1 below the threshold; a silent unit gives 0.": np.sign,
        "Your silent unit gives -1; here it gives 0.": lambda z: np.where(z >= 0, 1.0, -1.0),
        "Your unit passes z on where it is positive (this is ReLU); a step gives 1 there.": (
            lambda z: np.maximum(z, 0.0)
        ),
        "Between 0 and 1 you pass z on; the step jumps from 0 to 1 at z = 0.": (
            lambda z: np.clip(z, 0.0, 1.0)
        ),
        "Below the threshold you leave z as it is; a silent unit gives 0.": (
            lambda z: np.where(z >= 0, 1.0, z)
        ),
        "Your threshold lies at 1/2. Here it lies at 0: the bias has moved it already.": (
            lambda z: np.where(z >= 0.5, 1.0, 0.0)
        ),
        "Your threshold lies at 1. Here it lies at 0: the bias has moved it already.": (
            lambda z: np.where(z >= 1, 1.0, 0.0)
        ),
        "This is the smooth logistic function; a step gives 0 or 1 and nothing between.": (
            lambda z: 1 / (1 + np.exp(-z))
        ),
        "You decide once for the whole array. Decide for each element of z.": (
            lambda z: 1.0 if np.all(z >= 0) else 0.0
        ),
        "You decide once for the whole array, by its sum. Decide for each element of z.": (
            lambda z: 1.0 if np.sum(z) >= 0 else 0.0
        ),
        "You return 1 for every z: those below 0 give 0.": lambda z: np.ones(np.shape(z)),
    },
)


# --- 2. neuron ------------------------------------------------------------------------------------


def _neuron_cases(rng):
    for name, batch, n, b in (
        ("a batch", 5, 3, -1.5),
        ("one example", 1, 3, 0.5),
        ("zero bias", 2, 3, 0.0),
        ("as many examples as inputs", 3, 3, 0.7),
        ("one input", 4, 1, 1.2),
    ):
        yield Case(name, rng.normal(size=(batch, n)), rng.normal(size=n), b, Fixture("cube"))


def _neuron_by_loops(X, w, b, f):
    outputs = []
    for x in X:
        z = b
        for weight, value in zip(w, x, strict=True):
            z = z + weight * value
        outputs.append(f(z))
    return np.array(outputs)


def _logistic(z):
    return 1 / (1 + np.exp(-z))


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
        lambda X, w, b, f: f(np.einsum("ij,j->i", X, w) + b),
        lambda X, w, b, f: f(np.sum(X * w, axis=1) + b),
        lambda X, w, b, f: f(w @ X.T + b),
        lambda X, w, b, f: f(np.column_stack([X, np.ones(len(X))]) @ np.append(w, b)),
    ],
    mistakes={
        "You return z, the sum. The activation is missing: apply f to it.": (
            lambda X, w, b, f: X @ w + b
        ),
        "The bias is missing: it is added to the weighted sum, before the activation.": (
            lambda X, w, b, f: f(X @ w)
        ),
        "The bias and the activation are both missing: this is only the weighted sum.": (
            lambda X, w, b, f: X @ w
        ),
        "You add the bias after the activation. It belongs into the sum, inside f.": (
            lambda X, w, b, f: f(X @ w) + b
        ),
        "You subtract the bias (as one does with a threshold). Here it is added.": (
            lambda X, w, b, f: f(X @ w - b)
        ),
        "You apply f to the inputs. It comes last: to the sum of weighted inputs and bias.": (
            lambda X, w, b, f: f(X) @ w + b
        ),
        "You apply f twice. Once is enough.": lambda X, w, b, f: f(f(X @ w + b)),
        "You add the bias to every input, before the weights. It is added once, to the sum.": (
            lambda X, w, b, f: f((X + b) @ w)
        ),
        "You add the bias to every product, so it counts n times. Add it once, after the sum.": (
            lambda X, w, b, f: f(np.sum(X * w + b, axis=1))
        ),
        "You weight each input but do not add them up: one number for each example is asked.": (
            lambda X, w, b, f: f(X * w + b)
        ),
        "You apply f to each weighted input and add up after it. Add up first: f comes last.": (
            lambda X, w, b, f: np.sum(f(X * w), axis=1) + b
        ),
        "You apply f to each weighted input with the bias and add up after it. Add up first: f "
        "comes last, once for each example.": lambda X, w, b, f: np.sum(f(X * w + b), axis=1),
        "You multiply by the bias. It is added to the weighted sum.": (
            lambda X, w, b, f: f(X @ w * b)
        ),
        "You subtract the bias, and after the activation. It is added, inside f.": (
            lambda X, w, b, f: f(X @ w) - b
        ),
        "You subtract the weighted sum from the bias: both are added.": (
            lambda X, w, b, f: f(b - X @ w)
        ),
        "You take the mean of the weighted inputs; a neuron takes their sum.": (
            lambda X, w, b, f: f(np.mean(X * w, axis=1) + b)
        ),
        "You add up the whole batch into one number. Each example (row) has a sum of its own.": (
            lambda X, w, b, f: f(np.sum(X * w) + b)
        ),
        "You add up over the examples (axis 0). Add up over the inputs of each example.": (
            lambda X, w, b, f: f(np.sum(X * w, axis=0) + b)
        ),
        "The product is the wrong way round: w @ X combines the examples. Each row of X is one "
        "example, and w belongs to its columns.": lambda X, w, b, f: f(w @ X + b),
        "Your neuron always uses the step. Use the activation that comes as the argument f.": (
            lambda X, w, b, f: np.where(X @ w + b >= 0, 1.0, 0.0)
        ),
        "Your neuron always uses the logistic function. Use the activation that comes as f.": (
            lambda X, w, b, f: _logistic(X @ w + b)
        ),
        "Your neuron always uses tanh. Use the activation that comes as the argument f.": (
            lambda X, w, b, f: np.tanh(X @ w + b)
        ),
        "Your neuron always uses ReLU. Use the activation that comes as the argument f.": (
            lambda X, w, b, f: np.maximum(X @ w + b, 0.0)
        ),
        "You return z and y; only the output y = f(z) is asked.": (
            lambda X, w, b, f: (X @ w + b, f(X @ w + b))
        ),
    },
)


# --- 3. logistic ----------------------------------------------------------------------------------


def _logistic_cases(rng):
    yield Case("around 0", np.array([-1.0, 0.0, 2.0]))
    yield Case("a batch", rng.normal(size=(3, 4)) * 3)
    yield Case("far to the right", np.array([15.0, 40.0, 1000.0]))
    yield Case("far to the left", np.array([-15.0, -40.0, -1000.0]))


def _logistic_by_mask(z):
    z = np.asarray(z, dtype=float)
    y = np.empty_like(z)
    y[z >= 0] = 1 / (1 + np.exp(-z[z >= 0]))
    y[z < 0] = np.exp(z[z < 0]) / (1 + np.exp(z[z < 0]))
    return y


def _quietly(function):
    """The wrong answer without NumPy's warnings: they are the point of it."""

    def quiet(*args):
        with np.errstate(all="ignore"):
            return function(*args)

    return quiet


logistic = Exercise(
    points=2,
    cases=_logistic_cases,
    hints=[
        "e to a negative number lies between 0 and 1, and never overflows. Which form of the "
        "formula has such a power for z above 0?",
        "Multiply numerator and denominator of the formula by e^z. Which form is safe for which "
        "sign of z?",
        "e^-|z| is safe for every z. Both forms can be written with it; numpy.where picks one.",
    ],
    alternatives=[
        _quietly(lambda z: 1 / (1 + np.exp(-z))),
        lambda z: (1 + np.tanh(z / 2)) / 2,
        lambda z: np.exp(-np.logaddexp(0, -z)),
        lambda z: 1 / (1 + np.exp(-np.clip(z, -500, 500))),
        _logistic_by_mask,
    ],
    mistakes={
        "For large z this form becomes inf / inf, which is nan: e^z stands above and below the "
        "line. Which form has e^-z instead?": _quietly(lambda z: np.exp(z) / (1 + np.exp(z))),
        "nan_to_num hides the nan of inf / inf but cannot know the right value: 1 for large z.": (
            _quietly(lambda z: np.nan_to_num(np.exp(z) / (1 + np.exp(z))))
        ),
        "Your curve falls where it should rise: look at the sign in the exponent.": _quietly(
            lambda z: 1 / (1 + np.exp(z))
        ),
        "Your curve falls where it should rise, and is nan far to the left: e^-z stands above the "
        "line, where 1 belongs.": _quietly(lambda z: np.exp(-z) / (1 + np.exp(-z))),
        "The sign between 1 and the power is a plus.": _quietly(lambda z: 1 / (1 - np.exp(-z))),
        "This is 1 + e^-z; the result is 1 divided by that. Python reads 1 / 1 + e as (1 / 1) + e: "
        "put the denominator in parentheses.": _quietly(lambda z: 1 / 1 + np.exp(-z)),
        "Above the line stands 1, not e^z: with e^-z below it, this grows without end.": _quietly(
            lambda z: np.exp(z) / (1 + np.exp(-z))
        ),
        "For negative z your form has e^-z where e^z belongs: there it must come out below 1/2.": (
            _quietly(
                lambda z: np.where(z >= 0, 1 / (1 + np.exp(-z)), np.exp(-z) / (1 + np.exp(-z)))
            )
        ),
        "Below 0 you return 0. The logistic function falls to 0 slowly: 1/2 at z = 0.": _quietly(
            lambda z: np.where(z > 0, 1 / (1 + np.exp(-z)), 0.0)
        ),
        "Your results share a sum of 1, as in softmax. Treat each z by itself.": _quietly(
            lambda z: np.exp(z) / np.sum(np.exp(z))
        ),
        "The 1 in the denominator is missing: this is e^z.": _quietly(lambda z: 1 / np.exp(-z)),
        "You return only the power e^-z, without the rest of the formula.": _quietly(
            lambda z: np.exp(-z)
        ),
        "This is tanh, from -1 to 1. The logistic function goes from 0 to 1.": np.tanh,
        "tanh(z / 2) has the right shape but goes from -1 to 1: shift and shrink it.": (
            lambda z: np.tanh(z / 2)
        ),
        "The absolute value makes both sides alike: below 0 the result must be under 1/2.": (
            lambda z: 1 / (1 + np.exp(-np.abs(z)))
        ),
        "e^-|z| / (1 + e^-|z|) holds for negative z only; positive z need the other form.": (
            lambda z: np.exp(-np.abs(z)) / (1 + np.exp(-np.abs(z)))
        ),
        "The square in the exponent loses the sign of z.": lambda z: 1 / (1 + np.exp(-(z**2))),
        "You cut z off too early, near 10: the logistic function is still different from 0 and 1 "
        "there.": lambda z: 1 / (1 + np.exp(-np.clip(z, -10, 10))),
        "This is the derivative of the logistic function: return y, not y (1 - y).": _quietly(
            lambda z: _logistic(z) * (1 - _logistic(z))
        ),
        "This is the step function: the logistic function rises smoothly.": (
            lambda z: np.where(z >= 0, 1.0, 0.0)
        ),
        "Rounded to 0 and 1 it is the step function: return the probability itself.": _quietly(
            lambda z: np.round(_logistic(z))
        ),
        "2.718 is only near e, and the error shows: use numpy.exp.": _quietly(
            lambda z: 1 / (1 + 2.718 ** (-z))
        ),
        "This is the power of 2, not of e: use numpy.exp.": _quietly(
            lambda z: 1 / (1 + 2.0 ** (-z))
        ),
        "This is ln(1 + e^z), called softplus; its slope is the logistic function.": (
            lambda z: np.logaddexp(0, z)
        ),
    },
)


# --- 4. derivative --------------------------------------------------------------------------------

_FUNCTIONS = {
    "identity": lambda z: 1.0 * z,
    "step": lambda z: np.where(z >= 0, 1.0, 0.0),
    "logistic": _quietly(_logistic),
    "tanh": np.tanh,
    "gaussian": lambda z: np.exp(-(z**2)),
    "relu": lambda z: np.maximum(0.0, z),
}


def _slopes(**changes):
    """An answer to `derivative` that is right but for the activations given."""
    slopes = {
        "identity": lambda z: np.ones(np.shape(z)),
        "step": lambda z: np.zeros(np.shape(z)),
        "logistic": _quietly(lambda z: _logistic(z) * _logistic(-z)),
        "tanh": lambda z: 1 - np.tanh(z) ** 2,
        "gaussian": lambda z: -2 * z * np.exp(-(z**2)),
        "relu": lambda z: (z > 0).astype(float),
    } | changes
    return lambda name, z: slopes[name](z)


def _difference_quotient(h):
    def derivative(name, z):
        f = _FUNCTIONS[name]
        return (f(z + h) - f(z)) / h

    return derivative


def _central_quotient(name, z):
    f = _FUNCTIONS[name]
    return (f(z + 1e-5) - f(z - 1e-5)) / 2e-5


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
    for name in ("tanh", "gaussian", "relu"):
        yield Case(f"{name}, a batch", name, rng.normal(size=(2, 3)))
    yield Case("logistic, far out", "logistic", np.array([-1000.0, 1000.0]))


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
        "You return the activations themselves. Their slopes are asked.": (
            lambda name, z: _FUNCTIONS[name](z)
        ),
        "The slope of the identity is not z: the line rises by 1 for each step of 1.": _slopes(
            identity=lambda z: 1.0 * z
        ),
        "The slope of the identity is not 0: the line rises by 1 for each step of 1.": _slopes(
            identity=lambda z: np.zeros(np.shape(z))
        ),
        "For the identity you return one number; return one for each element of z.": _slopes(
            identity=lambda z: 1.0
        ),
        "For the step you return one number; return one for each element of z.": _slopes(
            step=lambda z: 0.0
        ),
        "For the identity and the step you return one number; return one for each element of z.": (
            _slopes(identity=lambda z: 1.0, step=lambda z: 0.0)
        ),
        "For the step you return the step itself. It is flat on both sides: what is its slope?": (
            _slopes(step=lambda z: np.where(z >= 0, 1.0, 0.0))
        ),
        "The step is flat on both sides: its slope is not 1 there.": _slopes(
            step=lambda z: np.ones(np.shape(z))
        ),
        "For the step at z = 0 we agreed on 0, not on 1 or infinity.": _slopes(
            step=lambda z: np.where(z == 0, 1.0, 0.0)
        ),
        "For the step at z = 0 we agreed on 0. The infinite slope there is of no use.": _slopes(
            step=lambda z: np.where(z == 0, np.inf, 0.0)
        ),
        "For the logistic function you wrote z (1 - z). It is y (1 - y), with y = f(z).": _slopes(
            logistic=lambda z: z * (1 - z)
        ),
        "For the logistic function you return y itself; its slope is largest at z = 0.": _slopes(
            logistic=_quietly(_logistic)
        ),
        "For the logistic function you return 1 - y; one factor is missing.": _slopes(
            logistic=_quietly(lambda z: 1 - _logistic(z))
        ),
        "For the logistic function the sign is wrong: it rises, so its slope is positive.": _slopes(
            logistic=_quietly(lambda z: -_logistic(z) * (1 - _logistic(z)))
        ),
        "For the logistic function you used the rule of tanh, 1 - y^2. Its own rule is another.": (
            _slopes(logistic=_quietly(lambda z: 1 - _logistic(z) ** 2))
        ),
        "For the logistic function you have y (1 + y): look at the sign.": _slopes(
            logistic=_quietly(lambda z: _logistic(z) * (1 + _logistic(z)))
        ),
        "For the logistic function far from 0 you get inf / inf, which is nan: write the slope "
        "with y = f(z) instead of with e^-z or e^z.": _slopes(
            logistic=_quietly(lambda z: np.exp(-z) / (1 + np.exp(-z)) ** 2)
        ),
        "For the logistic function the square in the denominator is missing: this is 1 - y.": (
            _slopes(logistic=_quietly(lambda z: np.exp(-z) / (1 + np.exp(-z))))
        ),
        "For tanh the square is missing: 1 - tanh z is not its slope.": _slopes(
            tanh=lambda z: 1 - np.tanh(z)
        ),
        "For tanh you wrote 1 - z^2. It is the value y = tanh z that is squared.": _slopes(
            tanh=lambda z: 1 - z**2
        ),
        "For tanh you used the rule of the logistic function, y (1 - y). Its own is another.": (
            _slopes(tanh=lambda z: np.tanh(z) * (1 - np.tanh(z)))
        ),
        "For tanh the sign in 1 + y^2 is wrong: far from 0 the slope must fade to 0.": _slopes(
            tanh=lambda z: 1 + np.tanh(z) ** 2
        ),
        "For tanh the sign is wrong: it rises, so its slope is positive.": _slopes(
            tanh=lambda z: np.tanh(z) ** 2 - 1
        ),
        "For tanh you return y^2: subtract it from something.": _slopes(
            tanh=lambda z: np.tanh(z) ** 2
        ),
        "For tanh you return tanh itself. Its slope is asked.": _slopes(tanh=np.tanh),
        "For the Gaussian the chain rule is missing: the slope of -z^2 is a factor.": _slopes(
            gaussian=lambda z: np.exp(-(z**2))
        ),
        "For the Gaussian the sign is wrong: right of 0 the curve falls.": _slopes(
            gaussian=lambda z: 2 * z * np.exp(-(z**2))
        ),
        "For the Gaussian a factor 2 is missing: this belongs to e^(-z^2 / 2).": _slopes(
            gaussian=lambda z: -z * np.exp(-(z**2))
        ),
        "For the Gaussian this is the slope of e^(-z^2 / 2); ours is e^(-z^2).": _slopes(
            gaussian=lambda z: -z * np.exp(-(z**2) / 2)
        ),
        "For the Gaussian you have the inner slope only: the power e^(-z^2) stays as a factor.": (
            _slopes(gaussian=lambda z: -2 * z)
        ),
        "For the Gaussian the factor z is missing in the inner slope.": _slopes(
            gaussian=lambda z: -2 * np.exp(-(z**2))
        ),
        "For the Gaussian the exponent is -z^2, not (-z)^2: the curve fades.": (
            _slopes(gaussian=lambda z: -2 * z * np.exp((-z) ** 2))
        ),
        "For the Gaussian the square belongs to z, inside the exponent: exp(-z)**2 is e^(-2z).": (
            _slopes(gaussian=lambda z: -2 * z * np.exp(-z) ** 2)
        ),
        "For ReLU at z = 0 we agreed on 0: use >, not >=.": _slopes(
            relu=lambda z: (z >= 0).astype(float)
        ),
        "For ReLU at z = 0 we agreed on 0, not on 1/2.": _slopes(
            relu=lambda z: np.heaviside(z, 0.5)
        ),
        "For ReLU you return ReLU itself. Its slope is asked.": _slopes(
            relu=lambda z: np.maximum(0.0, z)
        ),
        "For ReLU the slope is 0, not 1, where it is cut off.": _slopes(
            relu=lambda z: np.ones(np.shape(z))
        ),
        "For ReLU below 0 you return -1: it is flat there.": _slopes(relu=np.sign),
        "For ReLU at 0 and below you return -1: it is flat there.": _slopes(
            relu=lambda z: np.where(z > 0, 1.0, -1.0)
        ),
        "For ReLU the sides are swapped: it rises above 0 and is flat below.": _slopes(
            relu=lambda z: np.where(z < 0, 1.0, 0.0)
        ),
        "A difference quotient fails at the step and at the kink of ReLU, and is inexact "
        "elsewhere: use the formulas.": _difference_quotient(1e-5),
        "A central difference fails at the step and at the kink of ReLU: use the formulas.": (
            _central_quotient
        ),
    },
)


# --- 5. gates -------------------------------------------------------------------------------------

_AND, _OR, _NAND = [1, 1, -1.5], [1, 1, -0.5], [-1, -1, 1.5]


def _gates(AND=_AND, OR=_OR, NAND=_NAND):
    return {"AND": AND, "OR": OR, "NAND": NAND}


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
        "AND and OR are swapped.": _gates(AND=_OR, OR=_AND),
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
        "AND: a single 1 gives z = 0, and at 0 the neuron fires. Only both together may fire.": (
            _gates(AND=[1, 1, -1])
        ),
        "AND: it computes AND, but the line runs through (1, 1) itself. Put it halfway between "
        "(1, 1) and the inputs that are silent.": _gates(AND=[1, 1, -2]),
        "AND: look at the sign of the bias. With a positive bias every input fires.": _gates(
            AND=[1, 1, 1.5]
        ),
        "AND: with no bias every input fires. How much evidence must come together?": _gates(
            AND=[1, 1, 0]
        ),
        "AND: this is OR. A single 1 must not be enough.": _gates(AND=_OR),
        "AND: this is NAND, its opposite.": _gates(AND=_NAND),
        "OR: it computes OR, but the line runs through (0, 1) and (1, 0) themselves. Put it "
        "halfway between them and (0, 0).": _gates(OR=[1, 1, -1]),
        "OR: at (0, 0) z is 0, and at 0 the neuron fires. It must be silent there.": _gates(
            OR=[1, 1, 0]
        ),
        "OR: look at the sign of the bias. With a positive bias (0, 0) fires as well.": _gates(
            OR=[1, 1, 0.5]
        ),
        "OR: this is AND. A single 1 must be enough.": _gates(OR=_AND),
        "NAND: it computes NAND, but the line runs through (0, 1) and (1, 0) themselves. Put it "
        "halfway between them and (1, 1).": _gates(NAND=[-1, -1, 1]),
        "NAND: at (1, 1) z is 0, and at 0 the neuron fires. It must be silent there.": _gates(
            NAND=[-1, -1, 2]
        ),
        "NAND: weights and bias are all negative, so it never fires. Which input should fire even "
        "where all inputs are 0?": _gates(NAND=[-1, -1, -1.5]),
        "NAND: weights and bias are all positive, so it always fires. More ones should silence "
        "it.": _gates(NAND=[1, 1, 1.5]),
        "NAND: this is AND. NAND is its opposite: it fires where AND is silent.": _gates(NAND=_AND),
        "NAND: this is NOR. NAND is silent only where both inputs are 1.": _gates(
            NAND=[-1, -1, 0.5]
        ),
    },
)


# --- 6. Perceptron --------------------------------------------------------------------------------


class _Unit:
    """A perceptron in small pieces, so that a mistake changes one of them."""

    def __init__(self, n):
        self.w = np.zeros(n)
        self.b = 0.0

    def fires(self, z):
        return z >= 0

    def predict(self, X):
        return np.where(self.fires(X @ self.w + self.b), 1.0, 0.0)

    def error(self, x, t):
        return t - float(self.fires(x @ self.w + self.b))

    def learn(self, x, error):
        self.w = self.w + error * x
        self.b = self.b + error

    def update(self, x, t):
        error = self.error(x, t)
        if error != 0:
            self.learn(x, error)
        return int(error != 0)

    def epoch(self, X, t):
        return sum(self.update(x, target) for x, target in zip(X, t, strict=True))

    def fit(self, X, t, epochs):
        counts = []
        while len(counts) < epochs and (not counts or counts[-1] > 0):
            counts.append(self.epoch(X, t))
        return counts


class _OneVector:
    """Another right answer: the bias is the last weight, of an input that is always 1."""

    def __init__(self, n):
        self.v = np.zeros(n + 1)

    w = property(lambda self: self.v[:-1])
    b = property(lambda self: self.v[-1])

    def predict(self, X):
        return np.heaviside(np.column_stack([X, np.ones(len(X))]) @ self.v, 1.0)

    def update(self, x, t):
        y = self.predict(x[None])[0]
        self.v += (t - y) * np.append(x, 1.0)
        return abs(t - y)

    def fit(self, X, t, epochs):
        counts = []
        for _ in range(epochs):
            count = 0
            for i in range(len(X)):
                count += self.update(X[i], t[i])
            counts.append(count)
            if count == 0:
                return counts
        return counts


class _TwoRules:
    """Another right answer: one branch for each of the two mistakes, all in place."""

    def __init__(self, n):
        self.w = np.zeros(n)
        self.b = 0

    def predict(self, X):
        return np.array([1.0 if np.dot(self.w, x) + self.b >= 0 else 0.0 for x in X])

    def update(self, x, t):
        fired = np.dot(self.w, x) + self.b >= 0
        if t == 1 and not fired:
            self.w += x
            self.b += 1
            return 1
        if t == 0 and fired:
            self.w -= x
            self.b -= 1
            return 1
        return 0

    def fit(self, X, t, epochs):
        mistakes = []
        done = False
        while not done and len(mistakes) < epochs:
            mistakes.append(0)
            for x, target in zip(X, t, strict=True):
                mistakes[-1] += self.update(x, target)
            done = mistakes[-1] == 0
        return mistakes


class _SilentAtZero(_Unit):
    def fires(self, z):
        return z > 0


class _PredictsSigns(_Unit):
    def predict(self, X):
        return np.where(X @ self.w + self.b >= 0, 1.0, -1.0)


class _PredictsSums(_Unit):
    def predict(self, X):
        return X @ self.w + self.b


class _PredictsWithoutBias(_Unit):
    def predict(self, X):
        return np.where(X @ self.w >= 0, 1.0, 0.0)


class _Unlearns(_Unit):
    def learn(self, x, error):
        super().learn(x, -error)


class _ForgetsBias(_Unit):
    def learn(self, x, error):
        self.w = self.w + error * x


class _ForgetsWeights(_Unit):
    def learn(self, x, error):
        self.b = self.b + error


class _MissesSumBias(_Unit):
    def error(self, x, t):
        return t - float(self.fires(x @ self.w))

    def predict(self, X):
        return np.where(X @ self.w >= 0, 1.0, 0.0)


class _Replaces(_Unit):
    def learn(self, x, error):
        self.w = error * x
        self.b = error


class _ReplacesAlways(_Unit):
    def update(self, x, t):
        error = self.error(x, t)
        self.w = error * x
        self.b = error
        return int(error != 0)


class _PredictsMinusBias(_Unit):
    def predict(self, X):
        return np.where(X @ self.w - self.b >= 0, 1.0, 0.0)


class _MinusBias(_PredictsMinusBias):
    def error(self, x, t):
        return t - float(x @ self.w - self.b >= 0)


class _AlwaysAdds(_Unit):
    def learn(self, x, error):
        self.w = self.w + x
        self.b = self.b + 1


class _BiasGetsTarget(_Unit):
    def update(self, x, t):
        error = self.error(x, t)
        if error != 0:
            self.w = self.w + error * x
            self.b = self.b + t
        return int(error != 0)


class _WeightsWithoutInput(_Unit):
    def learn(self, x, error):
        self.w = self.w + error
        self.b = self.b + error


class _Hebb(_Unit):
    def update(self, x, t):
        error = self.error(x, t)
        self.learn(x, t)
        return int(error != 0)


class _LearnsWhenRight(_Unit):
    def update(self, x, t):
        error = self.error(x, t)
        self.learn(x, 2 * t - 1)
        return int(error != 0)


class _LearnsOnlyWhenRight(_Unit):
    def update(self, x, t):
        error = self.error(x, t)
        if error == 0:
            self.learn(x, 2 * t - 1)
        return int(error != 0)


class _DeltaRule(_Unit):
    def update(self, x, t):
        error = self.error(x, t)
        self.learn(x, t - (x @ self.w + self.b))
        return int(error != 0)


class _TenthSteps(_Unit):
    def learn(self, x, error):
        super().learn(x, 0.1 * error)


class _HalfSteps(_Unit):
    def learn(self, x, error):
        super().learn(x, 0.5 * error)


class _DoubleSteps(_Unit):
    def learn(self, x, error):
        super().learn(x, 2 * error)


class _OnlyMissed(_Unit):
    def learn(self, x, error):
        if error > 0:
            super().learn(x, error)


class _OnlyFalseAlarms(_Unit):
    def learn(self, x, error):
        if error < 0:
            super().learn(x, error)


class _ReturnsError(_Unit):
    def update(self, x, t):
        error = self.error(x, t)
        self.learn(x, error)
        return error

    def epoch(self, X, t):
        return sum(int(self.update(x, target) != 0) for x, target in zip(X, t, strict=True))


class _AddsUpErrors(_ReturnsError):
    def epoch(self, X, t):
        return sum(self.update(x, target) for x, target in zip(X, t, strict=True))


class _ReturnsRight(_Unit):
    def update(self, x, t):
        return 1 - super().update(x, t)

    def epoch(self, X, t):
        return sum(1 - self.update(x, target) for x, target in zip(X, t, strict=True))


class _CountsAgain(_Unit):
    def update(self, x, t):
        super().update(x, t)
        return int(self.error(x, t) != 0)


class _UpdatesAfterEpoch(_Unit):
    def epoch(self, X, t):
        errors = np.asarray(t) - self.predict(X)
        for x, error in zip(X, errors, strict=True):
            self.learn(x, error)
        return int(np.sum(errors != 0))


class _CountsAfterEpoch(_Unit):
    def epoch(self, X, t):
        super().epoch(X, t)
        return int(np.sum(self.predict(X) != t))


class _NeverStops(_Unit):
    def fit(self, X, t, epochs):
        return [self.epoch(X, t) for _ in range(epochs)]


class _DropsTheZero(_Unit):
    def fit(self, X, t, epochs):
        return [count for count in super().fit(X, t, epochs) if count > 0]


class _ReturnsTotal(_Unit):
    def fit(self, X, t, epochs):
        return sum(super().fit(X, t, epochs))


class _ReturnsLast(_Unit):
    def fit(self, X, t, epochs):
        return super().fit(X, t, epochs)[-1]


class _RunningTotal(_Unit):
    def fit(self, X, t, epochs):
        return [int(total) for total in np.cumsum(super().fit(X, t, epochs))]


class _CountGoesOn(_Unit):
    def fit(self, X, t, epochs):
        counts, count = [], 0
        for _ in range(epochs):
            count += self.epoch(X, t)
            counts.append(count)
            if count == 0:
                break
        return counts


class _StartsAfresh(_Unit):
    def fit(self, X, t, epochs):
        self.__init__(X.shape[1])
        return super().fit(X, t, epochs)


class _OneEpoch(_Unit):
    def fit(self, X, t, epochs):
        return super().fit(X, t, 1)


class _StopsAtFirstRight(_Unit):
    def epoch(self, X, t):
        count = 0
        for x, target in zip(X, t, strict=True):
            if self.update(x, target) == 0:
                break
            count += 1
        return count


class _StopsAtFirstMistake(_Unit):
    def epoch(self, X, t):
        for x, target in zip(X, t, strict=True):
            if self.update(x, target):
                return 1
        return 0


class _Backwards(_Unit):
    def epoch(self, X, t):
        return super().epoch(X[::-1], t[::-1])


class _FitOnlyCounts(_Unit):
    def epoch(self, X, t):
        return int(np.sum(self.predict(X) != t))


class _Fractions(_Unit):
    def fit(self, X, t, epochs):
        return [count / len(X) for count in super().fit(X, t, epochs)]


_BITS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])


def _perceptron_cases(rng):
    # Whole numbers: every sum is exact, so that z = 0 is z = 0 in whatever order it is added up.
    see = [Get("w"), Get("b")]
    x, other = np.array([1.0, -2.0, 3.0]), np.array([-1.0, -1.0, 2.0])
    yield Case("at the start: w and b are 0", 3, steps=see)
    yield Case(
        "one example, wrong: z = 0 fires, and should not",
        3,
        steps=[Call("update", x, 0), *see],
    )
    yield Case("one example, right: nothing changes", 3, steps=[Call("update", x, 1), *see])
    yield Case(
        "three examples: fired wrongly, right, missed",
        3,
        steps=[Call("update", x, 0), Call("update", x, 0), Call("update", other, 1), *see],
    )
    X = rng.integers(-3, 4, size=(6, 2)).astype(float)
    yield Case(
        "predict, before and after learning",
        2,
        steps=[
            Call("predict", X),
            Call("update", np.array([1.0, 2.0]), 0),
            Call("predict", X),
            Call("predict", np.array([[-1.0, 0.0], [1.0, -1.0], [0.0, 0.0]])),
        ],
    )
    yield Case(
        "fit: NAND, until an epoch has no mistake",
        2,
        steps=[Call("fit", _BITS, np.array([1.0, 1.0, 1.0, 0.0]), 30), *see],
    )
    yield Case(
        "fit: XOR, until the epochs are used up",
        2,
        steps=[Call("fit", _BITS, np.array([0.0, 1.0, 1.0, 0.0]), 5), *see],
    )
    yield Case(
        "fit twice: the second goes on where the first ended",
        2,
        steps=[
            Call("fit", _BITS, np.array([0.0, 0.0, 0.0, 1.0]), 2),
            Call("fit", _BITS, np.array([0.0, 0.0, 0.0, 1.0]), 2),
            *see,
        ],
    )
    X, t = _separable(rng)
    yield Case("fit: examples that a line separates", 3, steps=[Call("fit", X, t, 50), *see])


def _separable(rng):
    """Eight examples of whole numbers and their classes, both of them present."""
    while True:
        X = rng.integers(-4, 5, size=(8, 3)).astype(float)
        z = X @ rng.integers(-3, 4, size=3) + 0.5
        if 2 <= np.sum(z > 0) <= 6:
            return X, (z > 0).astype(float)


Perceptron = Exercise(
    points=3,
    cases=_perceptron_cases,
    hints=[
        "Write and try the methods one after the other: predict, update, fit. The check says which "
        "of them it called.",
        "t - y is 0, +1 or -1. So one formula covers the three cases of the rule.",
        "fit needs two loops: over the epochs, and in it over the examples. It calls update for "
        "each example and adds up what that returns, anew in each epoch.",
    ],
    alternatives=[_OneVector, _TwoRules, _Unit],
    mistakes={
        "At z = 0 your unit is silent; with >= it fires there. At the start z is 0 for every x.": (
            _SilentAtZero
        ),
        "predict gives -1 for a silent unit; here it gives 0.": _PredictsSigns,
        "predict returns the sum z; apply the step to it.": _PredictsSums,
        "predict forgets the bias.": _PredictsWithoutBias,
        "The sign of the correction is wrong: (t - y), not (y - t). Each step makes it worse.": (
            _Unlearns
        ),
        "The bias never changes: it learns as the weights do, with an input of 1.": _ForgetsBias,
        "The weights never change: only the bias learns.": _ForgetsWeights,
        "The sum z lacks the bias: z = x w + b.": _MissesSumBias,
        "You replace w and b by the correction: add it to what they were.": _Replaces,
        "You replace w and b at every example, by (t - y) x and t - y: add these to them.": (
            _ReplacesAlways
        ),
        "predict subtracts the bias: z = Xw + b.": _PredictsMinusBias,
        "You subtract the bias in z, and correct it as if it were added: z = Xw + b.": _MinusBias,
        "You add x after every mistake. Where the unit fired and should not, x is subtracted: "
        "(t - y) has the sign.": _AlwaysAdds,
        "The bias gets t added; it is t - y, as for the weights.": _BiasGetsTarget,
        "The correction of the weights lacks the factor x: it is (t - y) x.": _WeightsWithoutInput,
        "You add t x, right or wrong. Only mistakes count: the factor is t - y.": _Hebb,
        "You learn from right answers too: where y = t nothing changes.": _LearnsWhenRight,
        "You learn where the answer is right, not where it is wrong: turn the condition round.": (
            _LearnsOnlyWhenRight
        ),
        "The correction uses the sum z where it needs the output y: t - y is 0, +1 or -1.": (
            _DeltaRule
        ),
        "You take a tenth of the correction. The rule here adds (t - y) x in full.": _TenthSteps,
        "You take half of the correction. The rule here adds (t - y) x in full.": _HalfSteps,
        "You take double the correction: with signs -1 and +1, t - y would be -2 or +2. Here "
        "classes are 0 and 1.": _DoubleSteps,
        "Only the unit that should have fired and did not is corrected. The other mistake needs "
        "its correction too.": _OnlyMissed,
        "Only the unit that fired and should not is corrected. The other mistake needs its "
        "correction too.": _OnlyFalseAlarms,
        "update returns t - y, which can be -1; it returns how many mistakes were made: 1 or 0.": (
            _ReturnsError
        ),
        "You add up t - y, and -1 and +1 cancel: count 1 for each mistake.": _AddsUpErrors,
        "update returns 1 where the answer was right; it is 1 for a mistake.": _ReturnsRight,
        "A mistake is counted before the correction: compare the output as it was with t.": (
            _CountsAgain
        ),
        "You compute all outputs first and correct afterwards. Correct after each example: the "
        "next one meets the new weights.": _UpdatesAfterEpoch,
        "You count what is wrong after the epoch. Count the mistakes while going through it.": (
            _CountsAfterEpoch
        ),
        "fit goes on after an epoch without a mistake: stop there.": _NeverStops,
        "The list lacks the 0 of the last epoch: append first, then stop.": _DropsTheZero,
        "fit returns the total; a list with the mistakes of each epoch is asked.": _ReturnsTotal,
        "fit returns the last epoch's number only; a list with that of each epoch is asked.": (
            _ReturnsLast
        ),
        "The list has running totals: each entry counts one epoch only.": _RunningTotal,
        "The count is not set back to 0 at the start of each epoch, and so never stops the loop.": (
            _CountGoesOn
        ),
        "fit sets w and b back to 0: it starts from what they are.": _StartsAfresh,
        "fit makes one epoch only: is its return inside the loop?": _OneEpoch,
        "You leave the epoch at the first example that is right: go through all of them.": (
            _StopsAtFirstRight
        ),
        "You leave the epoch at the first mistake: go through all examples.": _StopsAtFirstMistake,
        "You go through the examples from the last to the first: keep their order.": _Backwards,
        "fit counts mistakes but never learns from them: call update.": _FitOnlyCounts,
        "The list has fractions of the examples: the numbers of mistakes are asked.": _Fractions,
    },
)


# --- 7. mistake_bound -----------------------------------------------------------------------------


def _bound(
    *,
    one=True,
    sign=lambda t: 2 * t - 1,
    u=lambda w, b: np.append(w, b) / np.linalg.norm(np.append(w, b)),
    margin=np.min,
    norms=lambda P: np.linalg.norm(P, axis=1),
    longest=np.max,
    result=lambda R, gamma: (R / gamma) ** 2,
):
    """An answer to `mistake_bound` with pieces exchanged; one: R includes the input 1."""

    def answer(X, t, w, b):
        with np.errstate(all="ignore"):
            P = np.column_stack([X, np.ones(len(X))])
            R = longest(norms(P if one else X))
            return result(R, margin(sign(t) * (P @ u(w, b))))

    return answer


def _bound_by_loops(X, t, w, b):
    size = (sum(value**2 for value in w) + b**2) ** 0.5
    longest, gamma = 0.0, float("inf")
    for x, target in zip(X, t, strict=True):
        longest = max(longest, (sum(value**2 for value in x) + 1) ** 0.5)
        z = sum(weight * value for weight, value in zip(w, x, strict=True)) + b
        gamma = min(gamma, (z if target == 1 else -z) / size)
    return (longest / gamma) ** 2


def _bound_by_squares(X, t, w, b):
    z = X @ w + b
    return (1 + (X**2).sum(axis=1)).max() * (w @ w + b**2) / (z**2).min()


def _bound_without_one(X, t, w, b):
    size = np.linalg.norm(w)
    gamma = np.min((2 * t - 1) * (X @ w + b)) / size
    return (np.max(np.linalg.norm(X, axis=1)) / gamma) ** 2


def _bound_cases(rng):
    for name, batch, n, scale, shift in (
        ("a line not of length 1", 6, 2, 3.0, 0.5),
        ("zero bias", 5, 2, 1.0, 0.0),
        ("a batch", 8, 3, 0.7, -0.8),
        ("a large bias", 7, 3, 2.0, 1.5),
    ):
        w = scale * rng.normal(size=n)
        b = scale * shift
        sides = rng.permutation(np.arange(batch) % 2)
        X = _on_sides(rng, w, b, sides)
        yield Case(name, X, sides.astype(float), w, b)


def _on_sides(rng, w, b, sides):
    """Examples on the given side (0 or 1) of the line, each with a margin of its own."""
    signs = 2 * sides - 1
    direction = w / np.linalg.norm(w)
    X = rng.normal(size=(len(sides), len(w)))
    distances = signs * rng.uniform(0.3, 2.0, size=len(sides))
    return X + np.outer(distances - (X @ w + b) / np.linalg.norm(w), direction)


mistake_bound = Exercise(
    points=2,
    cases=_bound_cases,
    hints=[
        "Work with the examples as the theorem sees them: with one more column, all ones.",
        "Three pieces: R, a maximum over the examples; u, a vector of length 1; gamma, a minimum "
        "over the examples.",
        "2 t - 1 turns classes 0 and 1 into signs. numpy.linalg.norm with axis=1 gives the length "
        "of each row; numpy.append joins w and b.",
    ],
    alternatives=[_bound_by_loops, _bound_by_squares, _bound()],
    mistakes={
        "R lacks the constant input: take the length of (x, 1), not of x.": _bound(one=False),
        "u has to include the bias: divide (w, b) by the length of (w, b), not by that of w.": (
            _bound(u=lambda w, b: np.append(w, b) / np.linalg.norm(w))
        ),
        "You left the constant input out: it belongs to R and to the length of (w, b).": (
            _bound_without_one
        ),
        "u must have length 1: divide (w, b) by its length.": _bound(u=np.append),
        "(w, b) is not divided by its length, and R lacks the constant input.": _bound(
            one=False, u=np.append
        ),
        "You subtract the bias: with the constant input 1 it is added.": (
            _bound(u=lambda w, b: np.append(w, -b) / np.linalg.norm(np.append(w, b)))
        ),
        "You multiply R and gamma; R is divided by gamma.": _bound(
            result=lambda R, gamma: (R * gamma) ** 2
        ),
        "The square is missing: (R / gamma)^2.": _bound(result=lambda R, gamma: R / gamma),
        "You divided the wrong way round: R stands above the line, gamma below.": _bound(
            result=lambda R, gamma: (gamma / R) ** 2
        ),
        "gamma is squared, but R is not: the square covers the whole fraction.": _bound(
            result=lambda R, gamma: R / gamma**2
        ),
        "R is squared, but gamma is not: the square covers the whole fraction.": _bound(
            result=lambda R, gamma: R**2 / gamma
        ),
        "Your gamma belongs to the farthest example. It is the smallest margin, with s = +1 for "
        "class 1 and -1 for class 0.": _bound(margin=np.max),
        "The margin is the smallest over the examples; you took the mean.": _bound(margin=np.mean),
        "R is the largest length; you took the smallest.": _bound(longest=np.min),
        "R is the largest length; you took the mean.": _bound(longest=np.mean),
        "Classes 0 and 1 are no signs: with s = 0 the margin of class 0 vanishes. Make -1 of 0.": (
            _bound(sign=lambda t: t)
        ),
        "The sign s is missing in the margin: for class 0 the sum is negative, and a minimum of "
        "negative numbers is the farthest example.": _bound(sign=lambda t: np.ones(len(t))),
        "The margin lacks the bias: u.(x, 1) is more than w.x.": _bound(
            u=lambda w, b: np.append(w, 0.0) / np.linalg.norm(np.append(w, b))
        ),
        "You took the length of the whole matrix of examples. R is the length of its longest row: "
        "use axis=1.": _bound(norms=np.linalg.norm),
        "You took the lengths of the columns (axis=0). An example is a row.": _bound(
            norms=lambda P: np.linalg.norm(P, axis=0)
        ),
        "R is a length, the root of the sum of squares: the root is missing.": _bound(
            norms=lambda P: np.sum(P**2, axis=1)
        ),
        "You took the largest single input; R is the length of a whole example.": (
            _bound(norms=np.abs)
        ),
        "R is the sum of the absolute inputs; its length is the root of the sum of squares.": (
            _bound(norms=lambda P: np.sum(np.abs(P), axis=1))
        ),
        "u is divided by the squared length of (w, b): by the length itself.": _bound(
            u=lambda w, b: np.append(w, b) / np.sum(np.append(w, b) ** 2)
        ),
        "You return R and gamma; the bound made of them is asked.": _bound(
            result=lambda R, gamma: (R, gamma)
        ),
        "You return gamma only; the bound is (R / gamma)^2.": _bound(result=lambda R, gamma: gamma),
        "You return a whole number; the bound is asked as it is, a float.": _bound(
            result=lambda R, gamma: int((R / gamma) ** 2)
        ),
    },
)


# --- 8. xor ---------------------------------------------------------------------------------------


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
    yield Case("the four inputs", _BITS)
    yield Case("in another order", _BITS[[3, 1, 0, 2]])
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
        "This is OR: it fires for (1, 1) too. NAND has to veto that.": _bit(np.maximum),
        "This is NAND: it fires for (0, 0) too. OR has to veto that.": _bit(
            lambda x1, x2: 1 - x1 * x2
        ),
        "This is AND: it fires for (1, 1) only. Do the inputs x reach the last neuron, in place of "
        "the hidden outputs, or is one of the two hidden neurons an AND?": _bit(np.minimum),
        "It fires where both inputs are equal, so it is the opposite of XOR. Is the last neuron a "
        "NAND?": _bit(lambda x1, x2: x1 == x2),
        "This is NOR: it fires for (0, 0) only.": _bit(lambda x1, x2: (1 - x1) * (1 - x2)),
        "It always fires. The last neuron is an AND, not an OR: both hidden ones have to agree.": (
            _bit(lambda x1, x2: np.ones(len(x1)))
        ),
        "It never fires. AND and NAND never agree: is the first hidden neuron an OR?": _bit(
            lambda x1, x2: np.zeros(len(x1))
        ),
        "Only the first input counts: the second column of X is not used.": _bit(lambda x1, x2: x1),
        "Only the second input counts: the first column of X is not used.": _bit(lambda x1, x2: x2),
        "This is 1 for (1, 0) and not for (0, 1): XOR is the same from both sides.": _bit(
            lambda x1, x2: x1 * (1 - x2)
        ),
        "This is 1 for (0, 1) and not for (1, 0): XOR is the same from both sides.": _bit(
            lambda x1, x2: x2 * (1 - x1)
        ),
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
        "You answer for the first example only: each row of X gets its own output.": (
            lambda X: float(X[0, 0] != X[0, 1])
        ),
        "You add up over the examples (axis 0). The two inputs of an example lie along axis 1.": (
            lambda X: np.where(np.sum(X, axis=0) == 1, 1.0, 0.0)
        ),
        "You return -1 where XOR is false; 0 is asked.": _bit(
            lambda x1, x2: np.where(x1 != x2, 1.0, -1.0)
        ),
        "x1 - x2 is -1 for (0, 1): 0 or 1 is asked.": _bit(lambda x1, x2: x1 - x2),
        "x1 + x2 is 2 for (1, 1): 0 or 1 is asked.": _bit(lambda x1, x2: x1 + x2),
    },
)


# --- 9. softmax -----------------------------------------------------------------------------------


def _softmax(Z, shift=lambda Z: Z.max(axis=1, keepdims=True), axis=1):
    with np.errstate(all="ignore"):
        powers = np.exp(Z - shift(Z))
        return powers / powers.sum(axis=axis, keepdims=True)


def _softmax_by_rows(Z):
    rows = []
    for z in Z:
        powers = np.exp(z - max(z))
        rows.append(powers / sum(powers))
    return np.array(rows)


def _softmax_by_logs(Z):
    return np.exp(Z - np.logaddexp.reduce(Z, axis=1)[:, None])


def _softmax_transposed(Z):
    powers = np.exp(Z.T - Z.max(axis=1))
    return (powers / powers.sum(axis=0)).T


def _softmax_unshaped_sum(Z):
    powers = np.exp(Z - Z.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1)


def _softmax_unshaped_max(Z):
    powers = np.exp(Z - Z.max(axis=1))
    return powers / powers.sum(axis=1, keepdims=True)


def _softmax_cases(rng):
    yield Case("one row of scores", rng.normal(size=(1, 3)))
    yield Case("a batch", rng.normal(size=(4, 3)) * 2)
    yield Case("as many rows as classes", rng.normal(size=(3, 3)))
    yield Case("large scores", np.array([[1000.0, 1001.0, 1002.0]]))
    yield Case("large and small in one row", np.array([[1000.0, -1000.0, 0.0, 999.0]]))
    yield Case("very negative scores", np.array([[-1000.0, -1001.0, -1002.5]]))
    yield Case("rows far apart", np.array([[1000.0, 999.0], [-1000.0, -1002.0]]))


softmax = Exercise(
    points=2,
    cases=_softmax_cases,
    hints=[
        "Adding one number to all scores of a row multiplies numerator and denominator alike: the "
        "probabilities stay. Which number would you add, so that no power overflows?",
        "Subtract from each row its own largest score. Then the largest power is e^0 = 1.",
        "keepdims=True keeps the shape (batch, 1) of a maximum or a sum over axis 1, so that it "
        "fits to the rows again.",
    ],
    alternatives=[
        _softmax_by_rows,
        _softmax_by_logs,
        _softmax_transposed,
        lambda Z: np.array(
            [np.exp(z - z.max()) / np.einsum("i->", np.exp(z - z.max())) for z in Z]
        ),
    ],
    mistakes={
        "e^1000 overflows to inf, and inf / inf is nan: shift each row's scores before you take "
        "powers.": lambda Z: _softmax(Z, shift=lambda Z: 0.0),
        "nan_to_num hides the overflow but loses the probabilities: keep the powers from "
        "overflowing.": lambda Z: np.nan_to_num(_softmax(Z, shift=lambda Z: 0.0)),
        "Each column sums to 1; each row should: the classes lie along axis 1.": (
            lambda Z: _softmax(Z, lambda Z: Z.max(axis=0, keepdims=True), axis=0)
        ),
        "The sum runs over the examples (axis 0): each row needs its own sum.": (
            lambda Z: _softmax(Z, axis=0)
        ),
        "The whole batch sums to 1; each row should: sum over axis 1.": (
            lambda Z: _softmax(Z, lambda Z: Z.max(), axis=None)
        ),
        "The whole batch sums to 1, though you shift each row: the sum needs axis 1 too.": (
            lambda Z: _softmax(Z, axis=None)
        ),
        "The whole batch sums to 1, and e^1000 overflows: sum over axis 1, and shift each row's "
        "scores before you take powers.": lambda Z: _softmax(Z, lambda Z: 0.0, axis=None),
        "Each column sums to 1, and e^1000 overflows: sum over axis 1, and shift each row's scores "
        "before you take powers.": lambda Z: _softmax(Z, lambda Z: 0.0, axis=0),
        "You subtract the largest score of the whole batch: a row far below it becomes 0 / 0. Each "
        "row has a maximum of its own.": lambda Z: _softmax(Z, lambda Z: Z.max()),
        "You subtract the largest score of each column: each row has a maximum of its own.": (
            lambda Z: _softmax(Z, lambda Z: Z.max(axis=0, keepdims=True))
        ),
        "The sums have shape (batch,), so NumPy lines them up with the columns. Keep their axis.": (
            _softmax_unshaped_sum
        ),
        "The maxima have shape (batch,), so NumPy lines them up with the columns. Keep their "
        "axis.": _softmax_unshaped_max,
        "You subtract the mean of each row: a score far above it still overflows.": (
            lambda Z: _softmax(Z, lambda Z: Z.mean(axis=1, keepdims=True))
        ),
        "You subtract the smallest score: powers of large differences still overflow.": (
            lambda Z: _softmax(Z, lambda Z: Z.min(axis=1, keepdims=True))
        ),
        "You add the largest score where you should subtract it: the powers overflow sooner.": (
            lambda Z: _softmax(Z, lambda Z: -Z.max(axis=1, keepdims=True))
        ),
        "The numerator is shifted and the denominator is not: shift once, then use the same powers "
        "in both.": _quietly(
            lambda Z: np.exp(Z - Z.max(axis=1, keepdims=True)) / np.exp(Z).sum(axis=1)[:, None]
        ),
        "The powers are missing: these are the scores divided by their sum.": _quietly(
            lambda Z: Z / Z.sum(axis=1, keepdims=True)
        ),
        "The powers are not divided by their sum: the rows do not sum to 1.": (
            lambda Z: np.exp(Z - Z.max(axis=1, keepdims=True))
        ),
        "These are the plain powers e^z, not divided by their sum, and e^1000 overflows.": _quietly(
            np.exp
        ),
        "You divide the scores by the largest one; subtract it instead.": _quietly(
            lambda Z: _softmax(Z / Z.max(axis=1, keepdims=True))
        ),
        "The exponent has the wrong sign: the largest score must get the largest probability.": (
            lambda Z: _softmax(-Z)
        ),
        "This is the logarithm of the softmax: return the probabilities.": (
            lambda Z: Z - np.logaddexp.reduce(Z, axis=1)[:, None]
        ),
        "This is the logistic function of each score by itself: the scores of a row have to "
        "compete.": _quietly(_logistic),
        "This gives 1 to the largest score and 0 to the others: softmax gives each a share.": (
            lambda Z: np.eye(Z.shape[1])[Z.argmax(axis=1)]
        ),
        "You cut the scores off before you take powers: 1000 and 1002 then count alike.": (
            lambda Z: _softmax(np.clip(Z, -500, 500))
        ),
        "This is the power of 2, not of e.": lambda Z: _softmax(Z * np.log(2)),
    },
)


# --- 10. build_mlp --------------------------------------------------------------------------------


def _mlp(hidden="relu", output="softmax", *, sizes=None, extra=None, bias=True):
    """An answer to `build_mlp` with pieces exchanged.

    sizes: from the three arguments to (inputs, units, ..., units). extra: makes a layer that goes
    before the output.
    """

    def answer(n_inputs, n_hidden, n_classes):
        import keras

        asked = (n_inputs, n_hidden, n_classes)
        inputs, *units = asked if sizes is None else sizes(*asked)
        layers = [keras.layers.Dense(n, activation=hidden, use_bias=bias) for n in units[:-1]]
        layers += [extra(keras.layers)] if extra else []
        last = keras.layers.Dense(units[-1], activation=output, use_bias=bias)
        return keras.Sequential([keras.Input((inputs,)), *layers, last])

    return answer


def _functional(n_inputs, n_hidden, n_classes):
    import keras

    inputs = keras.Input(shape=(n_inputs,))
    hidden = keras.layers.Dense(n_hidden, activation="relu")(inputs)
    outputs = keras.layers.Dense(n_classes, activation="softmax")(hidden)
    return keras.Model(inputs, outputs)


def _with_activation_layers(n_inputs, n_hidden, n_classes):
    import keras

    model = keras.Sequential([keras.Input((n_inputs,))])
    model.add(keras.layers.Dense(n_hidden))
    model.add(keras.layers.ReLU())
    model.add(keras.layers.Dense(n_classes))
    model.add(keras.layers.Softmax())
    return model


def _mlp_cases(rng):
    yield Case("5 inputs, 4 hidden units, 3 classes", 5, 4, 3)
    yield Case("2 inputs, 7 hidden units, 2 classes", 2, 7, 2)
    yield Case("any sizes", *(int(n) for n in rng.integers([8, 14, 4], [12, 20, 7])))


build_mlp = Exercise(
    points=2,
    cases=_mlp_cases,
    hints=[
        "Look at the network that learned XOR: the same three lines, with other sizes and "
        "activations.",
        "keras.Input takes the shape of one example, a tuple: (n_inputs,).",
        "Two Dense layers follow: the first with n_hidden units, the second with n_classes. Each "
        "takes its activation by name.",
    ],
    alternatives=[_functional, _with_activation_layers],
    mistakes={
        "The hidden layer has no activation: two linear layers in a row are one linear layer.": (
            _mlp(hidden=None)
        ),
        "The hidden layer has the logistic activation; ReLU is asked.": _mlp(hidden="sigmoid"),
        "The hidden layer has tanh; ReLU is asked.": _mlp(hidden="tanh"),
        "The hidden layer has softmax too; it belongs to the output alone.": _mlp(hidden="softmax"),
        "The activations are swapped: ReLU belongs to the hidden layer, softmax to the output.": (
            _mlp(hidden="softmax", output="relu")
        ),
        "The output has no activation: without softmax these are scores, not probabilities.": _mlp(
            output=None
        ),
        "Neither layer has an activation: give each its own.": _mlp(hidden=None, output=None),
        "The output has the logistic activation: each class would be decided by itself. Softmax "
        "is asked.": _mlp(output="sigmoid"),
        "The output has ReLU: its numbers are no probabilities. Softmax is asked.": _mlp(
            output="relu"
        ),
        "The units are swapped: n_hidden in the hidden layer, n_classes at the output.": (
            _mlp(sizes=lambda n, h, k: (n, k, h))
        ),
        "The hidden layer is missing.": _mlp(sizes=lambda n, h, k: (n, k)),
        "There is one hidden layer too many: one is asked.": _mlp(
            sizes=lambda n, h, k: (n, h, h, k)
        ),
        "The inputs are no Dense layer: keras.Input says how many there are, and the first Dense "
        "layer is the hidden one.": _mlp(sizes=lambda n, h, k: (n, n, h, k)),
        "The hidden layer has as many units as there are inputs; n_hidden are asked.": _mlp(
            sizes=lambda n, h, k: (n, n, k)
        ),
        "keras.Input has n_hidden inputs; n_inputs are asked.": _mlp(
            sizes=lambda n, h, k: (h, h, k)
        ),
        "keras.Input has n_classes inputs; n_inputs are asked.": _mlp(
            sizes=lambda n, h, k: (k, h, k)
        ),
        "The output has one unit; it needs one for each class.": _mlp(
            sizes=lambda n, h, k: (n, h, 1)
        ),
        "The sizes are fixed at those of the digits: use the three arguments.": _mlp(
            sizes=lambda n, h, k: (64, 32, 10)
        ),
        "The number of inputs is fixed at 64: use n_inputs.": _mlp(
            sizes=lambda n, h, k: (64, h, k)
        ),
        "The number of hidden units is fixed at 32: use n_hidden.": _mlp(
            sizes=lambda n, h, k: (n, 32, k)
        ),
        "The number of classes is fixed at 10: use n_classes.": _mlp(
            sizes=lambda n, h, k: (n, h, 10)
        ),
        "The layers have no bias (use_bias=False): each unit needs one.": _mlp(bias=False),
        "A Dropout layer was not asked for.": _mlp(extra=lambda layers: layers.Dropout(0.5)),
    },
)

"""What `gradients`, and with it the class `Value`, is checked on."""

import numpy as np

from course_utils.exercises import Case, Exercise, Fixture

from . import _machines as m


def _formula(name, formula, **inputs):
    numbers = {key: float(number) for key, number in inputs.items()}
    return Case(name, Fixture("expression", formula=formula), **numbers)


def _gradients_cases(rng):
    def x(low=0.4, high=1.6):
        return rng.uniform(low, high)

    yield _formula("add", "x + y", x=x(), y=-x())
    yield _formula("multiply", "x * y", x=x(1.2, 2), y=-x(2.1, 3))
    yield _formula("power", "x ** 3", x=x(1.3, 1.8))
    yield _formula("a power below 0", "x ** -2", x=x(1.2, 1.7))
    yield _formula("exp", "x.exp()", x=x(0.3, 0.8))
    yield _formula("tanh", "x.tanh()", x=x(0.4, 0.9))
    yield _formula("log", "x.log()", x=x(1.5, 2.5))
    yield _formula("the circuit of the picture", "(x + y) * z", x=-2, y=5, z=-4)
    yield _formula("numbers among the Values", "1 - 2 * x + y / 4 + 3 / y", x=x(), y=x(1.2, 2))
    yield _formula("an input that does not matter", "2 * x", x=x(), y=x())
    yield _formula("an input used twice", "x * x + x", x=x(1.2, 2))
    yield _formula("a value in between used twice", "q = x * y; q * q.exp()", x=x(), y=x(0.3, 0.7))
    yield _formula(
        "two values of one number",
        "p = x * y; q = y * x; p.exp() * q.tanh()",
        x=x(0.6, 0.9),
        y=x(0.6, 0.9),
    )
    yield _formula(
        "ways of different length",
        "q = x + y; r = q * q; q * r.tanh() + r",
        x=x(0.2, 0.5),
        y=x(0.2, 0.5),
    )
    yield _formula(
        "a neuron and its error",
        "e = (w * x + b).tanh() - t; e ** 2 / 2",
        w=x(),
        x=x(),
        b=-x(),
        t=0.9,
    )
    rounds = "".join("h = (w * h + x).tanh(); " for _ in range(6))
    yield _formula(
        "the same weight six times over", f"h = x; {rounds}h", w=x(0.5, 0.9), x=x(0.1, 0.3)
    )


gradients = Exercise(
    points=4,
    cases=_gradients_cases,
    hints=[
        "Each operation ends in: return Value(the result, [(source, slope), ...]). Look at relu. "
        "For x ** n, exp, tanh and log the only source is self.",
        "For the way back, write an inner function that visits a Value: first its sources, then "
        "itself into a list. A set of those already visited keeps each from being listed twice.",
        "Set self.grad to 1. Then take the list from its end; for each Value, every one of its "
        "sources gets slope times the Value's own grad, on top of what it has.",
    ],
    alternatives=[
        m.machine(m.back_by_paths),
        m.machine(m.back_by_counting),
        m.machine(
            m.back_in_order,
            exp=lambda a: (np.e**a, np.e**a),
            tanh=lambda a: (np.sinh(a) / np.cosh(a), 1 / np.cosh(a) ** 2),
        ),
    ],
    mistakes={
        "A value that is used twice gets a share from each use. Add the shares (+=); you keep only "
        "the last one.": m.machine(m.back_overwriting),
        "A value hands its gradient on before all its shares have arrived, and again later: what "
        "it handed on first is counted twice. Make the list first, then go back through "
        "it.": m.machine(m.back_too_early),
        "A value hands its gradient on at your first visit, before all its shares have arrived. "
        "List each Value behind its sources, then take the list from its end.": m.machine(
            m.back_first_visit
        ),
        "Level by level is not enough: where ways have different lengths, a value hands on before "
        "its last share arrives. List each Value behind its sources, and go back through the "
        "list.": (m.machine(m.back_by_breadth)),
        "A Value stands in your list more than once, and hands on each time. Keep a set of those "
        "already visited.": m.machine(m.back_with_doubles),
        "Every gradient is 0: call backward on the result, and begin it with d(result) / d(result) "
        "= 1.": m.machine(lambda result: m.hand_on(reversed(m.topological(result)))),
        "The way back starts with the result's value. It starts with d(result) / d(result) = 1.": (
            m.machine(m.back_from_data)
        ),
        "Only the sources of the result get a gradient. Each of them must hand on to its own: go "
        "through the whole list, and from its end.": m.machine(m.back_forward_order),
        "You add up the slopes of the single steps. By the chain rule each is multiplied by what "
        "arrives from the right, the Value's own grad.": m.machine(m.back_local),
        "Every input has gradient 1: backward is called on the inputs. Call it on the result.": (
            lambda expression, **inputs: (
                m.machine()(expression, **inputs) | dict.fromkeys(inputs, 1.0)
            )
        ),
        "Slope and arriving gradient multiply; you add them.": m.machine(m.back_adding),
        "Only the first source of each Value gets its share: go through all of them.": m.machine(
            m.back_first_source
        ),
        "The sum has slope 1 on both sides: you gave it the slopes of a product.": m.machine(
            add=lambda a, b: (a + b, b, a)
        ),
        "In a product the slope for one side is the value of the other side. You gave each its "
        "own.": m.machine(mul=lambda a, b: (a * b, a, b)),
        "A product has slopes like a sum in your class: for each side it is the other's value.": (
            m.machine(mul=lambda a, b: (a * b, 1.0, 1.0))
        ),
        "The product hands a gradient to its first side only: (other, ...) is missing among the "
        "sources, or its slope is 0.": m.machine(mul=lambda a, b: (a * b, b, 0.0)),
        "The sum hands a gradient to its first side only: (other, 1) is missing among the "
        "sources.": m.machine(add=lambda a, b: (a + b, 1.0, 0.0)),
        "The slope of x^n lacks its factor n.": m.machine(pow=lambda a, n: (a**n, a ** (n - 1))),
        "The slope of x^n is n x^(n - 1): the exponent goes down by 1.": m.machine(
            pow=lambda a, n: (a**n, n * a**n)
        ),
        "The factor in the slope of x^n is n, not n - 1.": m.machine(
            pow=lambda a, n: (a**n, (n - 1) * a ** (n - 1))
        ),
        "This is the slope of n^x, which has a logarithm. In x^n the exponent is a number: n "
        "x^(n - 1).": m.machine(pow=lambda a, n: (a**n, a**n * np.log(abs(a)))),
        "e^x is not a power of x: its slope is e^x itself, not x e^(x - 1).": m.machine(
            exp=lambda a: (np.exp(a), a * np.exp(a - 1))
        ),
        "The slope of e^x is e^x, the result; you gave x.": m.machine(exp=lambda a: (np.exp(a), a)),
        "The slope of e^x is e^x; you gave 1.": m.machine(exp=lambda a: (np.exp(a), 1.0)),
        "The slope of tanh is 1 - t^2 with the result t = tanh x; you squared x.": m.machine(
            tanh=lambda a: (np.tanh(a), 1 - a**2)
        ),
        "The slope of tanh is 1 - t^2; the square is missing.": m.machine(
            tanh=lambda a: (np.tanh(a), 1 - np.tanh(a))
        ),
        "t (1 - t) is the slope of the logistic function; that of tanh is 1 - t^2.": m.machine(
            tanh=lambda a: (np.tanh(a), np.tanh(a) * (1 - np.tanh(a)))
        ),
        "The slope of log x is 1 / x; you gave 1 / log x.": m.machine(
            log=lambda a: (np.log(a), 1 / np.log(a))
        ),
        "The slope of log x is 1 / x; you gave x.": m.machine(log=lambda a: (np.log(a), a)),
        "log is the natural logarithm; yours has the base 10.": m.machine(
            log=lambda a: (np.log10(a), 1 / (a * np.log(10)))
        ),
        "Two Values may hold the same number and are still two: remember the Values that were "
        "visited (or their id), not their data.": m.machine(m.back_by_number),
        "You take the next Value from a stack as soon as one share has arrived. It must wait for "
        "all of them: make the list first, each Value behind its sources.": m.machine(
            m.back_by_stack
        ),
        "In x * x two edges lead to x. A dict of the sources keeps one of them: go through the "
        "list.": m.machine(m.back_one_edge_each),
        "You evaluate the formula on the plain numbers. Hand it the Values: "
        "expression(**values).": m.on_numbers,
        "The sum has slope 1 on both sides, whatever the numbers are: you gave their "
        "values.": m.machine(add=lambda a, b: (a + b, a, b)),
        "A product needs its sources: [(self, ...), (other, ...)]. Yours gets no gradient "
        "through.": m.machine(mul=lambda a, b: (a * b, 0.0, 0.0)),
        "2x is the slope of x^2 only. For any n it is n x^(n - 1).": m.machine(
            pow=lambda a, n: (a**n, 2 * a)
        ),
        "For n below 0 the slope n x^(n - 1) is negative: the sign of n is lost.": m.machine(
            pow=lambda a, n: (a**n, abs(n) * a ** (n - 1))
        ),
        "The slope of log x is 1 / x; you gave log x.": m.machine(
            log=lambda a: (np.log(a), np.log(a))
        ),
        "log is the natural logarithm, numpy.log; yours has the base 10. (Its slope 1 / x is that "
        "of the natural one.)": m.machine(log=lambda a: (np.log10(a), 1 / a)),
        "Return the number, result.data, under 'value'; you return the Value itself.": (
            lambda expression, **inputs: m.machine()(expression, **inputs) | {"value": m.Value()}
        ),
    },
)

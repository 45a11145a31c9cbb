"""What `gradients`, and with it the class `Value`, is checked on."""

from course_utils.exercises import Case, Exercise, Fixture, edit


def _formula(name, formula, **inputs):
    numbers = {key: float(number) for key, number in inputs.items()}
    return Case(name, Fixture("expression", formula=formula), **numbers)


def _gradients_cases(rng):
    def x(low=0.4, high=1.6):
        return rng.uniform(low, high)

    yield _formula("add", "x + y", x=x(), y=-x())
    yield _formula("multiply", "x * y", x=x(1.2, 2), y=-x(2.1, 3))
    yield _formula("power", "x ** 3", x=x(1.3, 1.8))  # "n: a number": any number, and any base
    yield _formula("a power that is not whole", "x ** 0.5 + x ** 2.5", x=x(1.2, 1.7))
    yield _formula("a negative base", "x ** 3 + x ** 2", x=-x(1.2, 1.7))
    yield _formula("a base of 0", "x ** 3 + y * x ** 2 + x", x=0, y=x())
    yield _formula("a power below 0", "x ** -2", x=x(1.2, 1.7))
    yield _formula("exp", "x.exp()", x=x(0.3, 0.8))
    yield _formula("tanh", "x.tanh()", x=x(0.4, 0.9))
    yield _formula("log", "x.log()", x=x(1.5, 2.5))
    yield _formula("the circuit of the picture", "(x + y) * z", x=-2, y=5, z=-4)
    # "other: a Value or a number"
    yield _formula("numbers among the Values", "1 - 2 * x + y / 4 + 3 / y", x=x(), y=x(1.2, 2))
    yield _formula("an input that does not matter", "2 * x", x=x(), y=x())
    # "A value may be used twice." And "The order matters."
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


# The start of backward. What is put in its place ends in a return: the rest is never reached.
_BACKWARD = "order, visited = [], set()"

# Each value hands on when it is first met, level by level.
_BY_LEVELS = """\
self.grad, waiting, seen = 1.0, [self], set()
while waiting:
    value = waiting.pop(0)
    if id(value) not in seen:
        seen.add(id(value))
        for source, slope in value.sources:
            source.grad += slope * value.grad
            waiting.append(source)
return"""

_AT_ONCE = """\
self.grad = self.grad or 1.0
for source, slope in self.sources:
    source.grad += slope * self.grad
    source.backward()
return"""

# Right, if slow: every path to an input brings its own share.
_BY_PATHS = """\
def add(value, share):
    value.grad += share
    for source, slope in value.sources:
        add(source, share * slope)

add(self, 1.0)
return"""

# Right: a value hands on once all its uses have (Kahn's order).
_BY_COUNTING = """\
uses, waiting, ready = {}, [self], [self]
while waiting:
    for source, _ in waiting.pop().sources:
        if id(source) not in uses:
            uses[id(source)] = 0
            waiting.append(source)
        uses[id(source)] += 1
self.grad = 1.0
while ready:
    value = ready.pop()
    for source, slope in value.sources:
        source.grad += slope * value.grad
        uses[id(source)] -= 1
        if uses[id(source)] == 0:
            ready.append(source)
return"""

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
        edit(_BACKWARD, _BY_PATHS),
        edit(_BACKWARD, _BY_COUNTING),
        edit(
            "np.exp(self.data)",
            "np.e**self.data",
            "1 - t**2",
            "1 / np.cosh(self.data) ** 2",
            "np.tanh(self.data)",
            "np.sinh(self.data) / np.cosh(self.data)",
        ),
    ],
    mistakes={
        "A value that is used twice gets a share from each "
        "use. Add the shares (+=); you keep only the last one.": edit("+=", "="),
        "A value hands its gradient on before all its shares have arrived, and again later: what "
        "it handed on first is counted twice. Make "
        "the list first, then go back through it.": edit(_BACKWARD, _AT_ONCE),
        "A value hands its gradient on at your first visit, before all its shares have "
        "arrived. List each Value behind its sources, then take the list from its end.": edit(
            "\n        order.append(value)",
            "",
            "visited.add(id(value))",
            "visited.add(id(value))\n        order.append(value)",
            "reversed(order)",
            "order",
        ),
        "Level by level is not enough: where ways have different lengths, a value hands on before "
        "its last share arrives. List each Value behind "
        "its sources, and go back through the list.": edit(_BACKWARD, _BY_LEVELS),
        "A Value stands in your list more than once, and hands on "
        "each time. Keep a set of those already visited.": edit("visited.add(id(value))", "pass"),
        "Every gradient is 0: call backward on the result, "
        "and begin it with d(result) / d(result) = 1.": edit("self.grad = 1.0\n", ""),
        "The way back starts with the result's value. It "
        "starts with d(result) / d(result) = 1.": edit("self.grad = 1.0", "self.grad = self.data"),
        "Only the sources of the result get a gradient. Each of them must hand on to "
        "its own: go through the whole list, and from its end.": edit("reversed(order)", "order"),
        "You add up the slopes of the single steps. By the chain rule each is multiplied by "
        "what arrives from the right, the Value's own grad.": edit("slope * value.grad", "slope"),
        "Every input has gradient 1: backward is called on the inputs. Call it on the "
        "result.": edit("result.backward()", "for value in values.values():\n    value.backward()"),
        "Slope and arriving gradient multiply; you add them.": edit(
            "slope * value.grad", "slope + value.grad"
        ),
        "Only the first source of each Value gets its share: go through all of them.": edit(
            "slope in value.sources", "slope in value.sources[:1]"
        ),
        "The sum has slope 1 on both sides: you gave it the slopes of a product.": edit(
            "(self, 1.0), (other, 1.0)", "(self, other.data), (other, self.data)"
        ),
        "In a product the slope for one side is the "
        "value of the other side. You gave each its own.": edit(
            "(self, other.data), (other, self.data)", "(self, self.data), (other, other.data)"
        ),
        "A product has slopes like a sum in your class: for each side it is the other's "
        "value.": edit("(self, other.data), (other, self.data)", "(self, 1.0), (other, 1.0)"),
        "The product hands a gradient to its first side only: (other, "
        "...) is missing among the sources, or its slope is 0.": edit(", (other, self.data)", ""),
        "The sum hands a gradient to its first side "
        "only: (other, 1) is missing among the sources.": edit(", (other, 1.0)", ""),
        "The slope of x^n lacks its factor n.": edit("n * self.data **", "self.data **"),
        "The slope of x^n is n x^(n - 1): the exponent goes down by 1.": edit("** (n - 1)", "** n"),
        "The factor in the slope of x^n is n, not n - 1.": edit(
            "n * self.data **", "(n - 1) * self.data **"
        ),
        "This is the slope of n^x, which has a logarithm. In x^n the exponent is a number: "
        "n x^(n - 1).": edit("n * self.data ** (n - 1)", "self.data**n * np.log(abs(self.data))"),
        "e^x is not a power of x: its slope is e^x itself, not x e^(x - 1).": edit(
            "(self, power)", "(self, self.data * np.exp(self.data - 1))"
        ),
        "The slope of e^x is e^x, the result; you gave x.": edit(
            "(self, power)", "(self, self.data)"
        ),
        "The slope of e^x is e^x; you gave 1.": edit("(self, power)", "(self, 1.0)"),
        "The slope of tanh is 1 - t^2 with the result t = tanh x; you squared x.": edit(
            "t**2", "self.data**2"
        ),
        "The slope of tanh is 1 - t^2; the square is missing.": edit("t**2", "t"),
        "t (1 - t) is the slope of the logistic function; that of tanh is 1 - t^2.": edit(
            "1 - t**2", "t * (1 - t)"
        ),
        "The slope of log x is 1 / x; you gave 1 / log x.": edit(
            "1 / self.data", "1 / np.log(self.data)"
        ),
        "The slope of log x is 1 / x; you gave x.": edit("1 / self.data", "self.data"),
        "log is the natural logarithm; yours has the base 10.": edit(
            "np.log(self.data)",
            "np.log10(self.data)",
            "1 / self.data",
            "1 / (self.data * np.log(10))",
        ),
        "Two Values may hold the same number and are still two: remember "
        "the Values that were visited (or their id), not their data.": edit(
            "id(value) not in", "value.data not in", "add(id(value))", "add(value.data)"
        ),
        "You take the next Value from a stack as soon as one share has arrived. It must wait for "
        "all of them: make the list first, "
        "each Value behind its sources.": edit(_BACKWARD, _BY_LEVELS.replace("pop(0)", "pop()")),
        "In x * x two edges lead to x. A dict of the sources keeps one of them: go "
        "through the list.": edit("slope in value.sources", "slope in dict(value.sources).items()"),
        "You evaluate the formula on the plain numbers. Hand it "
        "the Values: expression(**values).": edit("expression(**values)", "expression(**inputs)"),
        "The sum has slope 1 on both sides, whatever the numbers are: you gave their values.": edit(
            "(self, 1.0), (other, 1.0)", "(self, self.data), (other, other.data)"
        ),
        "A product needs its sources: [(self, ...), (other, ...)]. "
        "Yours gets no gradient through.": edit(", [(self, other.data), (other, self.data)]", ""),
        "2x is the slope of x^2 only. For any n it is n x^(n - 1).": edit(
            "n * self.data ** (n - 1)", "2 * self.data"
        ),
        "For n below 0 the slope n x^(n - 1) is negative: the sign of n is lost.": edit(
            "n * self.data **", "abs(n) * self.data **"
        ),
        "The slope of log x is 1 / x; you gave log x.": edit("1 / self.data", "np.log(self.data)"),
        "log is the natural logarithm, numpy.log; yours has the base 10. (Its slope "
        "1 / x is that of the natural one.)": edit("np.log(self.data)", "np.log10(self.data)"),
        "Return the number, result.data, under 'value'; you return the Value itself.": edit(
            "result.backward()",
            'result.backward()\nreturn {"value": result} | '
            "{name: value.grad for name, value in values.items()}",
        ),
    },
)

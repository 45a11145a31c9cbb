"""Classes like `Value`, right ones and wrong ones, for `gradients`."""

import numpy as np

#: What x^n, e^x, ... are worth, and their slopes; `machine` changes one of them.
_RULES = {
    "add": lambda a, b: (a + b, 1.0, 1.0),
    "mul": lambda a, b: (a * b, b, a),
    "pow": lambda a, n: (a**n, n * a ** (n - 1)),
    "exp": lambda a: (np.exp(a), np.exp(a)),
    "tanh": lambda a: (np.tanh(a), 1 - np.tanh(a) ** 2),
    "log": lambda a: (np.log(a), 1 / a),
}


def machine(back=None, **changed):
    """A `gradients` made of a class of its own, with some rules or the way back changed."""
    rules = _RULES | changed

    class Number:
        def __init__(self, data, sources=()):
            self.data, self.grad, self.sources = float(data), 0.0, list(sources)

        def __add__(self, other):
            return _combined("add", self, other)

        def __mul__(self, other):
            return _combined("mul", self, other)

        def __pow__(self, n):
            data, slope = rules["pow"](self.data, n)
            return Number(data, [(self, slope)])

        def exp(self):
            return _single("exp", self)

        def tanh(self):
            return _single("tanh", self)

        def log(self):
            return _single("log", self)

        def relu(self):
            return Number(max(0.0, self.data), [(self, float(self.data > 0))])

        def __neg__(self):
            return self * -1

        def __sub__(self, other):
            return self + _number(other) * -1

        def __rsub__(self, other):
            return _number(other) + self * -1

        def __truediv__(self, other):
            return self * _number(other) ** -1

        def __rtruediv__(self, other):
            return _number(other) * self**-1

        __radd__, __rmul__ = __add__, __mul__

    def _number(thing):
        return thing if isinstance(thing, Number) else Number(thing)

    def _combined(rule, one, other):
        other = _number(other)
        data, slope_one, slope_other = rules[rule](one.data, other.data)
        return Number(data, [(one, slope_one), (other, slope_other)])

    def _single(rule, one):
        data, slope = rules[rule](one.data)
        return Number(data, [(one, slope)])

    def gradients(expression, **inputs):
        values = {name: Number(number) for name, number in inputs.items()}
        result = expression(**values)
        (back or back_in_order)(result)
        return {"value": result.data} | {name: value.grad for name, value in values.items()}

    return gradients


def topological(result, once=True):
    order, seen = [], set()

    def visit(value):
        if id(value) not in seen or not once:
            seen.add(id(value))
            for source, _ in value.sources:
                visit(source)
            order.append(value)

    visit(result)
    return order


def hand_on(order):
    for value in order:
        for source, slope in value.sources:
            source.grad += slope * value.grad


def back_in_order(result):
    result.grad = 1.0
    hand_on(reversed(topological(result)))


def back_by_paths(result, share=1.0):
    """Right, if slow: every path to an input brings its own share."""
    result.grad += share
    for source, slope in result.sources:
        back_by_paths(source, share * slope)


def back_by_counting(result):
    """Right: a value hands on once all its uses have (Kahn's order)."""
    uses, stack, seen = {}, [result], set()
    while stack:
        value = stack.pop()
        if id(value) in seen:
            continue
        seen.add(id(value))
        for source, _ in value.sources:
            uses[id(source)] = uses.get(id(source), 0) + 1
            stack.append(source)
    result.grad, ready = 1.0, [result]
    while ready:
        value = ready.pop()
        for source, slope in value.sources:
            source.grad += slope * value.grad
            uses[id(source)] -= 1
            if uses[id(source)] == 0:
                ready.append(source)


def back_by_number(result):
    """Takes two Values that hold the same number for one."""
    order, seen = [], set()

    def visit(value):
        if value.data not in seen:
            seen.add(value.data)
            for source, _ in value.sources:
                visit(source)
            order.append(value)

    visit(result)
    result.grad = 1.0
    hand_on(reversed(order))


def back_by_stack(result):
    result.grad, stack, seen = 1.0, [result], set()
    while stack:
        value = stack.pop()
        if id(value) in seen:
            continue
        seen.add(id(value))
        for source, slope in value.sources:
            source.grad += slope * value.grad
            stack.append(source)


def back_one_edge_each(result):
    """Makes a dict of the pairs, which keeps one of two edges to the same source."""
    result.grad = 1.0
    for value in reversed(topological(result)):
        for source, slope in dict(value.sources).items():
            source.grad += slope * value.grad


class Value:
    """By its name what a student may return by mistake."""


def on_numbers(expression, **inputs):
    """Evaluates the formula on the plain numbers."""
    return {"value": expression(**inputs).data} | dict.fromkeys(inputs, 0.0)


def back_overwriting(result):
    result.grad = 1.0
    for value in reversed(topological(result)):
        for source, slope in value.sources:
            source.grad = slope * value.grad


def back_too_early(result):
    """Hands a gradient on each time a share arrives, with all shares so far."""
    if not result.grad:
        result.grad = 1.0
    for source, slope in result.sources:
        source.grad += slope * result.grad
        back_too_early(source)


def back_first_visit(result):
    """Goes depth first and visits each value once, whether or not its shares have arrived."""
    seen = set()

    def visit(value):
        if id(value) in seen:
            return
        seen.add(id(value))
        for source, slope in value.sources:
            source.grad += slope * value.grad
        for source, _ in value.sources:
            visit(source)

    result.grad = 1.0
    visit(result)


def back_by_breadth(result):
    result.grad, queue, seen = 1.0, [result], set()
    while queue:
        value = queue.pop(0)
        if id(value) in seen:
            continue
        seen.add(id(value))
        for source, slope in value.sources:
            source.grad += slope * value.grad
            queue.append(source)


def back_forward_order(result):
    result.grad = 1.0
    hand_on(topological(result))


def back_with_doubles(result):
    result.grad = 1.0
    hand_on(reversed(topological(result, once=False)))


def back_local(result):
    result.grad = 1.0
    for value in reversed(topological(result)):
        for source, slope in value.sources:
            source.grad += slope


def back_adding(result):
    result.grad = 1.0
    for value in reversed(topological(result)):
        for source, slope in value.sources:
            source.grad += slope + value.grad


def back_first_source(result):
    result.grad = 1.0
    for value in reversed(topological(result)):
        for source, slope in value.sources[:1]:
            source.grad += slope * value.grad


def back_from_data(result):
    result.grad = result.data
    hand_on(reversed(topological(result)))

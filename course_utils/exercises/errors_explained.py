"""Exceptions that every beginner meets, explained in a sentence."""

from __future__ import annotations

import re

from course_utils.exercises.failure import Failure

_GAP = "Something in this line is still ...: fill it in, or first solve the exercise that gives it."

#: (exception's name, pattern of its message) -> what it means and where to look.
_EXPLANATIONS: list[tuple[str, str, str]] = [
    (
        "NameError",
        r"name '(\w+)' is not defined",
        "Nothing is called {0}: check the spelling, or run the cell that defines it.",
    ),
    (
        "UnboundLocalError",
        r"variable '(\w+)'",
        "{0} is used before this function gives it a value.",
    ),
    (
        "ValueError",
        r"matmul.*size (\d+) is different from (\d+)",
        "In A @ B the columns of A must be as many as the rows of B; here they are {1} and {0}. "
        "Print both shapes: is one transposed?",
    ),
    (
        "ValueError",
        r"shapes (\(.*?\)) and (\(.*?\)) not aligned",
        "np.dot needs the inner sizes of {0} and {1} to agree: is one of them transposed?",
    ),
    (
        "ValueError",
        r"could not be broadcast together with shapes (\(.*?\)) (\(.*?\))",
        "Arrays of shapes {0} and {1} do not fit elementwise: sizes must agree or be 1, counted "
        "from the right.",
    ),
    (
        "ValueError",
        r"truth value of an array",
        "An 'if' needs one True or False, and this is an array: use np.where, or & and | with "
        "parentheses, or .any() and .all().",
    ),
    (
        "ValueError",
        r"not enough values to unpack \(expected (\d+), got (\d+)\)",
        "The left side has {0} names, the right side {1} values.",
    ),
    (
        "ValueError",
        r"Could not interpret activation function identifier: (\w+)",
        "Keras knows no activation {0}: its names are in lower case, and the logistic function is "
        "'sigmoid'.",
    ),
    (
        "ValueError",
        r"Cannot convert '(.*?)' to a shape",
        "A shape is a tuple: ({0},), with a comma.",
    ),
    (
        "ValueError",
        r"(?:boolean. Received: trainable|must be a string.*Received: name)=<",
        "The layers of a Sequential model stand in one list: keras.Sequential([...]).",
    ),
    (
        "ValueError",
        r"invalid value for `units`.*units=(\S+)",
        "The first argument of Dense is its number of units, and {0} is given.",
    ),
    (
        "ValueError",
        r"inhomogeneous shape",
        "np.array needs rows of one length.",
    ),
    ("TypeError", r"'ellipsis'", _GAP),
    ("AttributeError", r"'ellipsis'", _GAP),
    (
        "TypeError",
        r"([\w.<>]+)\(\) missing \d+ required positional arguments?: (.*)",
        "{0} is called without {1}.",
    ),
    (
        "TypeError",
        r"<locals>.*\(\) takes 0 positional arguments but (\d+)",
        "A function that you were given takes its inputs by name: f(x=...), or f(**inputs) for a "
        "dict of them.",
    ),
    (
        "TypeError",
        r"<locals>.*\(\) takes (\d+) positional arguments? but (\d+)",
        "A function that you were given takes {0} argument(s) and is called with {1}.",
    ),
    (
        "TypeError",
        r"([\w.<>]+)\(\) takes (\d+) positional arguments? but (\d+)",
        "{0} takes {1} arguments (counting self) and is given {2}: keep the stub's parameters, and "
        "in a class the first one is self.",
    ),
    (
        "TypeError",
        r"only (?:length-1|0-dimensional) arrays can be converted",
        "float(), int() and the functions of the math module take one number, and this is an "
        "array: use .astype(float), or NumPy's own function (np.exp for math.exp).",
    ),
    (
        "TypeError",
        r"(?:'bitwise_xor'|for \^)",
        "^ is no power in Python: x**2 is the square of x.",
    ),
    (
        "TypeError",
        r"(?:'bitwise_(?:and|or)'|for [&|])",
        "& and | join truth values: put each comparison in parentheses, (a > 0) & (b > 0).",
    ),
    (
        "TypeError",
        r"only integer scalar arrays can be converted to a scalar index",
        "An array stands where one whole number is asked, such as an axis: np.max(0, x) takes x "
        "for the axis, np.maximum(0, x) compares elementwise.",
    ),
    ("TypeError", r"'NoneType'", "Something here is None: a function that lacks its return?"),
    ("TypeError", r"'([\w.]+)' object is not callable", "Parentheses after a thing of type {0}."),
    (
        "TypeError",
        r"'([\w.]+)' object is not subscriptable",
        "Square brackets after a thing of type {0}, which has no items.",
    ),
    (
        "UFuncTypeError",
        r"output from dtype\('(\w+)'\) to dtype\('(\w+)'\)",
        "An array of {1} cannot take numbers of {0} in place: begin with a float array.",
    ),
    (
        "UFuncOutputCastingError",
        r"output from dtype\('(\w+)'\) to dtype\('(\w+)'\)",
        "An array of {1} cannot take numbers of {0} in place: begin with a float array, or write "
        "x = x + y for x += y.",
    ),
    (
        "AttributeError",
        r"module 'keras' has no attribute '(Dense|Conv2D|Dropout|Flatten|\w+Pooling\w*)'",
        "Layers are in keras.layers: keras.layers.{0}.",
    ),
    (
        "AttributeError",
        r"module '(\w+)' has no attribute '(\w+)'",
        "The module {0} has no {1}: check the spelling.",
    ),
    (
        "AttributeError",
        r"'(int|float|str|list|tuple|dict|function|numpy\.\w+)' object has no attribute '(\w+)'",
        "A thing of type {0} has no {1}: check the spelling, and what stands before the dot.",
    ),
    (
        "AttributeError",
        r"'([\w.]+)' object has no attribute '(\w+)'",
        "A thing of type {0} has no {1}: check the spelling, or store it first, self.{1} = ...",
    ),
    (
        "IndexError",
        r"index (-?\d+) is out of bounds for axis (\d+) with size (\d+)",
        "Entry {0} was asked for, and axis {1} has length {2}: numbering begins at 0.",
    ),
    ("IndexError", r"too many indices", "More indices than the array has axes: print its shape."),
    (
        "IndexError",
        r"tuple index out of range",
        "A shape has as many entries as the array has axes: (n,) has no shape[1].",
    ),
    ("IndexError", r"", "An index is past the end: they run from 0 to length - 1."),
    ("KeyError", r"(.*)", "The dict has no key {0}."),
    ("ZeroDivisionError", r"", "A denominator is 0 on this input."),
    ("RecursionError", r"", "The function calls itself without an end."),
    ("OverflowError", r"", "The number is too large for math: rewrite the formula, or use NumPy."),
    ("MemoryError", r"", "It asks for more memory than this machine has free: print the shapes."),
    ("SystemExit", r"", "exit() and quit() end the program: return from the function."),
    ("AssertionError", r"", "An assert in your code does not hold on this input."),
]


def explain_error(failure: Failure) -> list[str]:
    """Return the explanation of an exception in a list, or [] where none fits."""
    for kind, pattern, sentence in _EXPLANATIONS:
        if kind in {failure.kind, failure.kind.lstrip("_")}:
            found = re.search(pattern, failure.message, re.DOTALL)
            if found:
                return [sentence.format(*found.groups())]
    return []

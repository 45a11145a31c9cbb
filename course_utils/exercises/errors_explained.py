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
        r"incompatible with the layer: expected shape=(\(.*?\)), found shape=(\(.*?\))",
        "A model takes inputs of shape {0} here, and gets {1}. Its first number is the batch, None "
        "where that is free.",
    ),
    (
        "ValueError",
        r"No such layer: (\w+)\.",
        "The model has no layer of the name {0}: look at [layer.name for layer in model.layers].",
    ),
    (
        "ValueError",
        r"The network takes 1 to \d+ images at once; it got (\d+)",
        "The network was called on {0} images, where fewer are asked at a time: look at what each "
        "batch holds.",
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
    (
        "ValueError",
        r"setting an array element with a sequence",
        "Several numbers are put where one number fits: print the shapes of both sides.",
    ),
    (
        "ValueError",
        r"need at least one array to (\w+)",
        "The list of arrays is empty: on this input nothing was put into it.",
    ),
    (
        "ValueError",
        r"all input arrays must have the same shape",
        "np.stack joins arrays of one shape, and these differ: print their shapes.",
    ),
    (
        "ValueError",
        r"along dimension (\d+), the array at index (\d+) has size (\d+) and the array at index "
        r"(\d+) has size (\d+)",
        "Arrays that are joined agree in all other axes: along axis {0}, array {1} has {2} entries "
        "and array {3} has {4}.",
    ),
    (
        "ValueError",
        r"zero-dimensional arrays cannot be concatenated",
        "np.concatenate joins arrays, and single numbers stand in its list: np.array makes one of "
        "them.",
    ),
    (
        "ValueError",
        r"cannot reshape array of size (\d+) into shape (\(.*?\))",
        "{0} numbers do not fill shape {1}: the product of its sizes must be {0}.",
    ),
    (
        "ValueError",
        r"zero-size array to reduction|(?:max|min)\(\).* (?:empty|is an empty)",
        "The largest or smallest of no numbers is asked: print the shape of what it is taken of.",
    ),
    (
        "ValueError",
        r"too many values to unpack \(expected (\d+)",
        "The left side has {0} names, and the right side has more values.",
    ),
    ("ValueError", r"math domain error", "This function of math has no value for its argument."),
    (
        "ValueError",
        r"(?:s|An RNN is s)tateful, it needs to know its batch size",
        "A stateful layer needs the size of the batch as well: "
        "keras.Input(batch_shape=(batch, time, features)).",
    ),
    (
        "ValueError",
        r"expected (?:min_)?ndim=(\d+), found ndim=(\d+).*?shape (?:received: )?=?(\(.*?\))",
        "This layer takes {0} axes, the batch among them, and what it gets has {1}: {2}. "
        "keras.Input(shape=...) is without the batch, batch_shape=... is with it.",
    ),
    (
        "ValueError",
        r"expected axis (-?\d+) of input shape to have value (\d+).*?shape (\(.*?\))",
        "This layer has weights for {1} numbers along axis {0}, and what it gets has shape {2}.",
    ),
    (
        "ValueError",
        r"Inputs have incompatible shapes. Received shapes (\(.*?\)) and (\(.*?\))",
        "Only tensors of one shape can be added, and these have {0} and {1} for each example.",
    ),
    (
        "ValueError",
        r"Cannot broadcast shape.*Input shapes are: (\[.*?\]) and (\[.*?\])",
        "Tensors of shapes {0} and {1} do not fit elementwise: one is another size.",
    ),
    (
        "ValueError",
        r"`Concatenate` layer requires inputs with matching shapes except for the concatenation",
        "Tensors that are joined agree in all axes but the one along which they are joined: is "
        'padding="same" missing in a branch?',
    ),
    (
        "ValueError",
        r"Computed output size would be negative",
        "The window is larger than what it slides over: the maps are too small by now.",
    ),
    (
        "ValueError",
        r"Sequential model.*(?:no|not).* built|weights.*(?:not|yet).*built|has never been called",
        "The model has no input shape yet: begin it with keras.Input.",
    ),
    (
        "AxisError",
        r"axis (-?\d+) is out of bounds for array of dimension (\d+)",
        "Axis {0} is asked for, and the array has {1} axes, counted from 0.",
    ),
    ("LinAlgError", r"Singular matrix", "This matrix has no inverse on this input."),
    ("TypeError", r"'ellipsis'", _GAP),
    ("AttributeError", r"'ellipsis'", _GAP),
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
    ("TypeError", r"'NoneType'", "Something here is None: does a function lack its return?"),
    (
        "TypeError",
        r"list indices must be integers or slices, not (\w+)",
        "A list is indexed with a {0}: np.array(...) makes an array of it, which takes more kinds.",
    ),
    (
        "TypeError",
        r"'([\w.]+)' object cannot be interpreted as an integer",
        "One whole number is asked, as in range(n), and this is a {0}: int(...), or // for /.",
    ),
    (
        "TypeError",
        r"'([\w.]+)' object is not iterable",
        "A loop, or a call that takes several things, is given a {0}, which is one thing.",
    ),
    (
        "TypeError",
        r"object of type '([\w.]+)' has no len\(\)",
        "len() of a {0}, which has no length.",
    ),
    (
        "TypeError",
        r"([\w.<>]+)\(\) got an unexpected keyword argument '(\w+)'",
        "{0} has no argument {1}: check the spelling; help({0}) lists them.",
    ),
    (
        "TypeError",
        r"([\w.<>]+)\(\) got multiple values for argument '(\w+)'",
        "{0} is given {1} twice: once by its place and once by its name.",
    ),
    (
        "TypeError",
        r"unsupported operand type\(s\) for (\S+): '([\w.]+)' and '([\w.]+)'",
        "{0} between a {1} and a {2}: print both. np.array(...) makes an array of a list.",
    ),
    (
        "TypeError",
        r"unhashable type: '([\w.]+)'",
        "A {0} cannot be a key of a dict or lie in a set: tuple(...) of it can.",
    ),
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
        r"only integer scalar arrays can be converted to a scalar index",
        "An array stands where one whole number is asked, such as an axis: np.max(0, x) takes x "
        "for the axis, np.maximum(0, x) compares elementwise.",
    ),
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
        "Entry {0} was asked for, and axis {1} has length {2}; the first entry is number 0.",
    ),
    ("IndexError", r"too many indices", "More indices than the array has axes: print its shape."),
    (
        "IndexError",
        r"tuple index out of range",
        "A shape has as many entries as the array has axes: (n,) has no shape[1].",
    ),
    (
        "IndexError",
        r"arrays used as indices must be of integer|only integers, slices",
        "Indices are integers, and this one is something else: .astype(int), or // for /.",
    ),
    (
        "IndexError",
        r"boolean index did not match.*size of axis is (\d+) but .*boolean axis is (\d+)",
        "A mask has as many entries as the axis that it picks from: here {1} and {0}.",
    ),
    (
        "IndexError",
        r"shape mismatch: indexing arrays could not be broadcast together with shapes (.*)",
        "Two arrays of indices are used together, and their shapes do not fit: {0}.",
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

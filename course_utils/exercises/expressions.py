"""Formulas of named numbers, as functions. They are read, never executed as Python."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable
from typing import Any

from course_utils.common.errors import CourseError

_OPERATORS: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}
_METHODS = frozenset({"exp", "tanh", "log", "relu"})


def function_of(formula: str) -> Callable[..., Any]:
    """Return the function of named inputs that a formula writes down.

    formula: "(x + y) * z", or several steps, the last of them the result:
    "q = x + y; q * q.tanh()". It has + - * / **, numbers, and the methods exp(), tanh(), log() and
    relu(). The inputs may be any objects that know these.
    Raises CourseError, when the function is called, for anything else in the formula.
    """
    body = ast.parse(formula).body

    def function(**inputs: Any) -> Any:
        known = dict(inputs)
        for statement in body[:-1]:
            match statement:
                case ast.Assign(targets=[ast.Name(id=name)], value=value):
                    known[name] = _value(value, known)
                case _:
                    raise _unknown(statement)
        match body[-1]:
            case ast.Expr(value=value):
                return _value(value, known)
        raise _unknown(body[-1])

    return function


def _value(node: ast.expr, known: dict[str, Any]) -> Any:
    match node:
        case ast.Name(id=name) if name in known:
            return known[name]
        case ast.Constant(value=int() | float() as number):
            return number
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_value(operand, known)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATORS:
            return _OPERATORS[type(op)](_value(left, known), _value(right, known))
        case ast.Call(func=ast.Attribute(value=value, attr=method), args=[], keywords=[]):
            if method in _METHODS:
                return getattr(_value(value, known), method)()
    raise _unknown(node)


def _unknown(node: ast.AST) -> CourseError:
    return CourseError(f"A formula cannot hold {ast.unparse(node)!r}; see expressions.py.")

"""What a released lab asks for: each exercise, its names, and where its stub stands."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from nbformat import NotebookNode

from course_utils.authoring.source import Cell
from course_utils.authoring.steps import answer_names
from course_utils.grading.rebuild.cell_code import Code, read_code

_Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


@dataclass(frozen=True)
class Asked:
    """One exercise.

    cell: its place in the released notebook. expression: what lab.check is given. names: those that
    an answer binds: in the expression, and of the stubs in its cell. code: the released cell's.
    """

    name: str
    cell: int
    cell_id: str
    expression: str
    names: tuple[str, ...]
    code: Code


def asked(released: NotebookNode) -> list[Asked]:
    """Return the exercises of a released lab, in its order."""
    found: dict[str, Asked] = {}
    for place, cell in enumerate(released.cells):
        if cell.cell_type != "code":
            continue
        code = read_code(cell.source)
        for check in Cell("code", cell.source, line=1).checks:
            wanted = answer_names(check.answer) or []
            names = dict.fromkeys([*wanted, *_stub_owners(code)])
            one = Asked(check.name, place, cell.id, ast.unparse(check.answer), tuple(names), code)
            found.setdefault(check.name, one)
    return list(found.values())


def stands(name: str, code: Code, released: Code) -> bool | None:
    """True if a cell binds a name as the released cell does.

    Then its stub is left, or it was given by the course. False if it binds it otherwise, None if it
    does not bind it.
    """
    node, given = code.bound.get(name), released.bound.get(name)
    if node is None:
        return None
    if isinstance(node, ast.Assign | ast.AnnAssign) and _is_dots(node.value):
        return True
    if given is None:
        return False
    stubs = {scope for scope, function in _scopes(given) if _stub_line(function) is not None}
    if not stubs:
        return ast.dump(node) == ast.dump(given)
    return stubs <= {scope for scope, function in _scopes(node) if _stub_line(function) is not None}


def raises_below_code(code: Code, released: Code) -> list[str]:
    """Return the functions that were filled in but still end in the stub's raise."""
    given = dict(_functions(released))
    return [
        name
        for name, node in _functions(code)
        if name in given
        and _stub_line(node) is not None
        and _above_stub(node) != _above_stub(given[name])
    ]


def _stub_owners(code: Code) -> list[str]:
    """Return the functions and classes of a released cell that hold a stub."""
    owners = [node for node in code.statements or () if isinstance(node, _Definition)]
    return [n.name for n in owners if any(_stub_line(f) is not None for _, f in _scopes(n))]


def _functions(code: Code) -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    for node in code.statements or ():
        yield from _scopes(node)


def _scopes(
    node: ast.stmt, outer: str = ""
) -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    """Yield the functions in a definition with their dotted names, itself included."""
    if not isinstance(node, _Definition):
        return
    name = f"{outer}.{node.name}" if outer else node.name
    if not isinstance(node, ast.ClassDef):
        yield name, node
    for inner in node.body:
        yield from _scopes(inner, name)


def _stub_line(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int | None:
    """Return which statement of a function is the raise of its stub, if every call reaches it."""
    for place, node in enumerate(function.body):
        if isinstance(node, ast.Raise) and _is_not_implemented(node.exc):
            return place
        if _may_return(node):
            return None
    return None


def _may_return(node: ast.AST) -> bool:
    """True if a statement has a return of the function that it stands in."""
    if isinstance(node, ast.Return | ast.Yield | ast.YieldFrom):
        return True
    inner = isinstance(node, _Definition | ast.Lambda)
    return not inner and any(_may_return(part) for part in ast.iter_child_nodes(node))


def _is_not_implemented(raised: ast.expr | None) -> bool:
    called = raised.func if isinstance(raised, ast.Call) else raised
    return isinstance(called, ast.Name) and called.id == "NotImplementedError"


def _is_dots(value: ast.expr | None) -> bool:
    if isinstance(value, ast.Tuple | ast.List):
        return bool(value.elts) and all(_is_dots(part) for part in value.elts)
    return isinstance(value, ast.Constant) and value.value is Ellipsis


def _above_stub(function: ast.FunctionDef | ast.AsyncFunctionDef) -> list[str]:
    """Return a function's statements above its stub, but for its docstring."""
    skipped = 0 if ast.get_docstring(function, clean=False) is None else 1
    return [ast.dump(node) for node in function.body[skipped : _stub_line(function)]]

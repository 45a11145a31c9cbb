"""Which names of the module the functions in a piece of code read when they are called."""

from __future__ import annotations

import ast
import symtable

_COMPREHENSIONS = ("listcomp", "setcomp", "dictcomp", "genexpr")


def read_by_functions(node: ast.stmt | ast.expr) -> set[str]:
    """Return the module's names that functions, methods and lambdas in the code read."""
    return _read(symtable.symtable(ast.unparse(node), "cell", "exec"), within=False)


def _read(table: symtable.SymbolTable, within: bool) -> set[str]:
    """Return the module's names that functions below this scope read.

    within: this scope is in a function. A comprehension outside of any is a scope that runs at
    once, so what it reads is not read later.
    """
    found: set[str] = set()
    for child in table.get_children():
        is_function = child.get_type() == "function" and child.get_name() not in _COMPREHENSIONS
        if is_function or within:
            symbols = child.get_symbols()
            found |= {s.get_name() for s in symbols if s.is_global() and s.is_referenced()}
        found |= _read(child, within or is_function)
    return found

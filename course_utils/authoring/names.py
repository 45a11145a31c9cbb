"""What a statement does to names, read off its syntax and never by running it.

For each top-level statement of a cell: the names that it reads at once, those that functions in it
read when they are called later, those that it binds, and those whose objects it changes.
"""

from __future__ import annotations

import ast
import symtable
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

#: Methods that change the object they belong to: of Python's containers, NumPy, Keras, our models.
CHANGING_METHODS = frozenset(
    # fmt: off
    [
        "add",
        "append",
        "clear",
        "compile",
        "discard",
        "extend",
        "fill",
        "fit",
        "insert",
        "load_weights",
        "partial_fit",
        "pop",
        "popitem",
        "put",
        "remove",
        "reverse",
        "set_weights",
        "setdefault",
        "setflags",
        "sort",
        "train",
        "train_on_batch",
        "update",
    ]
    # fmt: on
)
#: Functions of NumPy, and of its generators, that change their first argument.
CHANGING_FUNCTIONS = frozenset(["copyto", "fill_diagonal", "place", "put", "putmask", "shuffle"])
SEEDING = frozenset(["seed", "set_seed", "set_random_seed"])
_COMPREHENSIONS = ("listcomp", "setcomp", "dictcomp", "genexpr")
_Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp


@dataclass
class Effects:
    """What one statement does to the names of its module.

    now: read while the statement runs. later: read by a function of the statement when it is
    called. binds: bound for certain. may_bind: bound in some branch only. changes: their object is
    changed. imports: the bound names that an import binds. seeds: sets a random seed.
    """

    now: set[str] = field(default_factory=set)
    later: set[str] = field(default_factory=set)
    binds: set[str] = field(default_factory=set)
    may_bind: set[str] = field(default_factory=set)
    changes: set[str] = field(default_factory=set)
    imports: set[str] = field(default_factory=set)
    seeds: bool = False

    @property
    def touches(self) -> set[str]:
        """Every name that means something else, perhaps, after the statement."""
        return self.binds | self.may_bind | self.changes


def effects(statement: ast.stmt) -> Effects:
    """Return what one top-level statement does to the names of its module."""
    reader = _Reader(Effects(), set())
    reader.visit(statement)
    found = reader.effects
    found.binds = reader.bound
    found.may_bind -= reader.bound
    found.later = read_by_functions(statement)
    return found


def read_by_functions(node: ast.stmt | ast.expr) -> set[str]:
    """Return the module's names that functions, methods and lambdas in the code read."""
    return _free_names(symtable.symtable(ast.unparse(node), "cell", "exec"), within=False)


def _free_names(table: symtable.SymbolTable, within: bool) -> set[str]:
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
        found |= _free_names(child, within or is_function)
    return found


def _base_name(node: ast.expr) -> str | None:
    """Return the name at the root of `name.attribute[index]...`, None for any other expression."""
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Starred):
        node = node.value
    return node.id if isinstance(node, ast.Name) else None


class _Reader(ast.NodeVisitor):
    """Walks statements in the order in which they run.

    `bound` holds what is bound for certain at this point: reading such a name does not read what
    an earlier statement gave it.
    """

    def __init__(self, effects: Effects, bound: set[str]) -> None:
        self.effects = effects
        self.bound = bound

    def run(self, nodes: Iterable[ast.AST | None]) -> None:
        for node in nodes:
            if node is not None:
                self.visit(node)

    def branch(self, nodes: Iterable[ast.AST | None]) -> set[str]:
        """Walk what may not run; return what it binds for certain when it does."""
        inner = _Reader(self.effects, set(self.bound))
        inner.run(nodes)
        return inner.bound

    def bind(self, name: str) -> None:
        self.bound.add(name)
        self.effects.may_bind.add(name)

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Store):
            self.bind(node.id)
        elif node.id not in self.bound:
            self.effects.now.add(node.id)

    def visit_Assign(self, node: ast.Assign) -> None:
        self.run([node.value, *node.targets])

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        self.run([node.annotation, node.value])
        if node.value or not isinstance(node.target, ast.Name):
            self.visit(node.target)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        name = _base_name(node.target)
        if name and name not in self.bound:
            self.effects.now.add(name)
        self.change(node.target)
        self.run([node.value, node.target])

    def visit_NamedExpr(self, node: ast.NamedExpr) -> None:
        self.run([node.value, node.target])

    def visit_Attribute(self, node: ast.Attribute) -> None:
        self._part(node)

    def visit_Subscript(self, node: ast.Subscript) -> None:
        self._part(node)

    def _part(self, node: ast.Attribute | ast.Subscript) -> None:
        if not isinstance(node.ctx, ast.Load):
            self.change(node)
        self.generic_visit(node)

    def change(self, node: ast.expr) -> None:
        name = _base_name(node)
        if name:
            self.effects.changes.add(name)

    def visit_Call(self, node: ast.Call) -> None:
        if isinstance(node.func, ast.Attribute):
            if node.func.attr in CHANGING_METHODS:
                self.change(node.func.value)
            if node.func.attr in CHANGING_FUNCTIONS and node.args:
                self.change(node.args[0])
        called = node.func.attr if isinstance(node.func, ast.Attribute) else _base_name(node.func)
        self.effects.seeds |= called in SEEDING
        for part in ast.walk(node):
            if isinstance(part, ast.Lambda):  # called at once, as in sorted(x, key=lambda ...)
                self.effects.now |= read_by_functions(part) - self.bound
        for keyword in node.keywords:
            if keyword.arg == "out":
                self.change(keyword.value)
        self.generic_visit(node)

    def visit_If(self, node: ast.If) -> None:
        self.visit(node.test)
        self.bound = self.branch(node.body) & self.branch(node.orelse)

    def visit_While(self, node: ast.While) -> None:
        self.visit(node.test)
        self.branch(node.body)
        self.branch(node.orelse)

    def visit_For(self, node: ast.For | ast.AsyncFor) -> None:
        self.run([node.iter, node.target, *node.body])  # a lab's loops run at least once
        self.branch(node.orelse)

    visit_AsyncFor = visit_For

    def visit_Try(self, node: ast.Try | ast.TryStar) -> None:
        ends = [self.branch([*node.body, *node.orelse])]
        ends += [self.branch([handler]) for handler in node.handlers]
        self.bound = set.intersection(*ends)
        self.run(node.finalbody)

    visit_TryStar = visit_Try

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        self.run([node.type])
        if node.name:
            self.bind(node.name)
        self.run(node.body)

    def visit_Match(self, node: ast.Match) -> None:
        self.visit(node.subject)
        for case in node.cases:
            self.branch([case.pattern, case.guard, *case.body])

    def visit_MatchAs(self, node: ast.MatchAs) -> None:
        self.run([node.pattern])
        if node.name:
            self.bind(node.name)

    def visit_MatchStar(self, node: ast.MatchStar) -> None:
        if node.name:
            self.bind(node.name)

    def visit_MatchMapping(self, node: ast.MatchMapping) -> None:
        self.generic_visit(node)
        if node.rest:
            self.bind(node.rest)

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        self.run([*node.decorator_list, node.args, node.returns])
        self.bind(node.name)  # its body runs later: see `read_by_functions`

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_Lambda(self, node: ast.Lambda) -> None:
        self.visit(node.args)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self.run([*node.decorator_list, *node.bases, *node.keywords])
        self._scope(node.body)
        self.bind(node.name)

    def visit_ListComp(self, node: _Comprehension) -> None:
        parts: list[ast.AST] = []
        for generator in node.generators:
            parts += [generator.iter, generator.target, *generator.ifs]
        if isinstance(node, ast.DictComp):
            self._scope([*parts, node.key, node.value])
        else:
            self._scope([*parts, node.elt])

    visit_SetComp = visit_DictComp = visit_GeneratorExp = visit_ListComp

    def _scope(self, nodes: Sequence[ast.AST]) -> None:
        """Walk a scope that runs at once but keeps the names it binds: a class, a comprehension."""
        inner = _Reader(Effects(), set(self.bound))
        inner.run(nodes)
        self.effects.now |= inner.effects.now
        self.effects.changes |= inner.effects.changes
        self.effects.seeds |= inner.effects.seeds
        for node in nodes:
            for part in ast.walk(node):
                if isinstance(part, ast.NamedExpr) and isinstance(part.target, ast.Name):
                    self.effects.may_bind.add(part.target.id)

    def visit_Import(self, node: ast.Import | ast.ImportFrom) -> None:
        for alias in node.names:
            name = alias.asname or alias.name.split(".")[0]
            self.bind(name)
            self.effects.imports.add(name)

    visit_ImportFrom = visit_Import

"""Answers that are alike: a hint for a person who then reads both, and no verdict.

Two answers are compared as syntax trees, with the student's own names numbered and comments,
docstrings, annotations and layout left out, by the share of the runs of `_RUN` nodes that both have
(as in S. Schleimer, D. Wilkerson and A. Aiken, Winnowing: local algorithms for document
fingerprinting, SIGMOD 2003). What says nothing is left out: short answers, those that are nearly
the reference's or the release's, and those that many students have.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from course_utils.grading.rebuild.cell_code import is_call_of_lab, read_code
from course_utils.grading.results.results import Result

#: Nodes of an answer with room for more than one way to write it; characters that are looked at.
_SHORTEST, _LONGEST = 40, 20_000
#: Nodes in a run, and the share of common runs from which two answers are alike.
_RUN, _ALIKE = 4, 0.75
#: An answer that more students have, and more than this share of the class, is the usual one.
_USUAL, _USUAL_SHARE = 4, 0.2
#: Pairs on the page.
MOST = 30


@dataclass(frozen=True)
class Alike:
    """Two answers to one exercise. how: "to the letter", "but for names and layout" or "nearly"."""

    exercise: str
    how: str
    one: str
    other: str


@dataclass(frozen=True)
class Pair:
    """Two students with answers that are alike."""

    one: str
    other: str
    answers: tuple[Alike, ...]


@dataclass(frozen=True)
class _Form:
    nodes: tuple[str, ...]
    runs: frozenset[tuple[str, ...]]
    letters: str


def answers(result: Result) -> dict[str, str]:
    """Return the student's code of each exercise that was attempted."""
    tried = {one.exercise for one in result.exercises if one.status in _TRIED}
    found: dict[str, str] = {}
    for cell in result.notebook.get("cells", []):
        course = cell.get("metadata", {}).get("course", {})
        name = course.get("exercise")
        if course.get("role") == "answer" and name in tried:
            source = cell.get("source", "")
            text = "".join(source) if isinstance(source, list) else str(source)
            found[name] = f"{found[name]}\n\n{text}" if name in found else text
    return found


#: Fields of a node that say nothing of what it does.
_NO_CODE = frozenset({"kind", "simple", "type_comment"})
_TRIED = frozenset({"right", "wrong", "error"})


def pairs(
    handed: Mapping[str, Mapping[str, str]], known: Mapping[str, Iterable[str]]
) -> list[Pair]:
    """Return the pairs of students with answers that are alike, those with most of them first.

    handed: each student's answers, by exercise. known: of each exercise the code that everybody can
    have: the reference's and the release's.
    """
    found: dict[tuple[str, str], list[Alike]] = {}
    exercises = dict.fromkeys(name for given in handed.values() for name in given)
    for exercise in exercises:
        sources = {who: given[exercise] for who, given in handed.items() if exercise in given}
        for one, other, how in _alike(sources, known.get(exercise, ())):
            alike = Alike(exercise, how, sources[one], sources[other])
            found.setdefault((one, other), []).append(alike)
    made = [Pair(one, other, tuple(alike)) for (one, other), alike in found.items()]
    return sorted(made, key=lambda pair: (-len(pair.answers), pair.one, pair.other))


def _alike(sources: Mapping[str, str], known: Iterable[str]) -> Iterator[tuple[str, str, str]]:
    forms = {who: form for who, text in sources.items() if (form := _form(text)) is not None}
    common = [form for text in known if (form := _form(text)) is not None]
    kinds: dict[tuple[str, ...], list[str]] = {}
    for who, form in sorted(forms.items()):
        kinds.setdefault(form.nodes, []).append(who)
    most = max(_USUAL, _USUAL_SHARE * len(sources))
    telling = [
        forms[owners[0]]
        for owners in kinds.values()
        if len(owners) <= most
        and len(forms[owners[0]].nodes) >= _SHORTEST
        and not any(_share(forms[owners[0]], form) >= _ALIKE for form in common)
    ]
    for form in telling:
        for one, other in combinations(kinds[form.nodes], 2):
            same = forms[one].letters == forms[other].letters
            yield one, other, "to the letter" if same else "but for names and layout"
    for first, second in combinations(telling, 2):
        if _share(first, second) >= _ALIKE:
            for one in kinds[first.nodes]:
                for other in kinds[second.nodes]:
                    yield min(one, other), max(one, other), "nearly"


def _share(one: _Form, other: _Form) -> float:
    """The share of runs that both have, from 0 to 1; 0 where their lengths alone rule it out."""
    fewer, more = sorted((len(one.runs), len(other.runs)))
    if fewer < _ALIKE * more:
        return 0.0
    common = len(one.runs & other.runs)
    return common / (fewer + more - common)


def _form(source: str) -> _Form | None:
    """What is compared of an answer; None where its code is not known."""
    if len(source) > _LONGEST:
        return None
    statements = read_code(source).statements
    if statements is None:
        return None
    nodes = tuple(_nodes([one for one in statements if not is_call_of_lab(one)]))
    runs = frozenset(nodes[i : i + _RUN] for i in range(max(1, len(nodes) - _RUN + 1)))
    return _Form(nodes, runs, "".join(source.split()))


def _nodes(statements: Sequence[ast.stmt]) -> Iterator[str]:
    """The nodes in their order, in words; names that the code itself binds are numbered."""
    numbers: dict[str, str] = {}
    own = set().union(*map(_bound, statements)) if statements else set[str]()
    waiting: list[ast.AST] = list(reversed(statements))
    while waiting:
        node = waiting.pop()
        annotated = isinstance(node, ast.AnnAssign) and node.value is not None
        words = ["Assign" if annotated else type(node).__name__]
        for field, value in ast.iter_fields(node):
            if isinstance(value, str) and field in {"id", "name", "arg"} and value in own:
                words.append(numbers.setdefault(value, f"n{len(numbers)}"))
            elif not isinstance(value, (ast.AST, list)) and field not in _NO_CODE:
                words.append(repr(value)[:80])
        yield " ".join(words)
        waiting += reversed([child for child in ast.iter_child_nodes(node) if _counts(node, child)])


def _bound(statement: ast.stmt) -> set[str]:
    names = set()
    for node in ast.walk(statement):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        elif isinstance(node, ast.arg):
            names.add(node.arg)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            names.add(node.name)
    return names


def _counts(node: ast.AST, child: ast.AST) -> bool:
    """False for docstrings, annotations and what only says how a name is used."""
    if isinstance(child, ast.expr_context):
        return False
    if child is getattr(node, "annotation", None) or child is getattr(node, "returns", None):
        return False
    return not (isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant))

"""Reads the code of one cell, with IPython's magics in it, off its syntax and never by running it.

IPython's own transformer tokenizes a cell anew for each magic, up to 500 times, so that a hostile
notebook would hold it up for minutes; lines are enough here, since only names are looked for.
"""

from __future__ import annotations

import ast
import re
import warnings
from dataclasses import dataclass, field
from functools import lru_cache

from course_utils.authoring import names
from course_utils.authoring.names import Effects
from course_utils.authoring.source import is_lab_call
from course_utils.common.parallel import PARSING

#: Characters of a cell that is looked into: reading syntax takes about a second for a million.
LONGEST = 100_000
#: Depths of all nodes, squared, in a cell that is looked into, and for each character of a long
#: cell: the reader's time grows with them. The cells of the labs have 5 a character, 20 at most.
_WORK, _WORK_A_CHARACTER = 300_000, 200
#: Cell magics whose body runs in the notebook's own names.
_TRANSPARENT = frozenset({"capture", "prun", "time"})
_CELL_MAGIC = re.compile(r"\s*%%(\w+)[^\n]*\n?")
#: A line of IPython's: %magic, !command, thing? and ?thing.
_MAGIC_LINE = re.compile(r"^([ \t]*)(?:%\w|!|\?\s*\w).*$|^([ \t]*)%?[\w.*]+\?{1,2}[ \t]*$", re.M)
_MAGIC_VALUE = re.compile(r"^([^\n=#'\"]+=[ \t]*)(?:!|%\w).*$", re.M)
_WORD = re.compile(r"[^\W\d]\w*")
#: Names that reach other names without writing them down.
_INDIRECT = frozenset(
    {"eval", "exec", "getattr", "get_ipython", "globals", "locals", "setattr", "vars"}
)
# A student's "\d" is no concern of whoever grades.
warnings.filterwarnings("ignore", module="<cell of a submission>")


@dataclass(frozen=True)
class Code:
    """A cell's code.

    statements: None where it does not parse or is a magic's own text, of which nothing is known but
    the words in it. effects: what all of the cell does to names, reading perhaps more than it does.
    bound: the last statement that binds each name. plain: the statements as text, without comments,
    white space, calls of the lab's, which do nothing while grading, and the build's guard.
    """

    text: str
    statements: tuple[ast.stmt, ...] | None
    effects: Effects = field(compare=False)
    bound: dict[str, ast.stmt] = field(compare=False, default_factory=dict)
    plain: tuple[str, ...] = field(compare=False, default=())

    @property
    def known(self) -> bool:
        """Whether more is known of it than its words."""
        return self.statements is not None

    def same(self, other: Code) -> bool:
        """True if both do the same but for comments, white space and the lab's cards."""
        if self.text.strip() == other.text.strip():
            return True
        return self.known and other.known and self.plain == other.plain


def is_call_of_lab(node: ast.stmt, *methods: str) -> bool:
    """True for a line `lab.check(...)`, or of another of these methods, of any unless given."""
    wanted = methods or ("check", "hint", "needs", "progress")
    return isinstance(node, ast.Expr) and is_lab_call(node.value, *wanted)


def is_guard(node: ast.stmt) -> bool:
    """Return whether this is what the build puts before a lab's first line: see `guard`.

    An older release and the solved notebook have none, and are the same lab.
    """
    return isinstance(node, ast.Try) and [ast.unparse(line) for line in node.body] == [
        "import course_utils"
    ]


@lru_cache(maxsize=4096)
def read_code(text: str) -> Code:
    """Read a cell's code. Nothing raises: what cannot be read is unknown code."""
    try:
        statements = parse(text)
        if statements is not None and _work(statements) <= max(
            _WORK, _WORK_A_CHARACTER * len(text)
        ):
            return _known(text, statements)
    except Exception:  # whatever hostile code brings about
        pass
    return Code(text, None, Effects(now=_all_names(text)))


def parses(text: str) -> bool:
    """Return whether a cell is Python, or a magic's own text."""
    try:
        parse(text)
    except Exception:
        return False
    return True


def parse(text: str) -> tuple[ast.stmt, ...] | None:
    """Return a cell's statements, those of IPython's own as `pass`; None for a magic's own text.

    Raises SyntaxError and others where it does not parse.
    """
    if len(text) > LONGEST:
        return None
    magic = _CELL_MAGIC.match(text)
    if magic:
        return parse(text[magic.end() :]) if magic[1] in _TRANSPARENT else None
    try:
        return _statements(text)
    except SyntaxError:
        plain = _MAGIC_VALUE.sub(r"\1None", text)
        return _statements(_MAGIC_LINE.sub(_as_pass, plain))


def _statements(text: str) -> tuple[ast.stmt, ...]:
    with PARSING:
        return tuple(ast.parse(text, "<cell of a submission>").body)


def _as_pass(line: re.Match[str]) -> str:
    return f"{line[1] or line[2] or ''}pass"


def _known(text: str, statements: tuple[ast.stmt, ...]) -> Code:
    """Put together the effects of a cell's statements, one after the other."""
    found, bound = Effects(), dict[str, ast.stmt]()
    for node in statements:
        one = names.effects(node)
        found.now |= one.now - found.binds
        found.later |= one.later
        found.binds |= one.binds
        found.may_bind |= one.may_bind
        found.changes |= one.changes
        found.imports |= one.imports
        found.seeds |= one.seeds
        bound |= dict.fromkeys(one.binds | one.may_bind, node)
    if _INDIRECT & (found.now | found.later) or _MAGIC_LINE.search(text):
        found.now |= _all_names(text) - found.binds
    telling = (node for node in statements if not (is_call_of_lab(node) or is_guard(node)))
    plain = tuple(ast.dump(node) for node in telling)
    return Code(text, statements, found, bound, plain)


def _work(statements: tuple[ast.stmt, ...]) -> int:
    """Return the sum of the squared depths of all nodes; walked without recursion."""
    total = 0
    waiting: list[tuple[ast.AST, int]] = [(node, 1) for node in statements]
    while waiting:
        node, depth = waiting.pop()
        total += depth * depth
        waiting += [(inner, depth + 1) for inner in ast.iter_child_nodes(node)]
    return total


def _all_names(text: str) -> set[str]:
    return set(_WORD.findall(text[:LONGEST]))

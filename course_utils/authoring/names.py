"""What a statement does to names, read off its syntax and never by running it.

For each top-level statement of a cell: the names that it reads at once, those that functions in it
read when they are called later, those that it binds, and those whose objects it changes.
"""

from __future__ import annotations

import ast

from course_utils.authoring.functions import read_by_functions
from course_utils.authoring.reader import Effects, Reader


def effects(statement: ast.stmt) -> Effects:
    """Return what one top-level statement does to the names of its module."""
    reader = Reader(Effects(), set())
    reader.visit(statement)
    found = reader.effects
    found.binds = reader.bound
    found.may_bind -= reader.bound
    found.later = read_by_functions(statement)
    return found

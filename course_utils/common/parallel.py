"""Working side by side: how many cores there are, and what only one thread does at a time."""

import os
from threading import Lock

#: Held by the thread that turns text into a syntax tree. CPython keeps the depth of the tree that
#: it builds in one number for all threads. Where a collection of garbage lets another thread in
#: between, `ast.parse` may raise SystemError, "AST constructor recursion depth mismatch" (seen on
#: 3.11.7; python/cpython#106905 mends a part of it). NumPy parses the header of every array that
#: it reads, so reading arrays needs the lock too.
PARSING = Lock()


def cores() -> int:
    """Return how many processor cores this process may use: those it is bound to, else all."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1

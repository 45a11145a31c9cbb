"""One thread at a time turns text into a syntax tree.

CPython keeps the depth of the tree that it builds in one number for all threads. Where a collection
of garbage lets another thread in between, `ast.parse` may raise SystemError, "AST constructor
recursion depth mismatch" (seen on 3.11.7; python/cpython#106905 mends a part of it). NumPy parses
the header of every array that it reads, so reading arrays needs the lock too.
"""

from threading import Lock

PARSING = Lock()

"""Isolates a student's code.

`namespaces` gives it a file system, a network and a process table of its own, `privileges` takes
away every right to change them, `landlock` and `seccomp` hold even if one of these is broken
through, `limits` bounds what it can use up. `bubblewrap` builds the first of these where only that
program may. `choose` tries which way works here.
"""

"""From submissions to scores: found, rebuilt, run in a sandbox, observed, compared, reported.

Two kinds of process take part, and nothing but bytes passes between them. The grading process holds
the hidden cases' expected values and never runs, imports or unpickles anything of a student's. A
sandboxed process (`sandbox`, `keeper`, `student`, `inside`), forked from a `template` that holds
the libraries and nothing else, runs one student's cells and answers with outputs (JSON) and
observations (npz without pickle). `Kernels` starts such processes, a `Session` talks to one.

Imports nothing, so that the parts that need little load little.
"""

"""From submissions to scores: found, rebuilt, run in a sandbox, observed, compared, reported.

Two kinds of process take part, and nothing but bytes passes between them. The grading process holds
the hidden cases' expected values and never runs, imports or unpickles anything of a student's. A
sandboxed process, forked from a template that holds the libraries and nothing else, runs one
student's cells and answers with outputs (JSON) and observations (npz without pickle).

The rooms, from the lowest floor up; imports run down, and none runs back: `sandbox` (the walls),
`wires` (what both sides say), `inside` (what runs beside the student's code), `kernels` (sandboxed
processes for a class), `intake` (submissions found and read), `rebuild` (a notebook put together
again), `marks` (points, and the record of them), `words` (results as people read them),
`gradebooks` and `pages`. `command` grades a class with all of them.

Imports nothing, so that the parts that need little load little.
"""

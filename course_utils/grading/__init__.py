"""From submissions to scores: found, rebuilt, run in a sandbox, observed, compared, reported.

Two kinds of process take part, and nothing but bytes passes between them. The grading process, and
those that it has for each student's files (`apart`), hold the hidden cases' expected values and
never run, import or unpickle anything of a student's. A sandboxed process, forked from a template
that holds the libraries and nothing else, runs one student's cells and answers with outputs (JSON)
and observations (safetensors).

The rooms, from the lowest floor up; imports run down, and none runs back: `sandbox` (how a process
is isolated), `apart` (processes with limits for what students handed in) and `intake` (submissions
found and read); `rebuild` (a notebook put together again), `hidden` (hidden cases) and `protocol`
(the messages between both processes, and how far they are believed); `guest` (what runs beside the
student's code) and `results` (points, and the record of them); `kernels` (sandboxed processes for a
class), `run` (one submission from start to end) and `report` (pages for student and class);
`export` (gradebooks), `workers` and `cluster` (submissions side by side) and `console`. `command`
grades a class with all of them.

Imports nothing, so that the parts that need little load little.
"""

"""A small made-up lab, for the tests of the authoring room: NumPy alone, runs in a second."""

from pathlib import Path

from course_utils.authoring import source
from course_utils.authoring.source import LabSource

NAME = "01_lines"

SCRIPT = '''\
# %% [markdown]
# # Lines
# What you will be able to do: scale numbers and fit a line.

# %%
import numpy as np

from course_utils.lab import Lab

lab = Lab("01_lines")
x = np.array([1.0, 2.0, 4.0])

# %% [markdown]
# ### Exercise 1: `scale` (1 point, 5 minutes, easy)
# Divide by the largest.

# %%
def scale(values):
    """Return the values over their largest. values: array (n,) -> array (n,)."""
    ### BEGIN SOLUTION
    largest = values.max()
    return values / largest
    ### END SOLUTION


lab.check("scale", scale)

# %% [markdown]
# ## A look
# The cell after this text needs the first exercise.

# %%
scaled = scale(x)
print(scaled)

# %%
print("This cell needs nothing:", x.sum())

# %%
def table(values):
    return [round(v, 2) for v in scale(values)]


# %%
print(scaled.sum())

# %%
print(table(x))

# %% [markdown]
# ### Exercise 2: `slope` (2 points, 10 minutes, medium)
# Slope of y = 3 x + 1, and where it meets the axis.

# %%
y = 3 * x + 1
### BEGIN SOLUTION
slope, offset = np.polyfit(x, y, 1)
unused = slope + 1
### END SOLUTION

lab.check("slope", (slope, offset))

# %% [markdown]
# ### Exercise 3: `Counter` (2 points, 10 minutes, hard)
# Count what is scaled.

# %%
class Counter:
    """Count how often it scaled."""

    def __init__(self):
        self.count = 0

    def scaled(self, values):
        """Return the scaled values and count one more."""
        ### BEGIN SOLUTION
        self.count += 1
        result = scale(values)
        ### END SOLUTION
        return result


lab.check("Counter", Counter)

# %% [markdown]
# ## Together

# %%
counter = Counter()
print(counter.scaled(x))

# %%
print(counter.count, round(float(slope), 3))

# %%
scaled = np.zeros(3)
lab.progress()

# %%
print(scaled.sum())
'''

EXERCISES = """\
import numpy as np

from course_utils.exercises import Call, Case, Exercise, Get


def vectors(rng):
    yield Case("three numbers", np.array([1.0, 2.0, 4.0]))
    yield Case("drawn numbers", rng.uniform(1, 5, size=rng.integers(3, 6)))


def scripts(rng):
    steps = [Call("scaled", rng.uniform(1, 5, size=4)), Get("count")]
    yield Case("scale once", steps=steps)
    yield Case("scale twice", steps=steps * 2)


scale = Exercise(points=1, cases=vectors, hints=["numpy has max."])
slope = Exercise(points=2)
Counter = Exercise(points=2, cases=scripts)
"""


def write(
    root: Path, script: str = SCRIPT, exercises: str | None = EXERCISES, name: str = NAME
) -> LabSource:
    """Write a lab's source below `root`, a course's folder, and read it."""
    folder = root / "solutions" / name
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name.partition('_')[2]}.py"
    path.write_text(script, encoding="utf-8")
    if exercises is not None:
        path.with_name("exercises.py").write_text(exercises, encoding="utf-8")
    return source.read(path, root)


def lab_of(root: Path, *cells: str, exercises: tuple[str, ...] = ()) -> LabSource:
    """Write a lab whose code cells are these, with the exercises' headings and definitions.

    A cell that checks an exercise gets a heading above it.
    """
    parts = ['# %%\nfrom course_utils.lab import Lab\n\nlab = Lab("01_lines")']
    for number, name in enumerate(exercises, 1):
        heading = f"# ### Exercise {number}: `{name}` (1 point, 1 minute, easy)"
        cell = next(cell for cell in cells if f'lab.check("{name}"' in cell)
        cells = tuple(f"# %% [markdown]\n{heading}\n\n# %%\n{c}" if c is cell else c for c in cells)
    parts += [cell if cell.startswith("# %%") else f"# %%\n{cell}" for cell in cells]
    listed = "".join(f"{name} = Exercise(points=1)\n" for name in exercises)
    header = "from course_utils.exercises import Exercise\n\n"
    return write(root, "\n\n".join(parts) + "\n", header + listed)


def function(name: str, body: str = "return 1") -> str:
    """Return the cell of an exercise that is a function of nothing with a one-line solution."""
    return (
        f"def {name}(*args):\n    ### BEGIN SOLUTION\n    {body}\n    ### END SOLUTION\n\n\n"
        f'lab.check("{name}", {name})'
    )


def value(name: str, expression: str) -> str:
    """Return the cell of an exercise that is a value."""
    return (
        f"### BEGIN SOLUTION\n{name} = {expression}\n### END SOLUTION\n\n"
        f'lab.check("{name}", {name})'
    )

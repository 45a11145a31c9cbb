"""The lab that the hostile submissions answer: two functions, a Keras model and a number."""

from pathlib import Path

from course_utils.authoring.source import LabSource
from tests.support import sample_lab

NAME = "90_trial"
#: Points of each exercise.
POINTS = {"step": 1.0, "row_means": 2.0, "small_net": 2.0, "seconds_in_a_week": 1.0}

_SCRIPT = '''\
# %% [markdown]
# # Trial
# What the grader is tried on.

# %%
import keras
import numpy as np

from course_utils.lab import Lab

lab = Lab("90_trial")

# %% [markdown]
# ### Exercise 1: `step` (1 point, 5 minutes, easy)
# The unit fires where z >= 0.

# %%
def step(z):
    """Return 1.0 where z >= 0 and 0.0 elsewhere. z: array (n,) -> array (n,)."""
    ### BEGIN SOLUTION
    return np.where(z >= 0, 1.0, 0.0)
    ### END SOLUTION


lab.check("step", step)

# %% [markdown]
# ## A look
# What the unit says.

# %%
print(step(np.array([-1.0, 0.0, 1.0])))

# %% [markdown]
# ### Exercise 2: `row_means` (2 points, 5 minutes, easy)
# The mean of each row.

# %%
def row_means(x):
    """Return the mean of each row. x: float array (rows, columns) -> array (rows,)."""
    ### BEGIN SOLUTION
    return x.mean(axis=1)
    ### END SOLUTION


lab.check("row_means", row_means)

# %% [markdown]
# ### Exercise 3: `small_net` (2 points, 10 minutes, medium)
# One hidden layer of ReLUs.

# %%
def small_net(inputs, units):
    """Return a Keras model: `inputs` numbers, `units` ReLUs, one linear output."""
    ### BEGIN SOLUTION
    return keras.Sequential(
        [
            keras.Input((inputs,)),
            keras.layers.Dense(units, activation="relu"),
            keras.layers.Dense(1),
        ]
    )
    ### END SOLUTION


lab.check("small_net", small_net)

# %% [markdown]
# ### Exercise 4: `seconds_in_a_week` (1 point, 1 minute, easy)
# How many seconds has a week?

# %%
### BEGIN SOLUTION
seconds_in_a_week = 7 * 24 * 60 * 60
### END SOLUTION

lab.check("seconds_in_a_week", seconds_in_a_week)
'''

_EXERCISES = """\
import numpy as np

from course_utils.exercises import Case, Exercise


def vectors(rng):
    yield Case("on both sides", np.array([-2.0, 0.0, rng.uniform(1, 2)]))
    yield Case("many", rng.normal(size=rng.integers(5, 9)))


def tables(rng):
    yield Case("short rows", rng.normal(size=(rng.integers(3, 6), 3)))
    yield Case("long rows", rng.normal(size=(rng.integers(3, 6), 7)))


def sizes(rng):
    yield Case("a few units", int(rng.integers(2, 5)), int(rng.integers(3, 7)))
    yield Case("many units", int(rng.integers(5, 9)), int(rng.integers(10, 20)))


step = Exercise(
    points=1,
    cases=vectors,
    mistakes={"At z = 0 the unit fires: use >=, not >.": lambda z: 1.0 * (z > 0)},
)
row_means = Exercise(
    points=2,
    cases=tables,
    partial=True,
    mistakes={"This sums where it should average.": lambda x: x.sum(axis=1)},
)
small_net = Exercise(points=2, cases=sizes)
seconds_in_a_week = Exercise(points=1)
"""


def write(root: Path) -> LabSource:
    """Write the lab's source below `root`, a course's folder, and read it."""
    return sample_lab.write(root, _SCRIPT, _EXERCISES, NAME)

# Shell commands, timings, an input that nobody answers; the answers are right.
# expect: step 1, row_means 2, seconds_in_a_week 1
# %% start
!ls
%timeit -n 2 -r 2 sum(range(10))
files = !ls
%env COURSE=1
%matplotlib inline

# %% step
%%time
from numpy import *


def step(z):
    return where(z >= 0, 1.0, 0.0)

# %% row_means
def row_means(x: np.ndarray) -> np.ndarray:
    for row in x:
        print("row", row)
    return x.astype("float32").mean(axis=1)

# %% after row_means
try:
    name = input("Your name? ")
except Exception:
    name = "nobody"

# %% seconds_in_a_week
from dataclasses import dataclass


@dataclass(slots=True)
class Week:
    days: int = 7


seconds_in_a_week = Week().days * 24 * 60**2

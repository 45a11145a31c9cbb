# Recursion, a global generator that is drawn from, a figure, a class that is called, a partial.
# expect: step 1, row_means 2, small_net 2, seconds_in_a_week 1
# %% step
class Step:
    __slots__ = ("high",)

    def __init__(self, high=1.0):
        self.high = high

    def __call__(self, z):
        np.random.normal(size=3)
        return np.where(z >= 0, self.high, 0.0)


step = Step()

# %% row_means
import functools

import matplotlib.pyplot as plt


def mean_of(row):
    return row[0] if len(row) == 1 else (row[0] + (len(row) - 1) * mean_of(row[1:])) / len(row)


def _means(x, weights=None):
    plt.figure()
    plt.plot(x[0])
    plt.close("all")
    return np.array([mean_of(list(row)) for row in x])


row_means = functools.partial(_means, weights=None)

# %% small_net
def small_net(inputs, units):
    import sys

    print("building", file=sys.stderr)
    model = keras.Sequential(name="mine")
    model.add(keras.Input((inputs,), name="numbers"))
    model.add(keras.layers.Dense(units, name="hidden"))
    model.add(keras.layers.ReLU())
    model.add(keras.layers.Dense(1, name="out"))
    model.summary()
    return model

# %% seconds_in_a_week
import math

seconds_in_a_week = math.prod([60, 60, 24, 7])

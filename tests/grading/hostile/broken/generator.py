# A generator in place of an array, and one that never ends.
# %% step
def step(z):
    yield from np.where(z >= 0, 1.0, 0.0)

# %% row_means
def row_means(x):
    import itertools

    return itertools.count()

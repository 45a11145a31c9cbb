# Reads memory that is not there.
# expect: row_means 2
# review
# %% step
def step(z):
    import ctypes

    return ctypes.string_at(0)

# %% row_means
def row_means(x):
    return x.mean(axis=1)

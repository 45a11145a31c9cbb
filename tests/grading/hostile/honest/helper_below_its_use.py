# The answer calls a helper from a cell of its own, written below.
# expect: row_means 2
# %% row_means
def row_means(x):
    return helper(x) / x.shape[1]

# %% after row_means
def helper(x):
    return x @ np.ones(x.shape[1])

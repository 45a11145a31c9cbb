# The answer's cell does not parse; the other answer is right.
# expect: row_means 2
# %% step
def step(z)
    return (z >= 0

# %% row_means
def row_means(x):
    return x.mean(axis=1)

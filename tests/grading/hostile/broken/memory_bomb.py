# Takes all memory there is.
# expect: row_means 2
# %% step
def step(z):
    kept = []
    while True:
        kept.append(np.ones(10_000_000))

# %% row_means
def row_means(x):
    return x.mean(axis=1)

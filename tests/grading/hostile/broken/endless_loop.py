# A loop that never ends, in an answer; the other answer is right.
# expect: row_means 2
# review
# %% step
def step(z):
    while True:
        pass

# %% row_means
def row_means(x):
    return x.mean(axis=1)

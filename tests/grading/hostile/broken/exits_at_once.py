# Ends the process in an answer; the other answer is right.
# expect: row_means 2
# review
# %% step
def step(z):
    import os

    os._exit(0)

# %% row_means
def row_means(x):
    return x.mean(axis=1)

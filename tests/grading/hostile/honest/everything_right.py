# Everything solved.
# expect: step 1, row_means 2, small_net 2, seconds_in_a_week 1
# %% step
def step(z):
    return np.where(z >= 0, 1.0, 0.0)

# %% row_means
def row_means(x):
    return x.mean(axis=1)

# %% small_net
def small_net(inputs, units):
    return keras.Sequential(
        [
            keras.Input((inputs,)),
            keras.layers.Dense(units, activation="relu"),
            keras.layers.Dense(1),
        ]
    )

# %% seconds_in_a_week
seconds_in_a_week = 7 * 24 * 60 * 60

# Arrays of odd kinds: of objects, of records, of long doubles, with huge empty shapes, NaN in all.
# %% step
def step(z):
    return np.lib.stride_tricks.as_strided(np.zeros(1), shape=(10**9,), strides=(0,))

# %% row_means
def row_means(x):
    if x.shape[1] == 3:
        return np.array([object()] * len(x))
    return np.zeros((0, 2**40))

# %% small_net
def small_net(inputs, units):
    return np.zeros(3, dtype=[("kind", "U20"), ("value", "f8")])

# %% seconds_in_a_week
seconds_in_a_week = np.longdouble("nan")

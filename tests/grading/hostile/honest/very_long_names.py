# A name of ten thousand letters.
# expect: step 1
# %% step
def step(z):
    globals()["n" * 10_000] = z
    return np.where(z >= 0, 1.0, 0.0)

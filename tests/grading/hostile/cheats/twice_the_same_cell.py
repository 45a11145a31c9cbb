# Cells with an exercise's id stand twice, the second with another exercise's mark.
# duplicate: step, row_means
# %% step
def step(z):
    return np.zeros_like(z)

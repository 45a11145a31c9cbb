# The stub is left as it was; the answer stands in a new cell below it.
# expect: step 1
# %% after step
def step(z):
    return np.where(z >= 0, 1.0, 0.0)


lab.check("step", step)

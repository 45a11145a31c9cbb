# A lambda is a function too.
# expect: step 1
# %% step
step = lambda z: np.heaviside(z, 1.0)

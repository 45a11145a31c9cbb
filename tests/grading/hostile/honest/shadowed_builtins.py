# Names of builtins are taken for something else; the answers are right.
# expect: step 1, row_means 2
# %% start
list = [1, 2]
str = print
sum = len = 3
type = id = input = None

# %% step
def step(z):
    return np.where(z >= 0, 1.0, 0.0)

# %% row_means
def row_means(x):
    return x.mean(axis=1)

# A loop that never ends, in a cell of the student's own; the answer below it is right.
# expect: row_means 2
# review
# %% start
while True:
    pass

# %% row_means
def row_means(x):
    return x.mean(axis=1)

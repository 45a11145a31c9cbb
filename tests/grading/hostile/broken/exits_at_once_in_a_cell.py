# Ends the process in a cell of the student's own.
# expect: row_means 2
# review
# %% start
import os

os._exit(0)

# %% row_means
def row_means(x):
    return x.mean(axis=1)

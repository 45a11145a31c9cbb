# %% [markdown]
# # Lab NUMBER: TITLE
#
# **After this lab you can**
#
# - put vectors of any length on one scale;
# - say what is lost by it.
#
# **Time:** about ten minutes.
#
# **It builds on** NumPy arrays.
#
# Each exercise ends in `lab.check(...)`. Run its cell as often as you like: the check says what
# is wrong, and on which input. `lab.hint("unit_rows")` gives a hint, and one more each time you
# call it.

# %%
import numpy as np

from course_utils.lab import Lab

lab = Lab("NAME")

# %% [markdown]
# ## 1. One scale
#
# Two documents can have the same words in the same proportions, and one be ten times as long.
# Divided by its length, a vector keeps its direction alone.

# %% [markdown]
# ### Exercise 1: `unit_rows` (2 points, 10 minutes, easy)
#
# Divide each row by its Euclidean length. A row of zeros has no direction: it stays as it is.


# %%
def unit_rows(X):
    """Return the rows of X, each divided by its Euclidean length; rows of zeros as they are.

    X: float array (n, features), which stays as it is -> float array of the same shape.
    """
    ### BEGIN SOLUTION
    lengths = np.sqrt((X**2).sum(axis=1, keepdims=True))
    return X / np.where(lengths == 0, 1, lengths)
    ### END SOLUTION


lab.check("unit_rows", unit_rows)

# %% [markdown]
# Which of the three rows below point the same way? Predict it, then run the cell.

# %%
unit_rows(np.array([[3.0, 4.0], [30.0, 40.0], [4.0, 3.0]]))

# %% [markdown]
# ## What to take home
#
# - A vector over its length keeps its direction and loses its size.

# %%
lab.progress()

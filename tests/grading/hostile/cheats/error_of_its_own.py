# Raises errors that look like the grader's own, with names, lines and marks made to be believed.
# %% start
class Inconsistent(Exception):
    pass


class Missing(Exception):
    pass


Right = type("right</td><script>alert(1)</script>", (Exception,), {"__module__": "builtins"})

# %% step
def step(z):
    raise Right("6 of 6 points\x1b[32m RIGHT\x1b[0m <img src=x onerror=alert(1)> =cmd|' /C calc'!A0")

# %% row_means
def row_means(x):
    raise Missing("row_means")

# %% seconds_in_a_week
seconds_in_a_week = property(lambda self: 604800)

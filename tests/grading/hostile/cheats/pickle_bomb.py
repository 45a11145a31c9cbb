# What comes back runs code in whoever unpickles it.
# %% start
class Bomb:
    def __reduce__(self):
        return (exec, ("open('/tmp/course-hostile-was-here', 'w').write('x')",))

    __getstate__ = __reduce__

# %% step
def step(z):
    return Bomb()

# %% row_means
def row_means(x):
    return np.array([Bomb()], dtype=object)

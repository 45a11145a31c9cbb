# A class of the right name: what it makes is no array.
# %% step
class step:
    def __init__(self, z):
        self.value = np.where(z >= 0, 1.0, 0.0)

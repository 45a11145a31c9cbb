# Objects that raise at whatever they are asked.
# %% start
class Grumpy:
    def __getattribute__(self, name):
        raise RuntimeError("no")

    def __repr__(self):
        raise SystemExit

    def __len__(self):
        raise KeyboardInterrupt

    __iter__ = __array__ = __float__ = __bool__ = __repr__

# %% step
def step(z):
    return Grumpy()

# %% row_means
row_means = Grumpy()

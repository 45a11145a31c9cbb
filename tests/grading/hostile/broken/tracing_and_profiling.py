# Tracing, profiling and audit hooks that look at every call, and a changed recursion limit.
# expect: step 1, row_means 2
# %% start
import sys
import threading

seen = []
sys.settrace(lambda frame, event, arg: seen.append(dict(frame.f_locals)) if len(seen) < 100 else None)
threading.settrace(lambda *args: None)
sys.setprofile(lambda *args: None)
sys.addaudithook(lambda name, args: None)
sys.setrecursionlimit(10**6)
sys.setswitchinterval(1e-6)

# %% step
def step(z):
    return np.where(z >= 0, 1.0, 0.0)

# %% row_means
def row_means(x):
    return x.mean(axis=1)

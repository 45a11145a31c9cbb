# Timers, alarms, signal handlers, priorities and limits; the answer is right.
# expect: step 1
# %% start
import faulthandler
import os
import resource
import signal

signal.signal(signal.SIGINT, signal.SIG_IGN)
signal.signal(signal.SIGALRM, lambda *args: None)
signal.setitimer(signal.ITIMER_REAL, 0.01, 0.01)
signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 32))
faulthandler.disable()
for attempt in (
    lambda: os.nice(-20),
    lambda: os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(50)),
    lambda: os.sched_setaffinity(0, range(os.cpu_count())),
    lambda: resource.setrlimit(resource.RLIMIT_NPROC, (10**6, 10**6)),
    lambda: os.kill(1, signal.SIGSTOP),
    lambda: os.kill(1, signal.SIGCHLD),
    lambda: os.killpg(0, 0),
):
    try:
        attempt()
    except (OSError, ValueError):
        pass

# %% step
def step(z):
    return np.where(z >= 0, 1.0, 0.0)

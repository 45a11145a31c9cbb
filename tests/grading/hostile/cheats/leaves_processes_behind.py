# Processes that detach themselves, ignore every signal and wait for the next submission.
# %% start
import os
import signal
import socket
import time

for _ in range(20):
    if os.fork() == 0:
        os.setsid()
        if os.fork():
            os._exit(0)
        for number in range(1, 65):
            try:
                signal.signal(number, signal.SIG_IGN)
            except (OSError, ValueError):
                pass
        line = socket.socket(socket.AF_UNIX)
        try:
            line.bind("\0course-grading")
            line.listen()
        except OSError:
            pass
        while True:
            for place in ("/tmp", "/dev/shm", "/home/student"):
                try:
                    open(f"{place}/course-hostile-was-here", "w").write("x")
                except OSError:
                    pass
            time.sleep(0.05)
assert not os.path.exists("/nowhere")

# %% step
def step(z):
    import socket

    with socket.socket(socket.AF_UNIX) as line:
        line.connect("\0course-grading")
    return z

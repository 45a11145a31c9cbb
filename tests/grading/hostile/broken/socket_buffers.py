# Fills the buffers of as many sockets as it may have, in as many processes; the answer is right.
# %% start
import os
import socket
import time

for _ in range(40):
    if os.fork() == 0:
        pairs = []
        try:
            while True:
                pairs.append(socket.socketpair())
                for end in pairs[-1]:
                    end.setblocking(False)
                    try:
                        while True:
                            end.send(bytes(100_000))
                    except BlockingIOError:
                        pass
        except OSError:
            time.sleep(1000)
        os._exit(0)
time.sleep(3)

# %% step
def step(z):
    return z

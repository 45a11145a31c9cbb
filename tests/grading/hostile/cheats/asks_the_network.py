# Asks a neighbour, through any kind of socket.
# %% step
def step(z):
    import socket

    for family, address in (
        (socket.AF_INET, ("127.0.0.1", 8888)),
        (socket.AF_INET6, ("::1", 8888)),
        (socket.AF_UNIX, "\0course"),
        (socket.AF_UNIX, "/tmp/course.sock"),
    ):
        try:
            line = socket.socket(family, socket.SOCK_STREAM)
            line.settimeout(1)
            line.connect(address)
            return line.recv(100)
        except OSError:
            continue
    return None

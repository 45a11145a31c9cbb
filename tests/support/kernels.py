"""Kernels that have imported TensorFlow and Keras before they start.

Every notebook that runs under test would spend seconds on that. So one process imports them, once,
and forks for each kernel. It has one thread and no context of TensorFlow, neither of which a fork
could take along; where that does not hold, kernels start as they always do.

The kernel that Jupyter starts is `main` below, which asks for a fork and then stands for it: it
passes signals on and ends with it, and the fork ends with it, even if it is killed.
"""

import importlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
PRELOADED = (
    "tensorflow",
    "keras",
    "scipy.ndimage",
    "sklearn.datasets",
    "matplotlib.figure",
    "ipykernel.ipkernel",
    "ipykernel.kernelapp",
    "course_utils.lab",
)
#: Threads of NumPy's would not be in a fork; a training's are TensorFlow's, and made afterwards.
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
#: What is read when a package is imported or Python starts, and so has to be said beforehand.
EARLY = {
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    "PYTHONHASHSEED": "0",
    "TF_CPP_MIN_LOG_LEVEL": "3",
}


class Template:
    """The process that forks, and the kernel specification by which Jupyter finds it."""

    def __init__(self, folder: Path) -> None:
        """Wait until all is imported: a kernel that comes late is taken for dead.

        folder: empty, for the specification and a socket; short, as addresses of sockets are.
        """
        address = str(folder / "template")
        argv = [sys.executable, "-S", "-E", __file__, address, "-f", "{connection_file}"]
        specification = {"argv": argv, "display_name": "Python 3", "language": "python"}
        place = folder / "kernels" / "python3"
        place.mkdir(parents=True)
        (place / "kernel.json").write_text(json.dumps(specification), encoding="utf-8")
        paths = [str(folder), *filter(None, [os.environ.get("JUPYTER_PATH")])]
        os.environ["JUPYTER_PATH"] = os.pathsep.join(paths)
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listener:
            listener.bind(address)
            listener.listen(16)
            self._process = subprocess.Popen(
                [sys.executable, "-c", "from tests.support import kernels; kernels.serve()"],
                cwd=ROOT,
                env={**os.environ, **ONE_THREAD, **EARLY, "PYTHONPATH": str(ROOT)},
                stdin=listener.fileno(),
                stdout=subprocess.PIPE,
            )
        assert self._process.stdout is not None
        self._process.stdout.readline()

    def close(self) -> None:
        """End it; kernels end with whoever asked for them."""
        self._process.kill()
        self._process.communicate()


def serve() -> None:
    """Be the template, whose socket is its standard input, until the tests end."""
    from course_utils.common.quiet import hush_tensorflow

    listener = socket.socket(fileno=os.dup(0))
    tests = os.getppid()
    hush_tensorflow()
    for name in PRELOADED:
        importlib.import_module(name)
    if len(os.listdir("/proc/self/task")) > 1:
        return
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    listener.settimeout(1)
    print("ready", flush=True)
    while os.getppid() == tests:
        try:
            line, _ = listener.accept()
        except TimeoutError:
            continue
        order, descriptors, _, _ = socket.recv_fds(line, 2**20, 3)
        if order and os.fork() == 0:
            listener.close()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            _be_kernel(line, json.loads(order), descriptors)
        for descriptor in descriptors:
            os.close(descriptor)
        line.close()


def _be_kernel(line: socket.socket, order: dict[str, Any], descriptors: list[int]) -> None:
    line.settimeout(None)
    os.setsid()
    for number, descriptor in enumerate(descriptors):
        os.dup2(descriptor, number)
        os.close(descriptor)
    os.chdir(order["folder"])
    os.environ.clear()
    os.environ.update(order["environment"])
    sys.path[:] = [p for p in os.environ.get("PYTHONPATH", "").split(os.pathsep) if p] + sys.path
    # By which it takes itself for started by a program, and prints no words for a person.
    started = f"--IPKernelApp.parent_handle={os.getppid()}"
    sys.argv = ["ipykernel_launcher", *order["arguments"], started]
    importlib.import_module("numpy").random.seed()  # or all kernels would draw the same
    line.send(b"!")

    def obey() -> None:
        while said := line.recv(1):
            os.kill(os.getpid(), said[0])
        os._exit(1)

    threading.Thread(target=obey, daemon=True).start()
    importlib.import_module("ipykernel.kernelapp").launch_new_instance()
    sys.exit()


def main(address: str, *arguments: str) -> None:
    """Ask the template for a kernel and stand for it; be a kernel oneself if there is none."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as line:
        order = {
            "folder": os.getcwd(),
            "environment": dict(os.environ),
            "arguments": arguments,
        }
        line.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 2**20)
        try:
            line.connect(address)
            socket.send_fds(line, [json.dumps(order).encode()], [0, 1, 2])
            answered = line.recv(1)
        except OSError:
            answered = b""
        if not answered:
            os.execv(sys.executable, [sys.executable, "-m", "ipykernel_launcher", *arguments])
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda given, frame: line.send(bytes([given])))
        while line.recv(1):
            pass


if __name__ == "__main__":
    main(*sys.argv[1:])

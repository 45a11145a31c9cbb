"""Attacks: each is stopped, ends as it deserves, and hurts no other session.

They run with low limits, so that one that is not stopped would do little harm.
"""

import contextlib
import os
import secrets
import socket
import textwrap
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from course_utils.common.paths import ROOT, SOLUTIONS
from course_utils.exercises import Case
from course_utils.grading.protocol.endings import Crashed, Flooded, SessionError, Tampered
from course_utils.grading.protocol.session import Session
from course_utils.grading.sandbox.processes import descendants
from tests.support.sandboxed import LIMITS, kernels, needs_sandbox

pytestmark = [pytest.mark.slow, needs_sandbox]


@pytest.fixture
def session() -> Iterator[Session]:
    with kernels().start() as started:
        yield started


@pytest.fixture(scope="module")
def neighbour() -> Iterator[Session]:
    """Somebody else's session, open through all attacks."""
    with kernels().start() as other:
        other.run("secret, total = 'mine', 0", {})
        yield other


@contextlib.contextmanager
def at_work(other: Session) -> Iterator[None]:
    """Meanwhile, the neighbour computes; afterwards it has come to the right result."""
    said: list[str] = []

    def work() -> None:
        source = "for _ in range(20): total = sum(range(20_000))\nprint(secret, total)"
        said.append(other.run(source).outputs[0]["text"])

    thread = threading.Thread(target=work)
    thread.start()
    yield
    thread.join(30)
    assert said == ["mine 199990000\n"]


def said(session: Session, source: str) -> str:
    """What a cell prints. It must not raise."""
    result = session.run(textwrap.dedent(source))
    assert result.error is None, result.error
    return "".join(output.get("text", "") for output in result.outputs).strip()


ENDINGS: dict[str, tuple[type[SessionError], str, str]] = {
    "leaves": (Crashed, "exit code 0", "import os; os._exit(0)"),
    "leaves with a code": (Crashed, "exit code 3", "import os; os._exit(3)"),
    "reads address 0": (Crashed, "SIGSEGV", "import ctypes; ctypes.string_at(0)"),
    "kills itself": (Crashed, "SIGKILL", "import os; os.kill(os.getpid(), 9)"),
    "closes every descriptor": (Crashed, "exit code 1", "import os; os.closerange(0, 10_000)"),
    "writes garbage everywhere": (
        Tampered,
        "no notebook sends",
        """
        import os
        for number in range(256):
            try: os.write(number, b"garbage" * 100)
            except OSError: pass
        """,
    ),
    "lays out an answer": (
        Tampered,
        "not asked for",
        """
        import os, struct
        for number in range(3, 256):
            try: os.write(number, struct.pack("!cQQ", b"d", 0, 2) + b"{}")
            except OSError: pass
        """,
    ),
    "announces a huge frame": (
        Tampered,
        "no notebook sends",
        """
        import os, struct
        for number in range(3, 256):
            try: os.write(number, struct.pack("!cQQ", b"n", 0, 2**60))
            except OSError: pass
        """,
    ),
    "floods": (
        Flooded,
        "wrote more than 8 MB",
        "import os\nblock = b'x' * 2**20\nwhile True: os.write(1, block)",
    ),
    "floods with outputs": (
        Flooded,
        "wrote more than 8 MB",
        """
        import gc
        from course_utils.grading.guest.driver import Channel
        line = next(thing for thing in gc.get_objects() if isinstance(thing, Channel))
        while True: line.send(b"o", b'{"output_type": "stream", "name": "stdout", "text": ""}')
        """,
    ),
}


@pytest.mark.parametrize("name", ENDINGS)
def test_a_process_that_ends_or_cheats_is_noticed_at_once(
    session: Session, neighbour: Session, name: str
) -> None:
    kind, words, source = ENDINGS[name]
    with at_work(neighbour), pytest.raises(kind, match=words) as caught:
        session.run("print('so far')\n" + textwrap.dedent(source))
    if kind is not Tampered:
        assert caught.value.result.outputs[0]["text"].startswith("so far")
    with pytest.raises(kind):
        session.observe("anything", [Case("a")])


def test_forged_answers_are_only_data(session: Session) -> None:
    """Code that owns the process may answer what it likes, but nothing that is no answer."""
    source = """
        import gc
        from course_utils.grading.guest.driver import Driver
        driver = next(thing for thing in gc.get_objects() if isinstance(thing, Driver))
        def f(x): return x
        driver._observe = driver._answers[b"O"] = lambda payload: {"error": {"kind": 3}}
    """
    session.run(textwrap.dedent(source), {"f": "f"})
    with pytest.raises(Tampered):
        session.observe("f", [Case("a", 1)])


PATCHES = {
    "numpy": "import numpy as np\nfor name in ('array_equal', 'allclose', 'asarray', 'array'):\n"
    "    setattr(np, name, lambda *a, **k: True)",
    "builtins": "import builtins\nbuiltins.isinstance = lambda *a: True\nbuiltins.len = None",
    "json": "import json\njson.dumps = json.loads = None",
    "os": "import os\nos.write = os.read = os._exit = None",
    "modules": "import sys\nsys.modules.clear()",
    "streams": "import sys\nsys.stdout = sys.stderr = sys.__stdout__ = None",
    "the shell": "get_ipython().run_cell = get_ipython().user_ns = None",
    "the engine": "import course_utils.exercises.observe as o\no.observe = o.to_plain = None",
    "signals": "import signal\nfor n in (2, 15): signal.signal(n, signal.SIG_IGN)",
    "exit handlers": "import atexit\natexit.register(lambda: __import__('time').sleep(999))",
    "garbage collection": "import gc\ngc.disable(); gc.callbacks.append(print)",
}


@pytest.mark.parametrize("name", PATCHES)
def test_patching_the_process_harms_only_the_patcher(
    session: Session, neighbour: Session, name: str
) -> None:
    with at_work(neighbour), contextlib.suppress(SessionError):
        session.run(f"def f(x): return x + 1\n{PATCHES[name]}", {"f": "f"})
        (seen,) = session.observe("f", [Case("a", 1)])
        assert seen.error is not None or seen.value in (2, True)


def test_the_init_cannot_be_killed_or_traced(session: Session) -> None:
    source = """
        import os, signal
        for number in (9, 15, 2, 19, 1, 11):
            os.kill(1, number)
        try: os.kill(-1, 9)
        except ProcessLookupError: pass
        print(os.getppid())
        for path in ("environ", "mem", "fd", "maps", "root"):
            try: open(f"/proc/1/{path}").read() if path != "fd" else os.listdir("/proc/1/fd")
            except PermissionError: print("refused")
            except IsADirectoryError: print("opened")
    """
    assert said(session, source).split() == ["1"] + ["refused"] * 5


def test_a_stopped_process_runs_into_the_limit_of_time() -> None:
    """SIGSTOP: nothing in the sandbox goes on, so all depends on the grading process's clock."""
    with kernels().start() as session:
        threading.Timer(1.0, session.stop, [Crashed("ended by the test")]).start()
        with pytest.raises(Crashed, match="ended by the test"):
            session.run("import os, signal; os.kill(os.getpid(), signal.SIGSTOP)")


def test_a_fork_bomb_stays_small_and_slows_down_nobody(
    session: Session, neighbour: Session
) -> None:
    source = """
        import os
        gate, key = os.pipe()
        for number in range(1000):
            try: child = os.fork()
            except OSError: break
            if not child:
                os.close(key)
                os.read(gate, 1)
                while True: pass
        print(number)
        os.close(key)
    """
    with at_work(neighbour):
        assert int(said(session, source)) < LIMITS.processes
    with at_work(neighbour):  # ... while all of them are at work
        family = descendants(session.init)
        assert len(family) <= LIMITS.processes
        session.close()
    assert _left(family) == []


def test_threads_without_end_are_stopped_at_the_limit(session: Session) -> None:
    source = """
        import threading, time
        n = 0
        try:
            while True:
                threading.Thread(target=time.sleep, args=(1000,)).start()
                n += 1
        except RuntimeError: print(n)
    """
    assert int(said(session, source)) < LIMITS.processes


def test_one_large_array_is_a_memory_error_in_the_notebook(session: Session) -> None:
    source = "import numpy as np\ntry: np.ones(2 * 10**8)\nexcept MemoryError: print('refused')"
    assert said(session, source) == "refused"


MEMORY = {
    "many processes": """
        import os, time
        for _ in range(20):
            if not os.fork():
                block = bytearray(50 * 2**20)
                time.sleep(60)
        time.sleep(60)
    """,
    "shared memory": """
        import mmap
        blocks = []
        while True:
            blocks.append(mmap.mmap(-1, 50 * 2**20))
            blocks[-1].write(bytes(50 * 2**20))
    """,
}


@pytest.mark.parametrize("name", MEMORY)
def test_memory_of_all_processes_together_is_bounded(
    session: Session, neighbour: Session, name: str
) -> None:
    with at_work(neighbour), pytest.raises(Crashed, match=r"more than 1\.0 GB of memory"):
        session.run(textwrap.dedent(MEMORY[name]))


def test_processes_that_share_their_memory_are_counted_once(session: Session) -> None:
    """Ten forks of a process of hundreds of megabytes hold hardly more than one."""
    source = """
        import os, time
        for _ in range(10):
            if not os.fork():
                time.sleep(1.0)
                os._exit(0)
        time.sleep(1.2)
        print("well")
    """
    assert said(session, source) == "well"


@pytest.mark.parametrize("folder", [".", "/tmp", "/dev/shm"])
def test_the_private_folders_cannot_be_filled_beyond_their_size(
    session: Session, neighbour: Session, folder: str
) -> None:
    source = f"""
        written = 0
        try:
            for number in range(100):
                with open(f"{folder}/{{number}}", "wb") as file: written += file.write(bytes(2**20))
        except OSError as error: print(error.errno, written // 2**20)
    """
    with at_work(neighbour):
        number, size = said(session, source).split()
    assert number == "28" and int(size) <= 32  # no space left


def test_files_without_content_are_counted_too(session: Session) -> None:
    source = """
        try:
            for number in range(10**6): open(str(number), "w").close()
        except OSError: print(number)
    """
    assert int(said(session, source)) < 60_000


@pytest.mark.parametrize(
    "call", ["os.memfd_create('x')", "ctypes.CDLL(None).shmget(0, 4096, 0o1600)"]
)
def test_memory_that_belongs_to_no_process_cannot_be_had(session: Session, call: str) -> None:
    source = f"""
        import ctypes, os
        try: print({call})
        except OSError: print(-1)
    """
    assert said(session, source) == "-1"


def test_a_huge_print_is_cut_and_the_cell_goes_on(session: Session) -> None:
    text = said(session, "print('x' * 3 * 10**8)\nprint('later')")
    assert len(text) < 1.1 * LIMITS.cell_output
    assert text.endswith("left out)")
    assert said(session, "print('next cell')") == "next cell"


def test_endless_printing_is_cut_and_ends_at_the_limit_of_time() -> None:
    with kernels().start() as session:
        threading.Timer(1.5, session.stop, [Crashed("ended by the test")]).start()
        with pytest.raises(Crashed) as caught:
            session.run("while True: print('y' * 100)")
    assert len(caught.value.result.outputs[0]["text"]) < 1.1 * LIMITS.cell_output


def test_a_daemon_does_not_outlive_its_session(session: Session) -> None:
    source = """
        import os, time
        if not os.fork():
            os.setsid()
            if not os.fork():
                os.closerange(0, 256)
                time.sleep(987)
            os._exit(0)
        os.wait()
        print("started")
    """
    assert said(session, source) == "started"
    family = descendants(session.init)
    assert len(family) >= 3
    session.close()
    assert _left(family) == []


def _left(pids: list[int]) -> list[int]:
    """Which of them are still there after a while: dying takes time on a busy computer."""
    deadline = time.monotonic() + 100
    while (left := [pid for pid in pids if os.path.exists(f"/proc/{pid}")]) and (
        time.monotonic() < deadline
    ):
        time.sleep(0.05)
    return left


def test_nothing_is_open_but_the_pipes_and_the_channel(session: Session) -> None:
    source = """
        import os
        for number in sorted(map(int, os.listdir("/proc/self/fd"))):
            try: print(number, os.readlink(f"/proc/self/fd/{number}").partition(":")[0])
            except OSError: pass
    """
    lines = said(session, source).splitlines()
    assert [line.split()[1] for line in lines] == ["/dev/null", "pipe", "pipe", "socket"]


def test_the_environment_tells_nothing_of_the_graders(session: Session) -> None:
    known = set(said(session, "import os\nprint(*os.environ.values())").split())
    own = {value for key, value in os.environ.items() if len(value) > 8 and key != "PATH"}
    assert not known & (own - {"tensorflow", "C.UTF-8"})
    assert said(session, "print(open('/proc/self/environ').read())").count("/root") == 0


def test_no_network_not_even_this_computer(session: Session) -> None:
    word = secrets.token_hex(8)
    with socket.socket() as port, socket.socket(socket.AF_UNIX) as abstract:
        port.bind(("127.0.0.1", 0))
        port.listen()
        abstract.bind(f"\0{word}")
        abstract.listen()
        source = f"""
            import socket
            def attempt(*kind, to):
                try: socket.socket(*kind).connect(to)
                except OSError as error: print("refused")
                else: print("connected")
            attempt(to=("127.0.0.1", {port.getsockname()[1]}))
            attempt(socket.AF_UNIX, to="\\0{word}")
            attempt(socket.AF_INET, socket.SOCK_DGRAM, to=("192.0.2.1", 53))
            attempt(socket.AF_VSOCK, to=(2, 1024))
            attempt(socket.AF_NETLINK, socket.SOCK_RAW, to=(0, 0))
        """
        assert said(session, source).split() == ["refused"] * 5


def test_what_is_not_for_students_cannot_be_seen(session: Session, tmp_path: Path) -> None:
    (tmp_path / "other.ipynb").write_text("somebody's work")
    paths = [SOLUTIONS, ROOT / "labs", ROOT / "tests", ROOT / ".git", ROOT / "pyproject.toml"]
    paths += [tmp_path, tmp_path / "other.ipynb", Path.home() / ".ssh", Path("/etc/shadow")]
    source = f"""
        import os
        for path in {[str(path) for path in paths]}:
            try: print(path, (os.listdir if os.path.isdir(path) else open)(path))
            except OSError: pass
    """
    assert said(session, source) == ""


def test_nothing_can_be_written_but_the_private_folders(session: Session) -> None:
    import site
    import sys

    places = ["/", "/etc", "/usr/bin", "/dev", "/proc", "/home", str(ROOT / "course_utils")]
    places += [sys.prefix, sys.base_prefix, site.getsitepackages()[0]]
    source = f"""
        import os
        for place in {places}:
            try: open(place + "/written", "w").close()
            except OSError: continue
            print("written in", place)
        for path in ({__file__!r}, os.__file__, {str(ROOT / "course_utils" / "lab.py")!r}):
            try: open(path, "a").close()
            except OSError: continue
            print("opened", path)
    """
    assert said(session, source) == ""


def test_no_way_back_to_other_mounts_users_or_namespaces(session: Session) -> None:
    source = """
        import ctypes, os, resource, time
        libc = ctypes.CDLL(None, use_errno=True)
        attempts = {
            "mount": lambda: libc.mount(b"none", b"/tmp", b"tmpfs", 0, None) == 0,
            "remount": lambda: libc.mount(b"none", b"/usr", None, 32 | 4096, None) == 0,
            "unmount": lambda: libc.umount2(b"/usr", 2) == 0,
            "open_tree": lambda: libc.syscall(428, -100, b"/usr", 1) >= 0,
            "user namespace": lambda: libc.unshare(0x10000000) == 0,
            "mount namespace": lambda: libc.unshare(0x20000) == 0,
            "by clone": lambda: libc.syscall(56, 0x10000000 | 17, 0, 0, 0, 0) >= 0,
            "by clone3": lambda: libc.syscall(435, 0, 0) != -1 or ctypes.get_errno() != 38,
            "setns": lambda: libc.setns(os.open("/proc/self/ns/mnt", os.O_RDONLY), 0) == 0,
            "chroot": lambda: os.chroot("/tmp") is None,
            "root": lambda: os.setuid(0) is None,
            "device": lambda: os.mknod("disk", 0o60600, os.makedev(254, 0)) is None,
            "trace": lambda: libc.ptrace(16, 1, None, None) == 0,
            "memory of others": lambda: libc.process_vm_readv(1, 0, 0, 0, 0, 0) == 0,
            "clock": lambda: time.clock_settime(time.CLOCK_REALTIME, 0) is None,
            "host name": lambda: libc.sethostname(b"x", 1) == 0,
            "limits": lambda: resource.setrlimit(resource.RLIMIT_NPROC, (999, 999)) is None,
            "processor": lambda: os.sched_setaffinity(0, {0, 1}) is None,
            "keys": lambda: libc.syscall(250, 0, -3, 0, 0, 0) >= 0,
            "bpf": lambda: libc.syscall(321, 0, 0, 0) >= 0,
            "io_uring": lambda: libc.syscall(425, 1, 0) >= 0,
            "handles": lambda: libc.syscall(304, 0, 0, 0) >= 0,
            "kernel": lambda: open("/proc/sys/kernel/hostname", "w").write("x"),
            "namespaces": lambda: open("/proc/sys/user/max_user_namespaces", "w").write("9"),
            "oom": lambda: open("/proc/1/oom_score_adj", "w").write("-1000"),
        }
        for name, attempt in attempts.items():
            try: reached = attempt()
            except (OSError, ValueError): reached = False
            if reached: print(name)
    """
    assert said(session, source) == ""


def test_no_second_root_by_links_in_the_private_folder(session: Session, tmp_path: Path) -> None:
    """The grading process opens nothing in there, so a link leads nobody anywhere."""
    target = tmp_path / "grades.csv"
    target.write_text("ada,1")
    source = f"""
        import os
        for name in ("out", "setup.json", ".ipython/x", "nbconvert"):
            os.makedirs(os.path.dirname(name) or ".", exist_ok=True)
            os.symlink({str(target)!r}, name)
            try: open(name, "w").write("ada,100")
            except OSError: print("refused")
    """
    assert said(session, source).split() == ["refused"] * 4
    session.close()
    assert target.read_text() == "ada,1"


def test_only_one_process_and_its_init_are_seen(session: Session) -> None:
    source = "import os\nprint([n for n in os.listdir('/proc') if n.isdigit()], os.getpid())"
    assert said(session, source).count("'") == 4

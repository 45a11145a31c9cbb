"""The ways to a sandbox: which one is taken, bubblewrap, an ordinary user, none at all."""

import os
import re
import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from course_utils.common.errors import CourseError
from course_utils.common.paths import ROOT, SOLUTIONS
from course_utils.exercises import Case
from course_utils.grading.kernels.cores import Cores
from course_utils.grading.kernels.kernels import Kernels
from course_utils.grading.kernels.self_test import self_test
from course_utils.grading.protocol.endings import Crashed
from course_utils.grading.sandbox import bubblewrap, choose, places, seccomp
from course_utils.grading.sandbox.limits import Limits
from course_utils.grading.sandbox.processes import descendants
from course_utils.grading.sandbox.setup import BUBBLEWRAP, NAMESPACES, NONE, Setup
from tests.support.sandboxed import LIMITS, kernels, needs_sandbox

pytestmark = pytest.mark.slow

linux = pytest.mark.skipif(sys.platform != "linux", reason="the sandbox is for Linux")
with_bubblewrap = pytest.mark.skipif(
    bubblewrap.program() is None, reason="bubblewrap is not installed"
)
LIGHT = ("numpy",)


def forbid(monkeypatch: pytest.MonkeyPatch, *ways: str) -> None:
    """Have these ways to isolate fail, as on a system that does not allow them."""
    real = choose.attempt

    def attempt(setup: Setup) -> str:
        return "forbidden by the test" if setup.isolation in ways else real(setup)

    monkeypatch.setattr(choose, "attempt", attempt)


def test_without_a_sandbox_nothing_is_graded_and_the_error_says_what_helps(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    forbid(monkeypatch, NAMESPACES, BUBBLEWRAP)
    with pytest.raises(CourseError) as caught:
        Kernels(packages=LIGHT)
    message = str(caught.value)
    assert "namespaces: forbidden by the test; bubblewrap: forbidden by the test" in message
    assert "apt install bubblewrap" in message and "--trust-students" in message


def test_outside_linux_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    setup = Setup(NONE, (), (), (), "", Limits())
    monkeypatch.setattr(sys, "platform", "darwin")
    with pytest.raises(CourseError, match="exists on Linux only"):
        choose.choose(setup, trust_students=False)
    assert choose.choose(setup, trust_students=True).isolation == NONE
    monkeypatch.setattr(os, "name", "nt")
    with pytest.raises(CourseError, match="WSL"):
        choose.choose(setup, trust_students=True)


@linux
def test_trusted_students_run_without_isolation_but_within_limits(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    forbid(monkeypatch, NAMESPACES, BUBBLEWRAP)
    with Kernels(LIMITS, trust_students=True, packages=LIGHT) as made:
        assert made.sandbox == NONE
        with made.start() as session:
            session.run("def f(x): return x + 1", {"f": "f"})
            assert session.observe("f", [Case("a", 1)])[0].value == 2
            session.run("import subprocess")
            session.run("p = subprocess.Popen(['sleep', '987'], start_new_session=True)")
            family = descendants(session.init)
            assert len(family) == 3
        assert not [pid for pid in family if _running(pid)]
        with made.start() as session, pytest.raises(Crashed, match="memory"):
            session.run(HOARD)


#: Holds more memory than is allowed, in a way that no limit on one process's data sees.
HOARD = "import mmap\nm = mmap.mmap(-1, 2**31)\nwhile True: m.write(bytes(2**20))"


def _running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


@needs_sandbox
def test_a_sandbox_that_shows_too_much_is_refused() -> None:
    with (
        kernels().start() as session,
        pytest.raises(CourseError, match="does not hold here.*could read what is not its own"),
    ):
        self_test(session, hidden=("/usr/bin",))


@pytest.fixture(scope="module")
def bubblewrapped() -> Iterator[Kernels]:
    with pytest.MonkeyPatch.context() as monkeypatch:
        forbid(monkeypatch, NAMESPACES)
        made = Kernels(LIMITS, packages=LIGHT)
    with made:
        assert made.sandbox == BUBBLEWRAP
        yield made


@needs_sandbox
@with_bubblewrap
def test_bubblewrap_runs_cells_and_observes(bubblewrapped: Kernels) -> None:
    with bubblewrapped.start() as session:
        result = session.run(
            "import os, getpass\nprint(os.getcwd(), getpass.getuser(), os.getppid())"
        )
        assert result.outputs[0]["text"] == "/home/student student 1\n"
        session.run("def f(x): return 2 * x", {"f": "f"})
        assert session.observe("f", [Case("a", 4)])[0].value == 8
        source = (
            f"import os\ntry: print(os.listdir({str(SOLUTIONS)!r}))\nexcept OSError: print('no')"
        )
        assert session.run(source).outputs[0]["text"] == "no\n"
        family = descendants(session.init)
    assert len(family) >= 2
    deadline = time.monotonic() + 100
    while any(map(_running, family)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not [pid for pid in family if _running(pid)]


@needs_sandbox
@with_bubblewrap
def test_bubblewrap_holds_the_limits(bubblewrapped: Kernels) -> None:
    with bubblewrapped.start() as session:
        assert int(session.run(BOMB).outputs[0]["text"]) < LIMITS.processes
        source = """
            written = 0
            try:
                for name in range(100):
                    with open(str(name), "wb") as file: written += file.write(bytes(2**20))
            except OSError: print(written // 2**20)
        """
        assert int(session.run(textwrap.dedent(source)).outputs[0]["text"]) <= 32
        with pytest.raises(Crashed, match="SIGKILL"):
            session.run("import os; os.kill(os.getpid(), 9)")


@needs_sandbox
@with_bubblewrap
def test_under_bubblewrap_files_without_end_end_the_run(bubblewrapped: Kernels) -> None:
    source = "import os\nn = 0\nwhile True:\n    os.mknod(str(n))\n    n += 1"
    with bubblewrapped.start() as session, pytest.raises(Crashed, match="files and was ended"):
        session.run(source)


#: Makes Python readable to everybody in a view of the files of its own, becomes an ordinary user
#: there, and runs the rest of its arguments.
AS_ORDINARY_USER = """
import os, sys
from pathlib import Path
sys.path.append(sys.argv.pop(1))
from course_utils.grading.sandbox import system
system.unshare(system.NEWNS)
system.mount("none", "/", "none", system.MS_REC | system.MS_PRIVATE)
wanted = [sys.base_prefix, sys.prefix, sys.path[-1]]
trees = [(system.open_tree(path), path) for path in wanted]
closed = {
    folder for path in wanted for folder in Path(path).parents if not folder.stat().st_mode & 1
}
for folder in closed:
    system.mount("tmpfs", str(folder), "tmpfs", 0, "mode=755")
for tree, path in trees:
    if any(Path(path).is_relative_to(folder) for folder in closed):
        os.makedirs(path, exist_ok=True)
        system.attach(tree, path)
os.setgroups([])
os.setresgid(12345, 12345, 12345)
os.setresuid(12345, 12345, 12345)
os.execv(sys.executable, [sys.executable, *sys.argv[1:]])
"""
#: Grades a little with the isolation that its second argument names.
GRADE_A_LITTLE = """
import sys
sys.path.append(sys.argv[1])
from course_utils.exercises import Case
from course_utils.grading.kernels.cores import Cores
from course_utils.grading.kernels.kernels import Kernels
from course_utils.grading.sandbox import choose
from tests.support.sandboxed import LIMITS
from tests.grading.sandbox.test_sandbox import BOMB, HOARD
real = choose.attempt
choose.attempt = lambda setup: real(setup) if setup.isolation == sys.argv[2] else "not now"
with Kernels(LIMITS, packages=("numpy",)) as made, made.start() as session:
    print(made.sandbox)
    print(int(session.run(BOMB).outputs[0]["text"]) < LIMITS.processes)
    session.run("def f(x): return x + 1", {"f": "f"})
    print(session.observe("f", [Case("a", 1)])[0].value)
    try:
        session.run(HOARD)
    except Exception as error:
        print(error)
"""
#: Prints how many processes it could start.
BOMB = """
import os, time
for number in range(1000):
    try: child = os.fork()
    except OSError: break
    if not child: time.sleep(100)
print(number)
"""


@needs_sandbox
@pytest.mark.skipif(os.geteuid() != 0, reason="the other tests run as an ordinary user already")
@pytest.mark.parametrize("isolation", [NAMESPACES, pytest.param(BUBBLEWRAP, marks=with_bubblewrap)])
def test_an_ordinary_user_can_grade_too(isolation: str, tmp_path: Path) -> None:
    command = [sys.executable, "-c", AS_ORDINARY_USER, str(ROOT)]
    command += ["-c", GRADE_A_LITTLE, str(ROOT), isolation]
    environment = {"HOME": "/", "PATH": os.environ["PATH"]}
    done = subprocess.run(command, env=environment, cwd="/", capture_output=True, text=True)
    assert done.stdout.splitlines() == [
        isolation,
        "True",
        "2",
        "The notebook needed more than 1.0 GB of memory and was ended.",
    ], done.stderr


@needs_sandbox
@pytest.mark.skipif(os.geteuid() != 0, reason="an ordinary user needs user namespaces")
def test_root_does_without_user_namespaces_where_the_system_forbids_them() -> None:
    program = f"""
        import ctypes, os, sys
        sys.path.append({str(ROOT)!r})
        from course_utils.grading.sandbox import isolation, places, privileges
        from course_utils.grading.sandbox.limits import Limits
        from course_utils.grading.sandbox.setup import NAMESPACES, Setup, SpawnRequest
        privileges.can_nest = lambda: False
        setup = Setup(NAMESPACES, (), places.readable(), (), "", Limits())
        request = SpawnRequest(privileges.user_of(0), -1, "")
        isolation.separate(setup, request)
        if os.fork():
            os.wait(); sys.exit()
        isolation.enclose(setup, request)
        lines = open("/proc/thread-self/status").read().splitlines()
        print(sum(int(line.split()[1], 16) for line in lines if line.startswith("Cap")))
        print(os.getresuid() == (request.uid,) * 3, ctypes.CDLL(None).unshare(0x10000000))
    """
    command = [sys.executable, "-c", textwrap.dedent(program)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == "0\nTrue -1\n"


def test_what_is_shown_is_no_more_than_what_is_needed() -> None:
    shown = places.readable()
    assert str(ROOT / "course_utils") in shown or str(ROOT) not in shown
    for secret in (ROOT, SOLUTIONS, ROOT / "labs", ROOT / "tests", Path.home(), Path("/tmp")):
        assert not any(secret.is_relative_to(path) for path in shown), secret
    assert len(places.outermost(shown)) == len(shown)


def test_links_on_the_way_are_made_again(tmp_path: Path) -> None:
    (tmp_path / "real" / "lib").mkdir(parents=True)
    (tmp_path / "link").symlink_to("real")
    (tmp_path / "real" / "lib64").symlink_to("lib")
    real, links = places.real_and_links(f"{tmp_path}/link/lib64")
    assert real == f"{tmp_path}/real/lib"
    assert links == [(f"{tmp_path}/link", "real"), (f"{tmp_path}/real/lib64", "lib")]


@pytest.mark.parametrize(
    ("column", "header"),
    [
        (0, "/usr/include/x86_64-linux-gnu/asm/unistd_64.h"),
        (1, "/usr/include/asm-generic/unistd.h"),
    ],
)
def test_the_numbers_of_system_calls_are_those_of_the_kernels_headers(
    column: int, header: str
) -> None:
    if not Path(header).exists():
        pytest.skip(f"{header} is not installed")
    text = Path(header).read_text()
    known = {
        name: int(number) for name, number in re.findall(r"#define __NR(?:3264)?_(\w+) (\d+)", text)
    }
    ours = {**seccomp.REFUSED, **seccomp.UNKNOWN, "clone": seccomp.CLONE, "socket": seccomp.SOCKET}
    compared = {name: numbers[column] for name, numbers in ours.items() if name in known}
    assert len(compared) > 40
    assert compared == {name: known[name] for name in compared}


@linux
@pytest.mark.parametrize("version", [1, 2, 3, 4, 5, 6])
def test_landlock_of_every_version_lets_through_what_it_should(
    version: int, tmp_path: Path
) -> None:
    program = f"""
        import sys
        sys.path.append({str(ROOT)!r})
        from course_utils.grading.sandbox import landlock, system
        if system.landlock_abi() < {version}:
            print("none"); sys.exit()
        system.landlock_abi = lambda: {version}
        system.prctl(system.PR_SET_NO_NEW_PRIVS, 1)
        landlock.restrict(["/usr", "/etc"], [{str(tmp_path)!r}], ["/dev/null", "/dev/nothing"])
        open({str(tmp_path / "new")!r}, "w").write("x")
        open("/dev/null", "w").write("x")
        open("/etc/passwd").read()
        for path, mode in (("/etc/passwd", "a"), ({__file__!r}, "r"), ("/dev/zero", "r")):
            try: open(path, mode)
            except PermissionError: print("refused")
    """
    command = [sys.executable, "-c", textwrap.dedent(program)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    if done.stdout == "none\n":
        pytest.skip("this kernel has no Landlock of this version")
    assert done.stdout.split() == ["refused"] * 3


def test_processors_are_given_in_turn_and_given_back() -> None:
    cores = Cores()
    known = len(os.sched_getaffinity(0))
    taken = [cores.take() for _ in range(2 * known)]
    assert sorted(taken) == sorted([*os.sched_getaffinity(0)] * 2)
    cores.give_back(taken[0])
    assert cores.take() == taken[0]


@needs_sandbox
@pytest.mark.parametrize("other", [pytest.param(NAMESPACES, marks=with_bubblewrap), BUBBLEWRAP])
def test_what_is_to_be_hidden_is_covered_where_it_would_be_seen(
    monkeypatch: pytest.MonkeyPatch, other: str
) -> None:
    """A folder of submissions in a Python environment, say."""
    forbid(monkeypatch, other)
    library = Path(os.__file__).parent
    covered = [library / "idlelib", library / "this.py"]
    with Kernels(LIMITS, packages=LIGHT, hidden=covered) as made, made.start() as session:
        source = f"""
            import os
            folder, file = {[str(path) for path in covered]}
            for look in (lambda: os.listdir(folder), lambda: open(file).read()):
                try: print(len(look()))
                except PermissionError: print(0)
        """
        assert session.run(textwrap.dedent(source)).outputs[0]["text"] == "0\n0\n"


@needs_sandbox
@pytest.mark.parametrize("other", [pytest.param(NAMESPACES, marks=with_bubblewrap), BUBBLEWRAP])
def test_a_course_that_lies_in_a_private_folder_is_seen_and_not_to_be_written(
    monkeypatch: pytest.MonkeyPatch, other: str
) -> None:
    """A course unpacked below /tmp, say."""
    forbid(monkeypatch, other)
    with tempfile.TemporaryDirectory(dir="/tmp") as name:
        course = Path(name, "course", "package")
        course.mkdir(parents=True)
        course.joinpath("text").write_text("seen")
        Path(name).chmod(0o755)
        real = places.readable()
        monkeypatch.setattr(places, "readable", lambda: (*real, str(course)))
        with Kernels(LIMITS, packages=LIGHT) as made, made.start() as session:
            source = f"""
                print(open("{course}/text").read())
                for folder in ("{course}", "{course.parent}"):
                    try: open(folder + "/new", "w")
                    except OSError: print("closed")
            """
            assert session.run(textwrap.dedent(source)).outputs[0]["text"] == (
                "seen\nclosed\nclosed\n"
            )

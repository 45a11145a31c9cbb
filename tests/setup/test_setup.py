"""The set-up, really run on a tiny course: made, started again, refreshed, interrupted, mended."""

import ast
import json
import os
import resource
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support import tiny_course
from tests.support.tiny_course import TinyCourse

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name != "posix", reason="drives POSIX signals and paths"),
]

#: As many times the start of a bare Python may a second start take: there are two in it.
HAND_OVER = 10


def started(course: TinyCourse) -> "subprocess.Popen[str]":
    """Start the lab command and leave it running, its messages in a pipe."""
    return subprocess.Popen(
        course.command("lab"),
        cwd=course.root,
        env=course.environment,
        stderr=subprocess.PIPE,
        text=True,
    )


def least_seconds(work: Callable[[], None]) -> float:
    """Return the processor time of what `work` starts, the least of five times: the wall clock
    tells of other processes too."""

    def now() -> float:
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        return used.ru_utime + used.ru_stime

    seconds = []
    for _ in range(5):
        before = now()
        work()
        seconds.append(now() - before)
    return min(seconds)


def test_the_first_start_sets_up_and_hands_over(course: TinyCourse) -> None:
    done = course.start("lab", "1")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)[:2] == [str(course.venv), ["lab", "1"]]
    for words in ("Setting up", "making .venv", "installing packages: 1 of 1", "Ready after"):
        assert words in done.stderr
    assert course.marker()["complete"] is True
    elsewhere = subprocess.run(
        [course.python, "-c", "import alpha, course_utils"], cwd=course.root.parent, check=False
    )
    assert elsewhere.returncode == 0, "the kernels of the notebooks run elsewhere"


def test_uv_is_put_into_the_environment_and_installs(course: TinyCourse) -> None:
    course.provide_uv()
    course.require("alpha==1.0", "uv==1.0", "nowhere==1.0 ; python_version < '3'")
    done = course.start("lab")
    assert done.returncode == 0, done.stderr
    assert "installing packages: 2 of 2" in done.stderr
    log = (course.root / "build" / "setup.log").read_text()
    assert "Successfully installed uv-1.0" in log
    assert "+ alpha==1.0" in log, "uv's own words"


def test_pip_tries_where_uv_finds_nothing(course: TinyCourse) -> None:
    course.provide_uv()
    course.require("alpha==1.0", "uv==1.0")
    del course.environment["UV_FIND_LINKS"]
    done = course.start("lab")
    assert done.returncode == 0, done.stderr
    assert "uv could not install the packages: trying pip." in done.stderr
    assert subprocess.call([course.python, "-c", "import alpha"]) == 0


def test_a_system_without_uv_has_pip(course: TinyCourse) -> None:
    course.require("alpha==1.0", "uv==1.0")
    done = course.start("lab")
    assert done.returncode == 2, "the pins themselves ask for uv"
    assert "pip finds no uv==1.0" in done.stderr
    course.require("alpha==1.0", "uv==1.0 ; python_version < '3'")
    assert course.start("lab").returncode == 0


@pytest.mark.parametrize("name", ["PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_USER"])
def test_settings_that_send_packages_elsewhere_are_not_followed(
    made: TinyCourse, name: str
) -> None:
    elsewhere = made.root.parent / "elsewhere"
    made.environment[name] = "1" if name == "PIP_USER" else str(elsewhere)
    made.require("alpha==1.0", "beta==1.0")
    assert made.start("lab").returncode == 0
    assert not elsewhere.exists()
    assert subprocess.call([made.python, "-c", "import beta"]) == 0


def test_an_environment_that_stays_empty_is_not_called_complete(course: TinyCourse) -> None:
    settings = course.root.parent / "pip.conf"
    settings.write_text(f"[install]\ntarget = {course.root.parent / 'elsewhere'}\n")
    course.environment["PIP_CONFIG_FILE"] = str(settings)
    done = course.start("lab")
    assert done.returncode == 2
    assert "`pip config list` shows it" in done.stderr.splitlines()[-1]
    assert course.marker()["complete"] is False


def test_a_second_start_hands_over_at_once_and_says_nothing(made: TinyCourse) -> None:
    def second() -> None:
        done = made.start("fail")
        assert (done.returncode, done.stderr) == (7, "")

    def bare() -> None:
        subprocess.run([sys.executable, "-c", ""], check=True)

    assert least_seconds(second) < HAND_OVER * least_seconds(bare)


def test_a_second_start_needs_neither_network_nor_a_writable_folder(made: TinyCourse) -> None:
    made.fake_pip("Temporary failure in name resolution")
    shutil.rmtree(made.root / "build")
    assert made.start("lab").returncode == 0
    assert not (made.root / "build").exists()


def test_its_own_python_goes_straight_to_the_command(made: TinyCourse) -> None:
    made.require("beta==1.0")
    done = made.start("lab", python=made.python)
    assert (done.returncode, done.stderr) == (0, "")


def test_changed_requirements_are_installed_into_the_same_environment(made: TinyCourse) -> None:
    (made.venv / "kept").touch()
    made.require("alpha==1.0", "beta==1.0")
    done = made.start("lab")
    assert done.returncode == 0
    assert "The requirements have changed" in done.stderr
    assert (made.venv / "kept").exists()
    assert subprocess.call([made.python, "-c", "import beta"]) == 0
    assert made.start("lab").stderr == ""


def test_a_refresh_that_cannot_download_leaves_the_environment_as_it_was(made: TinyCourse) -> None:
    before = made.marker()
    made.require("gamma==1.0")
    assert made.start("lab").returncode == 2
    assert made.marker() == before


def test_ctrl_c_is_one_sentence_and_the_next_start_finishes(course: TinyCourse) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        host, port = silent.getsockname()
        answer = course.environment.pop("PIP_NO_INDEX")
        course.environment["PIP_INDEX_URL"] = f"http://{host}:{port}/"
        process = started(course)
        connection, _ = silent.accept()  # pip asks, and gets no answer
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate()
        connection.close()
    assert process.returncode == 130
    assert errors.splitlines()[-1] == "The set-up was stopped; the same command finishes it."
    assert course.marker()["complete"] is False
    course.environment["PIP_NO_INDEX"] = answer
    done = course.start("lab")
    assert done.returncode == 0
    assert "An earlier set-up was interrupted" in done.stderr


def test_a_marker_that_cannot_be_read_means_to_start_afresh(made: TinyCourse) -> None:
    (made.venv / "course.json").write_text('{"complete": tr')
    (made.venv / "left over").touch()
    done = made.start("lab")
    assert done.returncode == 0
    assert "doing it again from the start" in done.stderr
    assert not (made.venv / "left over").exists()


def test_a_moved_course_is_set_up_again(made: TinyCourse) -> None:
    made.root = made.root.rename(made.root.with_name("moved"))
    done = made.start("lab")
    assert done.returncode == 0
    assert "moved or copied" in done.stderr


def test_an_environment_whose_python_is_gone_is_made_again(made: TinyCourse) -> None:
    for name in ("python", "python3"):
        (made.venv / "bin" / name).unlink(missing_ok=True)
    done = made.start("lab")
    assert done.returncode == 0
    assert "The Python behind .venv is gone" in done.stderr


def test_a_second_set_up_waits_for_the_first(course: TinyCourse) -> None:
    import fcntl

    (course.root / "build").mkdir()
    with (course.root / "build" / "setup.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        process = started(course)
        assert process.stderr is not None
        assert "waiting for it to end" in process.stderr.readline()
        assert not course.venv.exists()
    process.communicate()
    assert process.returncode == 0
    assert course.marker()["complete"] is True


def test_the_pip_of_a_killed_set_up_is_waited_for(made: TinyCourse) -> None:
    made.require("beta==1.0")
    pip = made.fake_pip("", waits=True)
    killed = started(made)
    while not (pip / "started").exists():
        time.sleep(0.05)
    killed.kill()
    killed.wait()
    del made.environment["PYTHONPATH"]
    second = started(made)
    assert second.stderr is not None
    assert "waiting for it to end" in second.stderr.readline()
    (pip / "go").touch()
    _, errors = second.communicate()
    assert second.returncode == 0, errors
    assert subprocess.call([made.python, "-c", "import beta"]) == 0


def test_an_nvidia_driver_adds_the_cuda_libraries(made: TinyCourse) -> None:
    (made.root / "requirements-cuda.txt").write_text("beta==1.0\n")
    driver = made.root.parent / "driver" / "nvidia-smi"
    driver.parent.mkdir()
    driver.touch(0o755)
    made.environment["PATH"] += os.pathsep + str(driver.parent)
    done = made.start("lab")
    assert done.returncode == 0
    assert "NVIDIA driver" in done.stderr
    assert subprocess.call([made.python, "-c", "import beta"]) == 0
    driver.unlink()
    assert made.start("lab").stderr == "", "a driver out of sight takes nothing away"


def test_here_fills_up_the_environment_it_was_started_in(made: TinyCourse, tmp_path: Path) -> None:
    """The environment of one course serves as "one's own" for another."""
    (tmp_path / "other").mkdir()
    other = tiny_course.make(tmp_path / "other")
    done = other.start("--here", "lab", python=made.python)
    assert (done.returncode, done.stderr) == (0, ""), "alpha is there already"
    prefix, arguments, path = json.loads(done.stdout)
    assert (prefix, arguments) == (str(made.venv), ["lab"])
    assert str(other.root) in path.split(os.pathsep), "its kernels have to find the course"
    other.require("alpha==1.0", "beta==1.0")
    done = other.start("--here", "lab", python=made.python)
    assert done.returncode == 0
    assert f"Into {made.venv}: 1 packages" in done.stderr
    assert subprocess.call([made.python, "-c", "import beta"]) == 0
    assert not other.venv.exists()


@pytest.mark.parametrize(
    "arguments", [(), ("--help",), ("-h",), ("grade", "--help"), ("grade", "-h")]
)
def test_help_costs_no_set_up(course: TinyCourse, arguments: tuple[str, ...]) -> None:
    done = course.start(*arguments)
    assert (done.returncode, done.stderr) == (0, "")
    assert "python3 -m course_utils" in done.stdout
    assert not course.venv.exists()


def test_help_of_a_command_installs_nothing_into_ones_own_environment(course: TinyCourse) -> None:
    done = course.start("--here", "grade", "-h")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)[1] == ["grade", "-h"], "the command itself answers"
    assert not course.venv.exists()


@pytest.mark.parametrize(
    "name", ["__init__.py", "__main__.py", "setup/__init__.py", "setup/versions.py"]
)
def test_what_an_old_python_reads_first_parses_there(name: str) -> None:
    text = (tiny_course.ROOT / "course_utils" / name).read_text()
    ast.parse(text, feature_version=(3, 7))
    assert "from __future__" not in text


def test_importing_the_package_loads_nothing_heavy() -> None:
    code = (
        "import sys, time; began = time.process_time(); import course_utils\n"
        "heavy = {'numpy', 'tensorflow', 'keras', 'matplotlib', 'click'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
        "assert time.process_time() - began < 0.2"
    )
    assert subprocess.call([sys.executable, "-c", code], cwd=tiny_course.ROOT) == 0

"""Functions called apart: what they return and raise, and how a process that ends costs a call."""

import os
import signal
import socket
import threading
import time
from collections.abc import Iterator

import pytest

from course_utils.common.errors import CourseError
from course_utils.grading.apart.apart import Apart, Bounds, Ended, Shared

MB = 2**20


@pytest.fixture(scope="module")
def apart() -> Iterator[Apart]:
    with Apart() as running:
        yield running


def double(value: int) -> int:
    return 2 * value


def refuse() -> None:
    raise CourseError("It is refused.")


def own_number() -> int:
    return os.getpid()


def spend_time() -> None:
    while True:
        pass


def spend_memory() -> int:
    return len(bytearray(300 * MB))


def end(number: int) -> None:
    os.kill(os.getpid(), number)


def sleep(seconds: float) -> None:
    time.sleep(seconds)


def length(shared: Shared) -> int:
    return len(shared.get())


def say(line: socket.socket) -> None:
    line.sendall(b"here")


def test_what_a_function_returns_comes_back(apart: Apart) -> None:
    assert apart.call(Bounds(), double, 21) == 42
    assert apart.call(Bounds(), own_number) != os.getpid()


def test_what_it_raises_is_raised_here(apart: Apart) -> None:
    with pytest.raises(CourseError, match="It is refused"):
        apart.call(Bounds(), refuse)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV, signal.SIGTERM])
def test_a_process_that_is_ended_costs_its_call(apart: Apart, number: signal.Signals) -> None:
    with pytest.raises(Ended, match="its process was ended"):
        apart.call(Bounds(), end, number)
    assert apart.call(Bounds(), double, 1) == 2


def test_time_is_limited(apart: Apart) -> None:
    with pytest.raises(Ended, match="more than 1 s"):
        apart.call(Bounds(seconds=1), spend_time)


def test_memory_is_limited(apart: Apart) -> None:
    assert apart.call(Bounds(memory=400 * MB), spend_memory) == 300 * MB
    with pytest.raises(Ended, match="100 MB"):
        apart.call(Bounds(memory=100 * MB), spend_memory)


def test_large_things_are_shared_and_sockets_travel(apart: Apart) -> None:
    assert apart.call(Bounds(), length, apart.share(b"x" * 3_000_000)) == 3_000_000
    ours, theirs = socket.socketpair()
    with ours, theirs:
        apart.call(Bounds(), say, theirs)
        assert ours.recv(10) == b"here"


def test_closing_ends_what_is_at_work() -> None:
    running = Apart().__enter__()
    ended: list[BaseException] = []

    def wait() -> None:
        try:
            running.call(Bounds(), sleep, 60)
        except CourseError as error:
            ended.append(error)

    thread = threading.Thread(target=wait)
    thread.start()
    time.sleep(0.5)
    running.close()
    thread.join(10)
    assert str(ended[0]) == "The grading was stopped."


def test_a_server_that_is_gone_is_a_sentence() -> None:
    with Apart() as running:
        os.kill(running._server, signal.SIGKILL)
        time.sleep(0.2)
        with pytest.raises(CourseError, match="start the same command again"):
            running.call(Bounds(), double, 1)

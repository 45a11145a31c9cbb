"""Cores, and threads that parse at the same time, as those of the grading process do."""

from __future__ import annotations

import gc
import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from course_utils.common import parallel
from course_utils.exercises.observe import Observation
from course_utils.grading.protocol import payload, untrusted
from course_utils.grading.rebuild.cell_code import parse

CELL = f"value = {'(' * 40}1{')' * 40}\n" + "x = [f(i) + g(2 * (i - 1)) for i in y]\n" * 30
ARRAYS = Observation("function", value=[np.full((2, 3), i) for i in range(20)]).to_data()
PACKED = payload.dumps(ARRAYS)


@pytest.fixture
def switching() -> Iterator[None]:
    """Garbage is collected all the time, and each time another thread has its turn."""

    def let_another(*_: object) -> None:
        time.sleep(0)

    before = gc.get_threshold()
    gc.callbacks.append(let_another)
    gc.set_threshold(10)
    yield
    gc.set_threshold(*before)
    gc.callbacks.remove(let_another)


def test_threads_parse_side_by_side(switching: None) -> None:
    work: list[Callable[[], object]] = [
        lambda: parse(CELL),
        lambda: untrusted.observation(PACKED),
    ]
    with ThreadPoolExecutor(4) as pool:
        for future in [pool.submit(one) for _ in range(40) for one in work]:
            assert future.result() is not None


def test_the_cores_are_those_that_the_process_is_bound_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: {0, 3, 5}, raising=False)
    assert parallel.cores() == 3
    monkeypatch.delattr(os, "sched_getaffinity")
    monkeypatch.setattr(os, "cpu_count", lambda: None)
    assert parallel.cores() == 1

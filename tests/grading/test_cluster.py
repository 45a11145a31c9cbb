"""A class graded on a Dask cluster of two processes, one of which is killed half-way."""

import os
import signal
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from course_utils.common.errors import CourseError
from course_utils.grading import cluster
from course_utils.grading.cluster import ClusterWorkers
from course_utils.grading.hidden.hidden import Drawing, HiddenLab
from course_utils.grading.intake.submissions import Submission, find
from tests.support import small_class

distributed = pytest.importorskip("distributed", reason="the extra `cluster` is not installed")
pytestmark = pytest.mark.slow

STUDENTS = 16


@pytest.fixture(scope="module")
def dask() -> Iterator[Any]:
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0"
    ) as running:
        yield running


@pytest.fixture(scope="module")
def handed(
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[HiddenLab, list[Submission], dict[str, float]]:
    root = tmp_path_factory.mktemp("course")
    deserved = small_class.hand_in(small_class.course(root), root / "handed", STUDENTS)
    found = find(root / "handed", "01_lines", root / "work")
    with Drawing("01_lines", 7, root) as drawn:
        return drawn.result(), list(found.submissions), deserved


def test_a_worker_that_is_killed_costs_nothing_and_doubles_nothing(
    dask: Any, handed: tuple[HiddenLab, list[Submission], dict[str, float]]
) -> None:
    lab, submissions, deserved = handed
    seen: Counter[str] = Counter()
    points = {}
    with ClusterWorkers(dask.scheduler_address, trust_students=True) as workers:
        victim = next(iter(dask.workers.values()))
        for submission, result in workers.results(submissions, lab):
            if len(seen) == STUDENTS // 2:
                os.kill(victim.process.pid, signal.SIGKILL)
            assert result.student == submission.student
            seen[result.student] += 1
            points[result.student] = result.points
    assert dict(seen) == dict.fromkeys(deserved, 1)
    assert points == deserved


def test_a_grading_that_is_stopped_leaves_the_cluster_as_it_was(
    dask: Any, handed: tuple[HiddenLab, list[Submission], dict[str, float]]
) -> None:
    lab, submissions, _ = handed
    with ClusterWorkers(dask.scheduler_address, trust_students=True) as workers:
        results = workers.results(submissions, lab)
        next(results)
        results.close()
    with distributed.Client(dask.scheduler_address, set_as_default=False) as client:
        assert set(client.run(_has_no_kernels).values()) == {True}


def _has_no_kernels() -> bool:
    return cluster._kernels is None


def test_a_cluster_that_is_not_there_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "_PATIENCE", 1)
    with pytest.raises(CourseError, match="cannot be reached"):
        ClusterWorkers("tcp://127.0.0.1:9")


def test_a_cluster_without_workers_is_one_sentence() -> None:
    with (
        distributed.LocalCluster(n_workers=0, dashboard_address=":0") as empty,
        pytest.raises(CourseError, match="has no workers"),
        ClusterWorkers(empty.scheduler_address),
    ):
        pass


def test_other_versions_are_refused(dask: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "FORMAT", 99)
    with (
        pytest.raises(CourseError, match="has another version of the course"),
        ClusterWorkers(dask.scheduler_address),
    ):
        pass

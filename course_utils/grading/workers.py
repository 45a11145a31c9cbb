"""The submissions of a class, graded side by side on this machine."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import Protocol

from course_utils.common.parallel import cores
from course_utils.grading.hidden.hidden import HiddenLab
from course_utils.grading.intake.submissions import Submission
from course_utils.grading.results.results import Result
from course_utils.grading.run.attempt import Kernels
from course_utils.grading.run.engine import grade


class Workers(Protocol):
    """Grades submissions somewhere: here, or on a cluster."""

    def results(
        self, submissions: Sequence[Submission], lab: HiddenLab
    ) -> Generator[tuple[Submission, Result], None, None]:
        """Grade them all; give each result as soon as there is one, in any order.

        Closing the iterator stops the rest. Raises Unavailable where there are no kernels.
        """


class LocalWorkers:
    """Threads that wait for sandboxes: the work is done by the students' processes.

    jobs: how many submissions at once.
    """

    def __init__(self, kernels: Kernels, jobs: int | None = None) -> None:
        self._kernels = kernels
        self._jobs = jobs or cores()

    def results(
        self, submissions: Sequence[Submission], lab: HiddenLab
    ) -> Generator[tuple[Submission, Result], None, None]:
        """Grade submissions, see `Workers`. To be stopped, its kernels are closed."""

        def work(submission: Submission) -> tuple[Submission, Result]:
            return submission, grade(submission, lab, self._kernels)

        pool = ThreadPoolExecutor(self._jobs, "grading")
        try:
            # No list of them is kept: a result may take megabytes.
            for future in as_completed(pool.submit(work, one) for one in submissions):
                yield future.result()
        except BaseException:
            # Those at work would go on for minutes; what they would give is not asked for any more.
            self._kernels.close()
            raise
        finally:
            pool.shutdown(cancel_futures=True)

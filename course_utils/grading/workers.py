"""The submissions of a class, graded side by side on this machine."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import Protocol

from course_utils.common.parallel import cores
from course_utils.grading.apart.apart import Apart, Bounds, Ended, Shared
from course_utils.grading.hidden.hidden import HiddenLab
from course_utils.grading.intake.submissions import Submission
from course_utils.grading.kernels.lent import Lent
from course_utils.grading.results.results import Result
from course_utils.grading.run.attempt import Lender
from course_utils.grading.run.engine import given_up, grade

#: Seconds of processor time and bytes for all but the student's own processes: to read a notebook,
#: to put it together, to compare its answers. An honest one takes a second.
_BOUNDS = Bounds(seconds=60)


class Workers(Protocol):
    """Grades submissions somewhere: here, or on a cluster."""

    def results(
        self, submissions: Sequence[Submission], lab: HiddenLab
    ) -> Generator[tuple[Submission, Result], None, None]:
        """Grade them all; give each result as soon as there is one, in any order.

        Closing the iterator stops the rest. Raises Unavailable where there are no kernels.
        """


class LocalWorkers:
    """Threads that wait for processes.

    Each submission has one that grades it, apart, and the student's own in their sandbox.

    jobs: how many submissions at once.
    """

    def __init__(self, kernels: Lender, apart: Apart, jobs: int | None = None) -> None:
        self._kernels, self._apart = kernels, apart
        self._jobs = jobs or cores()

    def results(
        self, submissions: Sequence[Submission], lab: HiddenLab
    ) -> Generator[tuple[Submission, Result], None, None]:
        """Grade submissions, see `Workers`. To be stopped, its kernels are closed."""
        shared = self._apart.share(lab)

        def work(submission: Submission) -> tuple[Submission, Result]:
            return submission, grade_apart(submission, lab, shared, self._kernels, self._apart)

        pool = ThreadPoolExecutor(self._jobs, "grading")
        try:
            # No list of them is kept: a result may take megabytes.
            for future in as_completed(pool.submit(work, one) for one in submissions):
                yield future.result()
        except BaseException:
            # Those at work would go on for minutes; what they would give is not asked for any more.
            self._apart.close()
            self._kernels.close()
            raise
        finally:
            pool.shutdown(cancel_futures=True)


def grade_apart(
    submission: Submission, lab: HiddenLab, shared: Shared, kernels: Lender, apart: Apart
) -> Result:
    """Grade a submission in a process of its own.

    Where that ends, it costs this submission its grade and nothing else. shared: the lab. Raises
    Unavailable where there are no kernels.
    """
    try:
        with kernels.lend() as lent:
            return apart.call(_BOUNDS, _grade, submission, shared, lent)
    except Ended as error:
        return given_up(submission, lab, f"It could not be graded: {error}.")


def _grade(submission: Submission, shared: Shared, lent: Lent) -> Result:
    with lent.opened() as kernels:
        return grade(submission, shared.get(), kernels)

"""A class graded on the machines of a Dask cluster (dask.distributed, the optional extra).

Dask sends its messages as pickles, between processes that trust one another: scheduler, workers and
this one. Nothing of a student's is ever among the objects that it unpickles: a submission travels
as the bytes of its file, a result as JSON text that the worker's grading process made. The
student's code runs where it always does, in a sandbox beneath the worker.
"""

from __future__ import annotations

import contextlib
import functools
import importlib
import json
import tempfile
import threading
from collections.abc import Generator, Sequence
from pathlib import Path
from typing import Any

from course_utils import __version__
from course_utils.common.errors import CourseError
from course_utils.grading.apart.apart import Apart, Shared
from course_utils.grading.hidden import hidden
from course_utils.grading.hidden.hidden import HiddenLab
from course_utils.grading.intake.submissions import Submission
from course_utils.grading.kernels.kernels import Kernels
from course_utils.grading.results.records import FORMAT
from course_utils.grading.results.results import Result
from course_utils.grading.run.attempt import Unavailable
from course_utils.grading.workers import grade_apart

#: Seconds to reach the scheduler.
_PATIENCE = 20


class ClusterWorkers:
    """Workers on a Dask cluster. Use it as a context manager; see `workers.Workers`.

    A submission whose worker dies is graded by another, and reported once. address: of the
    scheduler, "tcp://host:8786". trust_students: grade without a sandbox on workers that have none.
    Raises CourseError where the cluster cannot be reached, has no workers, or other versions.
    """

    def __init__(self, address: str, trust_students: bool = False) -> None:
        try:
            self._dask: Any = importlib.import_module("distributed")
        except ImportError:
            raise CourseError(
                "--cluster needs Dask: pip install 'deep-learning-labs[cluster]'."
            ) from None
        try:
            self._client = self._dask.Client(address, timeout=_PATIENCE, set_as_default=False)
        except (OSError, ValueError) as error:
            raise CourseError(
                f"The cluster {address} cannot be reached ({error}): start `dask scheduler` and "
                "`dask worker` first, and give the scheduler's address."
            ) from None
        self._address, self._trust = address, trust_students

    def __enter__(self) -> ClusterWorkers:
        try:
            self._check_versions()
        except BaseException:
            self._client.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(Exception):  # Workers that are gone by now have nothing to close.
            self._client.run(close_kernels)
        self._client.close()

    def results(
        self, submissions: Sequence[Submission], lab: HiddenLab
    ) -> Generator[tuple[Submission, Result], None, None]:
        """Grade submissions, see `Workers`."""
        # To every worker, so that none has it alone: what is lost with a worker stays lost.
        content = self._client.scatter(lab.content, broadcast=True, hash=False)
        sent = {
            self._client.submit(
                grade_there, _parcel(one), content, self._trust, pure=False, retries=2
            ): one
            for one in submissions
        }
        try:
            for future in self._dask.as_completed(list(sent), loop=self._client.loop):
                one = sent.pop(future)
                yield one, Result.from_data(json.loads(_received(future)))
        finally:
            if sent:
                self._client.cancel(list(sent), force=True)

    def _check_versions(self) -> None:
        theirs = self._client.run(version)
        if not theirs:
            raise CourseError(f"The cluster {self._address} has no workers: start `dask worker`.")
        for worker, found in theirs.items():
            if found != version():
                raise CourseError(
                    f"The worker {worker} has another version of the course ({found}, here "
                    f"{version()}): install the same on every machine."
                )


def _received(future: Any) -> str:
    """A result's JSON. Raises Unavailable where no worker could grade it."""
    try:
        text: str = future.result()
    except CourseError as error:
        raise Unavailable(str(error)) from None
    except Exception as error:
        raise Unavailable(
            f"The cluster gave a submission up ({type(error).__name__}: {error}). What is graded "
            "is kept; the same command goes on from there."
        ) from None
    return text


def _parcel(submission: Submission) -> dict[str, Any]:
    """A submission as it travels: its fields, and the bytes of its file in place of the path."""
    content = b"" if submission.problem else submission.path.read_bytes()
    fields = {**submission.__dict__, "path": submission.path.name}
    files = [(name, path.read_bytes()) for name, path in submission.files]
    return {"fields": fields, "content": content, "files": files}


# What follows runs on the workers.

_lock = threading.Lock()
_kernels: Kernels | None = None
_apart: Apart | None = None
_shared: dict[bytes, Shared] = {}


def version() -> str:
    """What two machines must agree in."""
    return f"{__version__}, format {FORMAT}"


def grade_there(parcel: dict[str, Any], content: bytes, trust_students: bool) -> str:
    """Grade a submission on a worker; return its result as JSON.

    The worker's first one starts the kernels of its process.

    Raises CourseError where there are none.
    """
    with tempfile.TemporaryDirectory(prefix="course-submission-") as folder:
        path = Path(folder, "submission.ipynb")
        path.write_bytes(parcel["content"])
        files = [(name, Path(folder, f"file-{n}")) for n, (name, _) in enumerate(parcel["files"])]
        for (_, where), (_, there) in zip(files, parcel["files"], strict=True):
            where.write_bytes(there)
        submission = Submission(**{**parcel["fields"], "path": path, "files": tuple(files)})
        try:
            kernels, apart, shared = _worker(trust_students, content)
            result = grade_apart(submission, _lab(content), shared, kernels, apart)
        except Unavailable:
            close_kernels()  # The next one begins with new ones.
            raise
    return json.dumps(result.to_data())


def close_kernels() -> None:
    """End the kernels of this worker process."""
    global _kernels, _apart
    with _lock:
        for one in (_apart, _kernels):
            if one is not None:
                one.close()
        _kernels = _apart = None
        _shared.clear()


def _worker(trust_students: bool, content: bytes) -> tuple[Kernels, Apart, Shared]:
    """What grades in this worker process, and the lab for it."""
    global _kernels, _apart
    with _lock:
        if _kernels is None:
            _kernels = Kernels(trust_students=trust_students)
        if _apart is None:
            _apart = Apart().__enter__()
        if content not in _shared:
            _shared[content] = _apart.share(_lab(content))
        return _kernels, _apart, _shared[content]


@functools.lru_cache(maxsize=2)
def _lab(content: bytes) -> HiddenLab:
    return hidden.loads(content)

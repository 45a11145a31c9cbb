"""A sandbox in which no student code has run, for the models that a submission's answers are."""

from __future__ import annotations

from typing import Any

from course_utils.grading.protocol.endings import SessionError
from course_utils.grading.protocol.models import NotRebuilt
from course_utils.grading.protocol.session import Session
from course_utils.grading.run.attempt import Kernels, at_work, start

#: How many times it is begun anew after a model that ended it.
_STARTS = 3


class CleanRoom:
    """Rebuilds packed models of one submission. Use it as a context manager.

    facts_seed: what they are tried out with.

    The sandbox is started when the first model comes, for most submissions have none.
    """

    def __init__(self, kernels: Kernels, facts_seed: int = 0) -> None:
        self._kernels = kernels
        self._seed = facts_seed
        self._session: Session | None = None
        self._starts_left = _STARTS

    def __enter__(self) -> CleanRoom:
        return self

    def __exit__(self, *_: object) -> None:
        self._leave()

    def examine(self, packed: dict[str, Any], inputs: Any) -> Any:
        """Return the model's facts, its predictions on inputs that are not None, or a Failure.

        Raises NotRebuilt where that takes too long or ends the sandbox, Unavailable where there is
        none.
        """
        if self._session is None:
            if not self._starts_left:
                raise NotRebuilt("Its model was not looked at: models before it ended the sandbox.")
            self._starts_left -= 1
            self._session = start(self._kernels)
        try:
            with at_work():
                return self._session.rebuild(packed, inputs, self._seed)
        except SessionError as error:
            if not error.alive:
                self._leave()
            raise NotRebuilt(f"Its model cannot be looked at. {error}") from None

    def _leave(self) -> None:
        if self._session is not None:
            self._session.close()
            self._session = None

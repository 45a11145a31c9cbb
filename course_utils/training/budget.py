"""A training that ends in time."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import keras

from course_utils.common.errors import CourseError


class TimeBudget(keras.callbacks.Callback):  # type: ignore[misc]  # Keras ships no types
    """Stops `fit` at the end of the batch in which its time is used up.

        model.fit(x, t, epochs=100, callbacks=[TimeBudget(20)])

    The model keeps what it has learnt and can be used, or trained on. The epoch that was cut
    short stands in the history, with its averages so far; if there are validation data, it is
    still validated, after the budget. The clock starts with the training, so that compiling the
    first step counts.

    Args:
        seconds: the budget of one `fit`.
        clock: what tells the time, in seconds.

    Raises CourseError where the budget is not above 0.
    """

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        if not seconds > 0:
            raise CourseError(f"TimeBudget({seconds}): give a budget of more than 0 seconds.")
        self.seconds = seconds
        self._clock = clock

    def on_train_begin(self, logs: Any = None) -> None:
        """Start the clock."""
        self._start = self._clock()
        self._stopped = ""

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """Note the epoch, for the message."""
        self._epoch = epoch + 1

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        """Stop if the time is up."""
        self._stop_if_late(f"in epoch {self._epoch} after {batch + 1} batches")

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Stop if the time is up and another epoch would follow."""
        # Validation takes time, too; a next epoch of one batch would spoil the history.
        if self._epoch < self.params["epochs"]:
            self._stop_if_late(f"after epoch {self._epoch}")

    def on_train_end(self, logs: Any = None) -> None:
        """Say that it was stopped, and where."""
        # At the very end, where no progress bar is being drawn.
        if self._stopped:
            print(f"Time budget of {self.seconds:g} s used up: stopped {self._stopped}.")

    def _stop_if_late(self, place: str) -> None:
        if not self._stopped and self._clock() - self._start >= self.seconds:
            self._stopped = place
            self.model.stop_training = True

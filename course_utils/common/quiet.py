"""TensorFlow's import without its log lines.

TensorFlow 2.21 writes lines about oneDNN and missing GPU drivers to file descriptor 2 while it is
imported, whatever TF_CPP_MIN_LOG_LEVEL says; in a notebook they stand in red below the cell. They
are held back there, and shown only if the import fails.

Later it warns that predicting retraces a function, once several models have been asked: a lab makes
many small ones, each of which is traced once and rightly so. That warning is left out.
"""

from __future__ import annotations

import logging
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

from course_utils.common.on_import import around_import


def hush_tensorflow() -> None:
    """Make the first import of TensorFlow quiet, now or later, by whoever does it.

    Where it is imported already, only what it logs from now on is quieter.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    if "tensorflow" in sys.modules:
        _leave_out_retracing()
    around_import("tensorflow", _quietly)


@contextmanager
def _quietly() -> Iterator[None]:
    with _held_back():
        yield
    _leave_out_retracing()


def _leave_out_retracing() -> None:
    logging.getLogger("tensorflow").addFilter(_is_no_retracing)


def _is_no_retracing(record: logging.LogRecord) -> bool:
    return "triggered tf.function retracing" not in record.getMessage()


@contextmanager
def _held_back() -> Iterator[None]:
    """Keep what is written to file descriptor 2; give it back only where something is raised."""
    sys.stderr.flush()
    kept = os.dup(2)
    with tempfile.TemporaryFile() as held:
        os.dup2(held.fileno(), 2)
        try:
            yield
        except BaseException:
            held.seek(0)
            os.write(kept, held.read())
            raise
        finally:
            os.dup2(kept, 2)
            os.close(kept)

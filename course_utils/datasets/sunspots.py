"""Sunspots, counted for three centuries."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from course_utils.common.errors import CourseError


def sunspots() -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the yearly mean sunspot numbers of 1700 to 2008.

    Returns:
        years: int64 (309,). numbers: float64 (309,), the mean over the year of Wolf's relative
        sunspot number, ten times the groups of spots plus the spots, without unit: from 0 to 190.2.
        They rise and fall in cycles of about 11 years.

    Source: the international sunspot number as the US National Geophysical Data Center published
    it (public domain), before its revision in 2015; the package statsmodels ships it. Nothing is
    downloaded.

    Raises CourseError where statsmodels' file is missing.
    """
    table = np.loadtxt(_file(), delimiter=",", skiprows=1)
    return table[:, 0].astype(np.int64), table[:, 1]


def _file() -> Path:
    """The table in statsmodels, found without importing it."""
    spec = find_spec("statsmodels")
    folders = spec.submodule_search_locations if spec else None
    path = Path(next(iter(folders or ["statsmodels"])), "datasets", "sunspots", "sunspots.csv")
    if not path.is_file():
        raise CourseError(
            f"sunspots: {path} is missing; install the package that ships it: "
            "pip install statsmodels."
        )
    return path

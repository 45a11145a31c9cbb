"""The site, built once for all tests of it."""

from pathlib import Path

import pytest

from course_utils.site import build


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    build.build(folder / "site", folder / "work")
    return folder / "site"

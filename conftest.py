"""What holds for every test, in tests/ and in notebooks: no network, strict checks in solutions.

It lies in the root, since pytest applies it to the notebooks' folders only from there.
"""

import os
import re
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from course_utils.common import settings as relied_on

ROOT = Path(__file__).parent

# A property holds on a busy machine too: nothing is judged by the clock.
settings.register_profile("course", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("course")

# Runs in each notebook's kernel before its first cell. Blocks what pyproject.toml has
# pytest-socket block in tests: every connection but local ones.
KERNEL_START = """
import pytest_socket
pytest_socket.socket_allow_hosts(["127.0.0.1", "::1", "localhost"], allow_unix_socket=True)
del pytest_socket
import os
if os.environ.get("COURSE_SHALLOW"):
    from tests.support import shallow
    shallow.start(get_ipython())
    del shallow
del os
"""

#: Files whose tests run whole labs.
RUN_LABS = ("test_notebooks.py",)

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
for name in relied_on.FOREIGN:
    os.environ.pop(name, None)
relied_on.state()


def pytest_configure(config: pytest.Config) -> None:
    """Point the kernels at a profile of their own, which no setting of the user's reaches."""
    folder = tempfile.TemporaryDirectory(prefix="course-ipython-")
    config.add_cleanup(folder.cleanup)
    startup = Path(folder.name, "profile_default", "startup")
    startup.mkdir(parents=True)
    (startup / "no_network.py").write_text(KERNEL_START, encoding="utf-8")
    os.environ["IPYTHONDIR"] = folder.name


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Let a wrong answer fail in a solved lab; in a student's lab it only shows its card.

    Labs that are run share the import of TensorFlow and Keras.
    """
    if item.path.suffix == ".ipynb" or item.path.name in RUN_LABS:
        _share_imports(item.config)
    if item.path.is_relative_to(ROOT / "solutions"):
        os.environ["COURSE_STRICT"] = "1"
    else:
        os.environ.pop("COURSE_STRICT", None)


@cache
def _share_imports(config: pytest.Config) -> None:
    if sys.platform == "linux":
        from tests.support.kernels import Template

        folder = tempfile.TemporaryDirectory(prefix="course-kernels-")
        config.add_cleanup(folder.cleanup)
        config.add_cleanup(Template(Path(folder.name)).close)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Keep what needs each other on one process, see `scope`, and begin with what is largest."""
    from xdist.scheduler import LoadScopeScheduling

    class Scheduling(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return scope(nodeid)

    return Scheduling(config, log)


def scope(nodeid: str) -> str:
    """Return what a test shares its process with.

    The cells of its notebook, the tests of its file, the proofs of its lab, whose answers are made
    once; a shallow run stands alone.
    """
    path, _, name = nodeid.partition("::")
    if path.endswith("labs/test_notebooks.py"):
        return nodeid
    lab = re.search(r"\[(\d\d_\w+)-", name) if path.endswith("labs/test_exercises.py") else None
    return f"{path}::{lab[1]}" if lab else path

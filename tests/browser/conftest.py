"""One JupyterLab on a copy of labs/, as `course_utils lab` starts it, and one Chromium."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from course_utils.commands import jupyter
from course_utils.common.paths import LABS
from tests.browser.notebook import Opened

if TYPE_CHECKING:
    from playwright.sync_api import Browser

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
LAB = "01_perceptron"
#: JupyterLab keeps in the page only the cells that can be seen, unless it is told otherwise.
ALL_CELLS = {"@jupyterlab/notebook-extension:tracker": {"windowingMode": "none"}}
#: The start of JupyterLab on a busy machine.
PATIENCE = 120


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    sync_api = pytest.importorskip("playwright.sync_api")
    if CHROMIUM is None:
        pytest.skip("there is no Chromium here: install it, on Debian by `apt install chromium`")
    with sync_api.sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A student's copy of labs/."""
    copy = tmp_path_factory.mktemp("student") / "labs"
    for path in LABS.glob("[0-9]*"):
        shutil.copytree(path, copy / path.name, ignore=shutil.ignore_patterns(".*"))
    return copy


@pytest.fixture(scope="session")
def address(
    browser: Browser, folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """Where JupyterLab answers, as a user finds it who has never started it before."""
    home = tmp_path_factory.mktemp("home")
    overrides = home / "settings" / "labconfig" / "default_setting_overrides.json"
    overrides.parent.mkdir(parents=True)
    overrides.write_text(json.dumps(ALL_CELLS))
    own = [f"JUPYTER_{kind}_DIR" for kind in ("CONFIG", "DATA", "RUNTIME")]
    own += ["JUPYTERLAB_SETTINGS_DIR", "JUPYTERLAB_WORKSPACES_DIR", "IPYTHONDIR"]
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = ("--no-browser", f"--ServerApp.port={port}", "--IdentityProvider.token=test")
    command = jupyter.command(LAB, options)
    environment = jupyter.environment()
    environment["JUPYTER_CONFIG_PATH"] += os.pathsep + str(overrides.parents[1])
    with (home / "log").open("w") as log:
        server = subprocess.Popen(
            [part.replace(str(LABS), str(folder)) for part in command],
            env=environment | {name: str(home / name) for name in own},
            cwd=folder,
            stdout=log,
            stderr=log,
        )
    try:
        _wait_until_it_answers(f"http://127.0.0.1:{port}/api", server, home / "log")
        yield f"http://127.0.0.1:{port}/?token=test"
    finally:
        server.terminate()
        server.wait(30)


def _wait_until_it_answers(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and server.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=5).close()
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    pytest.fail(f"JupyterLab did not start: {log.read_text()[-2000:]}")


@pytest.fixture(scope="session")
def lab(browser: Browser, address: str, folder: Path) -> Iterator[Opened]:
    """Lab 1 as it lies open. The tests go on with it one after the other, as a student does."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.set_default_timeout(180_000)
    opened = Opened(page, folder / LAB / "perceptron.ipynb")
    opened.open(address)
    yield opened
    page.close()

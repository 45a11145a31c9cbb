"""The doctor sees each of a user's own settings, and says what to do."""

import json
import os
import site
import sys
from pathlib import Path
from typing import Any

import pytest

from course_utils.commands import doctor, surroundings
from course_utils.commands.findings import Finding
from course_utils.common.paths import ROOT


@pytest.fixture(autouse=True)
def plain(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A user who has set nothing."""
    for name in list(os.environ):
        if name.upper().endswith("_PROXY") or name.startswith(("PIP_", "UV_", "PYTHON", "OMP_")):
            monkeypatch.delenv(name)
    for name in surroundings._CERTIFICATES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.setenv("KERAS_BACKEND", "tensorflow")
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)


def looked(look: Any, root: Path = ROOT) -> dict[str, Finding]:
    return {finding.name: finding for finding in look(root)}


def test_where_nothing_is_set_nothing_is_said(tmp_path: Path) -> None:
    for name, look in surroundings.LOOKS.items():
        for finding in look(ROOT):
            assert finding.well, (name, finding)
            assert not finding.note or finding.name in ("pip", "uv"), finding


def keras_says(tmp_path: Path, **said: Any) -> Finding:
    (tmp_path / "keras").mkdir(exist_ok=True)
    (tmp_path / "keras" / "keras.json").write_text(json.dumps(said))
    return looked(surroundings.keras_json)["keras.json"]


@pytest.mark.parametrize(
    ("name", "value", "relied_on"),
    [
        ("backend", "theano", "tensorflow"),
        ("image_data_format", "channels_first", "channels_last"),
        ("floatx", "float16", "float32"),
        ("epsilon", 0.001, "1e-07"),
    ],
)
def test_keras_json(tmp_path: Path, name: str, value: Any, relied_on: str) -> None:
    finding = keras_says(tmp_path, **{name: value})
    assert finding.well and finding.found == f"{name} {value}"
    assert f"take {name} {relied_on}" in finding.note and str(tmp_path) in finding.note


def test_keras_json_that_keras_refuses(tmp_path: Path) -> None:
    finding = keras_says(tmp_path, epsilon=1)
    assert '"epsilon": 1' in finding.found and "delete the file" in finding.remedy


@pytest.mark.parametrize("backend", ["theano", "jax"])
def test_a_backend_that_is_not_there(backend: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(surroundings.importlib.util, "find_spec", lambda name: None)
    monkeypatch.setenv("KERAS_BACKEND", backend)
    finding = looked(surroundings.keras_json)["KERAS_BACKEND"]
    assert backend in finding.found and "Unset" in finding.remedy


def test_a_matplotlibrc(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "matplotlibrc").write_text("axes.grid: True\n")
    monkeypatch.setenv("MATPLOTLIBRC", str(tmp_path))
    finding = looked(surroundings.matplotlib)["matplotlibrc"]
    assert finding.found == str(tmp_path / "matplotlibrc") and finding.note


def test_pip_and_uv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pip.conf").write_text("[global]\ntarget = /elsewhere\n")
    monkeypatch.setenv("PIP_CONFIG_FILE", str(tmp_path / "pip.conf"))
    monkeypatch.setenv("UV_DEFAULT_INDEX", "https://index.example")
    (tmp_path / ".config" / "uv").mkdir(parents=True)
    (tmp_path / ".config" / "uv" / "uv.toml").write_text("")
    found = looked(surroundings.installers)
    assert "target='/elsewhere'" in found["pip"].found and found["pip"].note
    assert "uv.toml" in found["uv"].found and "UV_DEFAULT_INDEX" in found["uv"].found


@pytest.mark.parametrize(
    ("name", "value"),
    [("PYTHONHOME", "/a"), ("PYTHONOPTIMIZE", "1"), ("PYTHONWARNINGS", "error")],
)
def test_variables_that_break_labs(name: str, value: str, monkeypatch: Any) -> None:
    monkeypatch.setenv(name, value)
    finding = looked(surroundings.python)[name]
    assert finding.found == value and "unset it" in finding.remedy


@pytest.mark.parametrize("name", ["PYTHONSTARTUP", "PYTHONPATH"])
def test_variables_to_know_of(name: str, monkeypatch: Any) -> None:
    monkeypatch.setenv(name, "/mine")
    finding = looked(surroundings.python)[name]
    assert finding.well and finding.found == "/mine" and "unset" in finding.note


def test_packages_from_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for user in (False, True):
        home = tmp_path / str(user)
        (home / "PIL").mkdir(parents=True)
        (home / "PIL" / "__init__.py").write_text("")
        monkeypatch.setattr(site, "ENABLE_USER_SITE", user)
        monkeypatch.setattr(site, "getusersitepackages", lambda home=home: str(home))
        monkeypatch.setattr(sys, "path", [str(home), *sys.path])
        monkeypatch.delitem(sys.modules, "PIL", raising=False)
        finding = looked(surroundings.python)["PIL"]
        assert str(home) in finding.found
        assert ("PYTHONNOUSERSITE" if user else "PYTHONPATH") in finding.remedy


def test_a_file_beside_a_lab_that_takes_a_packages_name(tmp_path: Path) -> None:
    (tmp_path / "labs" / "01_a").mkdir(parents=True)
    (tmp_path / "labs" / "01_a" / "random.py").write_text("")
    (tmp_path / "labs" / "01_a" / "mine.py").write_text("")
    found = looked(surroundings.python, tmp_path)
    assert found["labs/01_a/random.py"].remedy == "Rename the file."
    assert "labs/01_a/mine.py" not in found


def test_condas_base(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "conda-meta").mkdir()
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    assert looked(surroundings.conda)["conda"].well  # an environment of its
    (tmp_path / "condabin").mkdir()
    assert "conda create" in looked(surroundings.conda)["conda"].remedy


def test_a_proxy_and_certificates(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://me:secret@proxy:8080")
    monkeypatch.setenv("SSL_CERT_FILE", "/no/such/file")
    found = looked(surroundings.network)
    assert "secret" not in found["Proxy"].found and "NO_PROXY" in found["Proxy"].note
    assert "does not exist" in found["SSL_CERT_FILE"].found and found["SSL_CERT_FILE"].remedy
    monkeypatch.setenv("NO_PROXY", "intranet, localhost")
    assert not looked(surroundings.network)["Proxy"].note


def test_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    assert "longer" in looked(surroundings.threads)["OMP_NUM_THREADS"].note
    monkeypatch.setenv("OMP_NUM_THREADS", "all")
    assert "whole number" in looked(surroundings.threads)["OMP_NUM_THREADS"].remedy


def test_a_read_only_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    monkeypatch.setenv("IPYTHONDIR", "/read/only")
    found = list(surroundings.home(ROOT))
    assert any("IPYTHONDIR" in finding.remedy for finding in found)


def test_the_doctor_looks_at_all_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    looks = {name: lambda root, name=name: iter([Finding(name, "")]) for name in surroundings.LOOKS}
    monkeypatch.setattr(surroundings, "LOOKS", looks)
    for name in ("_python", "_packages", "_keras", "_kernel", "_labs", "_data"):
        monkeypatch.setattr(doctor, name, lambda root: iter(()))
    assert set(looks) <= {finding.name for finding in doctor.examine(ROOT)}

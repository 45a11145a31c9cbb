"""The doctor finds what is wrong and names the remedy."""

import shutil
import tempfile
from pathlib import Path

import pytest

from course_utils.commands import doctor
from course_utils.commands.doctor import Finding
from course_utils.common.paths import ROOT


def by_name(findings: list[Finding]) -> dict[str, Finding]:
    return {finding.name: finding for finding in findings}


@pytest.mark.slow
def test_everything_is_looked_at_here() -> None:
    found = by_name(doctor.examine(ROOT))
    for name in ("Python", "Packages", "Keras backend", "Device", "Precision", "Kernel", "Disk"):
        assert name in found
    assert found["Packages"].well, found["Packages"]
    assert found["Precision"].found.startswith("float32")
    assert all(found[lab.name].well for lab in (ROOT / "labs").glob("[0-9][0-9]_*"))


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A course with a lab and no packages asked for."""
    (tmp_path / "requirements.txt").touch()
    (tmp_path / "requirements-cuda.txt").touch()
    shutil.copytree(ROOT / "labs", tmp_path / "labs")
    return tmp_path


def test_a_package_at_another_version(copy: Path) -> None:
    (copy / "requirements.txt").write_text("numpy==1.0\nnot-there==2.0\nclick\n")
    wrong = [finding for finding in doctor._packages(copy) if not finding.well]
    assert [finding.name for finding in wrong] == ["numpy==1.0", "not-there==2.0"]
    assert wrong[1].found == "nothing is installed"


@pytest.mark.slow
def test_a_damaged_lab(copy: Path) -> None:
    lab = next((copy / "labs").glob("01_*"))
    (lab / "checks.npz").write_bytes(b"not a zip")
    (finding,) = [each for each in doctor._labs(copy) if each.name == lab.name]
    assert not finding.well
    assert str(lab) in finding.remedy


def test_no_labs(tmp_path: Path) -> None:
    (finding,) = doctor._labs(tmp_path)
    assert not finding.well


def test_a_full_disk(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage(copy)._replace(free=1000)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage)
    assert all(
        f"Make room in {place}" in finding.remedy
        for place, finding in zip((copy, tempfile.gettempdir()), doctor._disk(copy), strict=False)
    )


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    finding = next(iter(doctor._writing(tmp_path)))  # it has no labs/ to write to
    assert not finding.well


@pytest.mark.slow
def test_a_broken_package_is_a_finding_and_not_a_traceback(
    copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(root: Path) -> None:
        raise ImportError("libsomething.so.1 is missing")

    monkeypatch.setattr(doctor, "_memory", broken)
    found = by_name(doctor.examine(copy))["Memory"]
    assert not found.well
    assert "libsomething" in found.found


def test_the_table_names_problems_and_remedies(capsys: pytest.CaptureFixture[str]) -> None:
    doctor.show([Finding("Disk", "plenty"), Finding("Labs", "none", "Get a whole copy.")])
    printed = capsys.readouterr().out
    assert "PROBLEM" in printed
    assert "Labs: Get a whole copy." in printed


def test_notes_are_no_problems(capsys: pytest.CaptureFixture[str]) -> None:
    doctor.show([Finding("matplotlibrc", "/a", note="Delete it.")])
    printed = capsys.readouterr().out
    assert "matplotlibrc: Delete it." in printed and "Nothing is wrong." in printed


def test_a_disk_that_takes_files_and_no_bytes(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Full:
        def __enter__(self) -> "Full":
            return self

        def __exit__(self, *_: object) -> None:
            pass

        def write(self, content: bytes) -> None:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(doctor.tempfile, "TemporaryFile", lambda dir: Full())
    assert all("No space left" in finding.found for finding in doctor._writing(copy))

"""The GPU's check, as far as a machine without one can try it."""

import numpy as np
import pytest

from course_utils.training import preparation
from scripts import check_gpu

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("name", ["lenet5", "char_rnn"])
def test_a_device_agrees_with_itself(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check_gpu, "SECONDS", 0.05)
    (family,) = (family for family in check_gpu.FAMILIES if family.name == name)
    row = check_gpu.measure(family, "cpu:0")
    assert row.agrees and row.step <= row.prediction + 1e-6
    assert row.rate > 0 < row.mixed_rate
    *_, line = check_gpu.table([row])
    assert line.startswith(f"| {name} | ") and line.count("|") == 7


def test_devices_that_differ_are_said() -> None:
    row = check_gpu.Row("lenet5", prediction=0.02, step=0.0, rate=1, mixed_rate=1, megabytes=None)
    assert not row.agrees and "| 2.0e-02 |" in list(check_gpu.table([row]))[-1]


def test_every_familys_data_fits_it() -> None:
    for family in check_gpu.FAMILIES:
        x, y = check_gpu.data(family)
        assert x.shape == (check_gpu.BATCH, *family.shape) and y.max() < family.classes
        assert np.issubdtype(x.dtype, np.integer) == bool(family.indices)


def test_without_a_gpu_it_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(preparation, "device", lambda: "cpu")
    assert check_gpu.main() == 2
    assert "sees no GPU" in capsys.readouterr().err

"""Pictures of chairs: what comes with the course, what is rendered, what is kept."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from course_utils import datasets
from course_utils.common.errors import CourseError
from course_utils.datasets.chairs import store
from scripts.chairs import scene

NAMES = list(datasets.CHAIRS)


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    return tmp_path / "datasets" / "chairs"


def test_the_studio_comes_with_the_course(own_cache: Path) -> None:
    images, labels = datasets.chairs()
    assert images.shape == (2000, 64, 64, 3) and images.dtype == np.uint8
    assert labels.dtype == np.int64 and np.array_equal(labels, np.repeat(np.arange(10), 200))
    assert NAMES[0] == "ladder-back" and NAMES[-1] == "bench" and len(set(NAMES)) == 10
    # Before white: the corners of nearly all pictures, but for shadows and wide benches.
    assert np.mean(images[:, 0, 0] == 255) > 0.95
    assert not own_cache.exists()


def test_varied_ones_come_with_the_course_whatever_number_is_asked(own_cache: Path) -> None:
    images, labels = datasets.chairs(varied=True)
    few, few_labels = datasets.chairs(views=7, varied=True)
    assert images.shape == (1000, 64, 64, 3) and np.array_equal(np.unique(labels), np.arange(10))
    assert few.shape == (70, 64, 64, 3) and np.array_equal(few_labels, np.repeat(np.arange(10), 7))
    assert np.array_equal(few.reshape(10, 7, -1), images.reshape(10, 100, -1)[:, :7])
    assert not own_cache.exists()


@pytest.mark.parametrize(("name", "view"), [("shell", 0), ("windsor", 33), ("bench", 199)])
def test_the_shipped_studio_is_what_the_renderer_makes(name: str, view: int) -> None:
    """Without loss; another processor may round a pixel the other way."""
    images, _ = datasets.chairs()
    now = scene.picture(scene.studio(name, view, 200, seed=0), 64)
    shipped = images[NAMES.index(name) * 200 + view]
    assert np.mean(now != shipped) < 0.01


@pytest.mark.parametrize(("name", "view"), [("stool", 0), ("office", 50), ("rocking", 99)])
def test_the_shipped_varied_ones_are_what_the_renderer_makes(name: str, view: int) -> None:
    images, _ = datasets.chairs(varied=True)
    now = scene.picture(scene.varied(name, view, seed=0), 64)
    assert np.mean(now != images[NAMES.index(name) * 100 + view]) < 0.01


def test_what_is_shipped_is_small_and_has_its_card() -> None:
    sheets = [store.shipped(varied) for varied in (False, True)]
    assert sum(sheet.stat().st_size for sheet in sheets) < 6e6
    card = (sheets[0].parent / "chairs.md").read_text(encoding="utf-8")
    assert all(sheet.name in card for sheet in sheets)


def test_the_same_seed_gives_the_same_pixels_and_another_seed_others(own_cache: Path) -> None:
    first, _ = datasets.chairs(views=1, varied=True, seed=5, size=16)
    for path in own_cache.iterdir():
        path.unlink()
    again, _ = datasets.chairs(views=1, varied=True, seed=5, size=16)
    other, _ = datasets.chairs(views=1, varied=True, seed=6, size=16)
    assert np.array_equal(first, again)
    assert all(np.mean(a != b) > 0.3 for a, b in zip(first, other, strict=True))


def test_another_seed_gives_other_chairs_in_the_studio() -> None:
    first, second = (datasets.chairs(views=1, seed=seed, size=32)[0] for seed in (1, 2))
    assert all(np.any(a != b) for a, b in zip(first, second, strict=True))
    # The same kinds, though: nearly as bright on the mean.
    assert np.allclose(first.mean(axis=(1, 2, 3)), second.mean(axis=(1, 2, 3)), atol=30)


def test_rendered_ones_are_kept(own_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, labels = datasets.chairs(views=2, size=16)
    assert first.shape == (20, 16, 16, 3) and np.array_equal(labels, np.repeat(np.arange(10), 2))
    (kept,) = own_cache.iterdir()
    assert kept.suffix == ".npz"
    monkeypatch.setattr(store, "draw", None)  # would fail
    assert np.array_equal(datasets.chairs(views=2, size=16)[0], first)


def test_what_another_renderer_made_is_not_served(
    own_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, _ = datasets.chairs(views=1, size=16)
    monkeypatch.setattr(store, "_version", lambda: "newer")
    monkeypatch.setattr(store, "draw", lambda *_: np.zeros_like(first))
    assert not datasets.chairs(views=1, size=16)[0].any()


@pytest.mark.parametrize("damage", [b"", b"PK nonsense", "half"])
def test_a_damaged_file_is_said_and_made_anew(
    own_cache: Path, damage: bytes | str, capsys: pytest.CaptureFixture[str]
) -> None:
    first, _ = datasets.chairs(views=1, size=16)
    (kept,) = own_cache.iterdir()
    whole = kept.read_bytes()
    kept.write_bytes(whole[: len(whole) // 2] if isinstance(damage, str) else damage)
    assert np.array_equal(datasets.chairs(views=1, size=16)[0], first)
    assert "damaged" in capsys.readouterr().out
    assert kept.read_bytes() == whole


def test_a_cache_that_cannot_be_written_costs_only_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "file"))
    assert datasets.chairs(views=1, size=16)[0].shape == (10, 16, 16, 3)
    assert "not kept" in capsys.readouterr().out


def test_a_damaged_sheet_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store.paths, "DATA", tmp_path)
    (tmp_path / "chairs_studio.webp").write_bytes(b"RIFF")
    with pytest.raises(CourseError, match=r"chairs_studio\.webp cannot be read"):
        datasets.chairs()


@pytest.mark.parametrize(
    ("argument", "value"),
    [
        ("views", 0),
        ("views", 2.5),
        ("views", True),
        ("seed", -1),
        ("seed", "one"),
        ("size", 15),
        ("size", 5000),
        ("size", None),
    ],
)
def test_a_bad_argument_gets_a_sentence(argument: str, value: object) -> None:
    with pytest.raises(CourseError, match=f"chairs: {argument}=.* must be a whole number from"):
        datasets.chairs(**{argument: value})


def test_it_imports_no_tensorflow() -> None:
    code = (
        "import sys; from course_utils import datasets; datasets.chairs(); "
        "print('tensorflow' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"

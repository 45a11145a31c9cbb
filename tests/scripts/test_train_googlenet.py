"""The script that trains the shipped GoogLeNet: its images, its schedule, and a start to finish."""

import io
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from course_utils.common import paths

SCRIPTS = paths.ROOT / "scripts"
sys.path.insert(0, str(SCRIPTS))

import tiny_imagenet  # noqa: E402
import train_googlenet  # noqa: E402


def jpeg(level: int) -> bytes:
    file = io.BytesIO()
    Image.fromarray(np.full((64, 64), level, dtype=np.uint8)).save(file, "JPEG")
    return file.getvalue()


def archive(path: Path, per_class: int) -> Path:
    """Two classes, one dark and one bright, in folders of their own."""
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("classes.txt", "n02\tbright thing, light\nn01\tdark thing\n")
        for wnid, level in (("n02", 220), ("n01", 30)):
            for number in range(per_class):
                file.writestr(f"train/{wnid}/{number}.jpg", jpeg(level))
            file.writestr(f"val/{wnid}/0.jpg", jpeg(level))
    return path


def test_images_are_read_from_folders_with_the_names_of_their_classes(tmp_path: Path) -> None:
    training, validation, names = tiny_imagenet.read(archive(tmp_path / "a.zip", 3))
    assert names == ["dark thing", "bright thing"]
    assert training.pixels.shape == (6, 64, 64, 3)
    np.testing.assert_array_equal(training.labels, training.pixels[:, 0, 0, 0] > 128)
    np.testing.assert_array_equal(validation.labels, validation.pixels[:, 0, 0, 0] > 128)


def test_the_original_archive_is_read_with_its_table_of_annotations(tmp_path: Path) -> None:
    root = "tiny-imagenet-200"
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as file:
        for wnid, level in (("n01", 30), ("n02", 220)):
            file.writestr(f"{root}/train/{wnid}/images/{wnid}_0.JPEG", jpeg(level))
        file.writestr(f"{root}/val/images/val_0.JPEG", jpeg(220))
        file.writestr(f"{root}/test/images/test_0.JPEG", jpeg(0))
        file.writestr(f"{root}/val/val_annotations.txt", "val_0.JPEG\tn02\t0\t0\t9\t9\n")
        file.writestr(f"{root}/words.txt", "n01\tdark thing\nn02\tbright thing\nn03\tother\n")
    training, validation, names = tiny_imagenet.read(tmp_path / "a.zip")
    assert names == ["dark thing", "bright thing"]
    assert training.labels.tolist() == [0, 1]
    assert validation.labels.tolist() == [1]


def test_the_rate_rises_then_falls_to_nothing() -> None:
    rates = [train_googlenet.rate(p) for p in np.linspace(0, 1, 101)]
    top = int(np.argmax(rates))
    assert 1 < top < 10
    assert all(np.diff(rates[: top + 1]) > 0)
    assert all(np.diff(rates[top:]) < 0)
    assert rates[-1] == pytest.approx(0, abs=1e-9)


def test_a_crop_holds_a_part_of_the_picture_in_the_size_asked_for() -> None:
    rng = np.random.default_rng(0)
    ramp = np.broadcast_to(np.arange(0, 256, 4, dtype=np.uint8)[:, None, None], (64, 64, 3)).copy()
    crops = [train_googlenet.crop(ramp, 40, rng) for _ in range(50)]
    assert {crop.shape for crop in crops} == {(40, 40, 3)}
    spans = [float(np.ptp(crop)) for crop in crops]
    assert min(spans) < 200 < 245 < max(spans)


@pytest.mark.slow
def test_a_training_ends_in_weights_and_their_card_and_goes_on_where_it_was(tmp_path: Path) -> None:
    data, target = archive(tmp_path / "a.zip", 70), tmp_path / "small.npz"
    command = [
        *(sys.executable, str(SCRIPTS / "train_googlenet.py"), str(data), "--minutes", "0.01"),
        *("--folder", str(tmp_path / "state"), "--export", str(target)),
    ]
    environment = os.environ | {"PYTHONPATH": str(paths.ROOT)}
    first = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert "epoch 1" in first.stdout
    card = target.with_suffix(".md").read_text()
    assert "dark thing, bright thing." in card
    assert "| 1 | 40 | 128 |" in card
    exported = target.read_bytes()
    target.unlink()
    again = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert "goes on after epoch 1" in again.stdout
    assert target.read_bytes() == exported


def test_the_fused_normalisation_computes_what_keras_does() -> None:
    import fused
    import keras

    x = np.random.default_rng(0).normal(3, 2, size=(8, 5, 5, 4)).astype("float32")
    plain = keras.Sequential([keras.Input((5, 5, 4)), keras.layers.BatchNormalization()])
    fast = fused.fused(plain)
    assert type(fast.layers[0]) is fused.FusedBatchNormalization
    for _ in range(3):
        np.testing.assert_allclose(fast(x, training=True), plain(x, training=True), atol=1e-4)
    for own, expected in zip(fast.get_weights(), plain.get_weights(), strict=True):
        # TensorFlow's kernel divides the variance by n - 1, Keras by n = 8 * 5 * 5.
        np.testing.assert_allclose(own, expected, rtol=1 / 199 + 1e-3)
    np.testing.assert_allclose(fast(x), plain(x), rtol=0.01, atol=0.01)

"""Bottleneck features of files: folders of class folders, pipelines, and pictures that are none."""

import os
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from course_utils.common.errors import CourseError
from course_utils.models.googlenet import course_input
from course_utils.transfer import Bottlenecks

SIDE = 8


def small(pictures: Any) -> Any:
    return course_input(pictures, side=SIDE)


@pytest.fixture(scope="module")
def network() -> keras.Model:
    keras.utils.set_random_seed(0)
    convolve = keras.layers.Conv2D(3, 3, activation="relu")
    layers = [keras.Input((SIDE, SIDE, 3)), convolve, keras.layers.GlobalAveragePooling2D()]
    return keras.Sequential(layers)


def picture(path: Path, seed: int, size: tuple[int, int] = (20, 12)) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    noise = np.random.default_rng(seed).integers(0, 256, (size[1], size[0], 3), dtype=np.uint8)
    Image.fromarray(noise).save(path)
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three pictures of cats, one in a folder below, and two of dogs."""
    root = tmp_path / "pictures"
    for seed, name in enumerate(
        ("dog/b.png", "dog/a.jpg", "cat/1.png", "cat/2.PNG", "cat/x/3.bmp")
    ):
        picture(root / name, seed, (20 + seed, 12))
    (root / "cat" / "notes.txt").write_text("no picture")
    (root / "cat" / "._1.png").write_text("left by a Mac")
    (root / ".git").mkdir()
    return root


def made(network: keras.Model, cache: Path | None = None) -> Bottlenecks:
    return Bottlenecks(network, small, cache=cache, verbose=False)


def test_a_folder_gives_features_labels_names_and_files(network: keras.Model, folder: Path) -> None:
    z, labels, class_names, files = made(network).folder(folder)
    assert class_names == ["cat", "dog"] and labels.tolist() == [0, 0, 0, 1, 1]
    assert [file.name for file in files] == ["1.png", "2.PNG", "3.bmp", "a.jpg", "b.png"]
    assert np.allclose(z, network.predict(small(files), verbose=0), atol=1e-5)


def test_a_changed_file_is_computed_anew_and_a_renamed_one_is_not(
    network: keras.Model, folder: Path, tmp_path: Path
) -> None:
    bottlenecks = made(network, tmp_path / "cache")
    first = bottlenecks.folder(folder)
    (folder / "cat" / "1.png").rename(folder / "cat" / "9.png")
    again = bottlenecks.folder(folder)
    assert bottlenecks.report is not None and bottlenecks.report.computed == 0
    assert [file.name for file in again.files][:3] == ["2.PNG", "9.png", "3.bmp"]
    assert np.array_equal(again.z[[1, 0, 2, 3, 4]], first.z)
    picture(folder / "dog" / "a.jpg", 99)
    changed = bottlenecks.folder(folder)
    assert bottlenecks.report.computed == 1
    assert np.allclose(changed.z, network.predict(small(changed.files), verbose=0), atol=1e-5)


def test_an_unreadable_picture_is_named_and_skipped_or_raises(
    network: keras.Model, folder: Path, tmp_path: Path, capsys: Any
) -> None:
    (folder / "cat" / "broken.jpg").write_bytes(b"GIF of nothing")
    whole = (folder / "dog" / "b.png").read_bytes()
    (folder / "dog" / "half.png").write_bytes(whole[: len(whole) // 2])
    (folder / "dog" / "copy.jpg").write_bytes(b"GIF of nothing")
    (folder / "dog" / "phone.heic").write_bytes(b"\0\0\0\x18ftypheic")
    bottlenecks = made(network, tmp_path / "cache")
    for _ in range(2):  # computed, and from the cache
        z, labels, _, files = bottlenecks.folder(folder)
        assert len(z) == len(labels) == len(files) == 5 and labels.tolist() == [0, 0, 0, 1, 1]
        said = capsys.readouterr().out
        assert all(name in said for name in ("broken.jpg", "copy.jpg", "half.png", "heic"))
    assert np.allclose(z, network.predict(small(files), verbose=0), atol=1e-5)
    with pytest.raises(CourseError, match="4 pictures cannot be read.*broken.jpg"):
        bottlenecks.folder(folder, unreadable="raise")
    with pytest.raises(CourseError, match="give 'skip' or 'raise'"):
        bottlenecks.folder(folder, unreadable="ignore")


def test_a_folder_of_broken_pictures_is_refused(network: keras.Model, tmp_path: Path) -> None:
    (tmp_path / "cat").mkdir()
    (tmp_path / "cat" / "a.png").write_bytes(b"no")
    with pytest.raises(CourseError, match="none of the 1 pictures can be read"):
        made(network).folder(tmp_path)


def test_a_photograph_is_turned_as_it_was_held(network: keras.Model, tmp_path: Path) -> None:
    upright = picture(tmp_path / "upright" / "a.png", 1)
    with Image.open(upright) as opened:
        turned, exif = opened.transpose(Image.Transpose.ROTATE_90), Image.Exif()
        exif[0x0112] = 6  # "turn it by 90 degrees, clockwise"
        (tmp_path / "camera").mkdir()
        turned.save(tmp_path / "camera" / "a.png", exif=exif)
    z, labels, _, _ = made(network).folder(tmp_path)
    assert labels.tolist() == [0, 1] and np.allclose(z[0], z[1], atol=1e-6)


def test_a_wrong_folder_gets_a_sentence(network: keras.Model, folder: Path, tmp_path: Path) -> None:
    bottlenecks = made(network)
    for wrong, sentence in (
        (tmp_path / "nowhere", "does not exist"),
        (folder / "dog" / "a.jpg", "is a file"),
        (folder / "dog", "no class folders, but 2 pictures"),
    ):
        with pytest.raises(CourseError, match=sentence):
            bottlenecks.folder(wrong)
    (folder / "bird").mkdir()
    with pytest.raises(CourseError, match="no pictures lie in bird"):
        bottlenecks.folder(folder)


def test_without_a_preprocessing_the_pictures_must_fit(network: keras.Model, folder: Path) -> None:
    with pytest.raises(CourseError, match="give a preprocess="):
        Bottlenecks(network, verbose=False).folder(folder)


def test_what_is_passed_over_is_counted_and_what_is_a_picture_is_read(
    network: keras.Model, folder: Path, tmp_path: Path, capsys: Any
) -> None:
    for place, name in enumerate(("a.jfif", "b.jpe", "no_ending", "wrong.txt")):
        picture(tmp_path / "made.jpg", 20 + place).rename(folder / "dog" / name)
    (folder / "__MACOSX" / "cat").mkdir(parents=True)
    (folder / "@eaDir").mkdir()
    (folder / "cat" / "Thumbs.db").write_text("Windows")
    picture(folder / "loose.png", 30)
    _, labels, class_names, files = made(network).folder(folder, unreadable="raise")
    names = [file.name for file in files]
    assert class_names == ["cat", "dog"]
    assert names[3:] == ["a.jfif", "a.jpg", "b.jpe", "b.png", "no_ending", "wrong.txt"]
    (line,) = [line for line in capsys.readouterr().out.splitlines() if "passed over" in line]
    assert "passed over 7 in" in line and "1 no pictures (cat/notes.txt)" in line
    assert "5 left by a system or a program (.git, @eaDir, __MACOSX and 2 more)" in line
    assert "1 in no class (loose.png)" in line


def test_links_are_followed_once_or_named(
    network: keras.Model, folder: Path, tmp_path: Path, capsys: Any
) -> None:
    picture(tmp_path / "elsewhere" / "far.png", 40)
    (folder / "cat" / "album").symlink_to(tmp_path / "elsewhere")
    (folder / "cat" / "again").symlink_to(folder / "cat")
    (folder / "dog" / "gone.png").symlink_to(tmp_path / "nowhere.png")
    (folder / "dog" / "gone").symlink_to(tmp_path / "nowhere")
    os.mkfifo(folder / "dog" / "pipe.png")
    _, _, _, files = made(network).folder(folder)
    assert [file.name for file in files][:4] == ["1.png", "2.PNG", "far.png", "3.bmp"]
    said = capsys.readouterr().out
    assert "1 links back to a folder around them (cat/again)" in said
    assert "1 neither file nor folder (dog/pipe.png)" in said
    assert "skipped 2 pictures" in said and "gone.png (No such file" in said


# --- pipelines ------------------------------------------------------------------------------------


@pytest.mark.parametrize("batched", [False, True])
def test_a_pipeline_of_files_keeps_its_order_and_labels(
    network: keras.Model, folder: Path, tmp_path: Path, batched: bool
) -> None:
    names = [str(folder / name) for name in ("dog/b.png", "cat/1.png", "dog/a.jpg")]
    pipeline = tf.data.Dataset.from_tensor_slices((names, [7, 5, 7]))
    bottlenecks = made(network, tmp_path / "cache")
    z, labels, files = bottlenecks.pipeline(pipeline.batch(2) if batched else pipeline)
    assert labels is not None and labels.tolist() == [7, 5, 7] and files == list(map(Path, names))
    assert np.allclose(z, network.predict(small(names), verbose=0), atol=1e-5)
    bottlenecks.folder(folder)
    assert bottlenecks.report is not None and bottlenecks.report.cached == 3  # by content


def test_a_pipeline_of_files_leaves_out_what_is_unreadable(
    network: keras.Model, folder: Path, capsys: Any
) -> None:
    names = [folder / "cat" / "1.png", folder / "nowhere.png", folder / "dog" / "a.jpg"]
    z, labels, files = made(network).pipeline(names)
    assert len(z) == 2 and labels is None and files == [names[0], names[2]]
    assert "nowhere.png (No such file" in capsys.readouterr().out


@pytest.mark.parametrize("batch", [None, 7])
def test_a_pipeline_of_images_may_be_longer_than_memory_holds(
    network: keras.Model, batch: int | None
) -> None:
    images = np.random.default_rng(0).integers(0, 256, (300, SIDE, SIDE, 3), dtype=np.uint8)
    pipeline = tf.data.Dataset.from_tensor_slices((images, np.arange(300)))
    bottlenecks = made(network)
    z, labels, files = bottlenecks.pipeline(pipeline.batch(batch) if batch else pipeline)
    assert labels is not None and labels.tolist() == list(range(300)) and files is None
    assert np.allclose(z, bottlenecks(images), atol=1e-6)


def test_an_empty_pipeline_and_one_of_something_else_are_refused(network: keras.Model) -> None:
    bottlenecks = made(network)
    with pytest.raises(CourseError, match="gave nothing"):
        bottlenecks.pipeline([])
    with pytest.raises(CourseError, match="must give names of files, or images"):
        bottlenecks.pipeline([np.zeros(3)])

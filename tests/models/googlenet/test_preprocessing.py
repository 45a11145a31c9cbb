"""What pictures become before GoogLeNet sees them."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from course_utils.common.errors import CourseError
from course_utils.models.googlenet.preprocessing import course_input, imagenet_input


def test_channels_are_blue_green_red_less_their_means() -> None:
    red = np.zeros((300, 400, 3), dtype=np.uint8)
    red[..., 0] = 255
    x = imagenet_input(red)
    assert (x.shape, x.dtype) == ((1, 224, 224, 3), np.float32)
    np.testing.assert_array_equal(x[0, 100, 100], [0 - 104, 0 - 117, 255 - 123])


@pytest.mark.parametrize("transposed", [False, True])
def test_the_middle_is_cut_out_of_a_picture_whose_short_side_is_256(transposed: bool) -> None:
    picture = np.zeros((256, 341, 3), dtype=np.uint8)
    picture[16:240, 58:282] = 200  # 16 = (256 - 224) / 2, 58 = (341 - 224) // 2
    if transposed:
        picture = picture.swapaxes(0, 1)
    np.testing.assert_array_equal(imagenet_input(picture)[0, ..., 0], 200 - 104)


def test_a_small_or_large_picture_is_scaled_by_its_short_side() -> None:
    columns = np.linspace(0, 255, 100).astype(np.uint8)
    picture = np.broadcast_to(columns[None, :, None], (50, 100, 3)).copy()
    x = imagenet_input(picture)[0, ..., 0] + 104
    # 512 wide after scaling: the middle 224 columns hold 224 / 512 of the ramp.
    assert np.ptp(x) == pytest.approx(255 * 224 / 512, abs=3)
    assert x.mean() == pytest.approx(127.5, abs=1)


def test_the_courses_network_sees_minus_one_to_one() -> None:
    picture = np.zeros((64, 64, 3), dtype=np.uint8)
    picture[:, 32:] = 255
    x = course_input(picture)
    assert x.shape == (1, 64, 64, 3)
    assert (x[0, 0, 0, 0], x[0, 0, -1, 0]) == (-1, 1)
    assert course_input([picture, picture], side=48).shape == (2, 48, 48, 3)


def test_paths_pillow_images_arrays_and_grey_pictures_are_taken_together(tmp_path: Path) -> None:
    grey = np.full((70, 90), 50, dtype=np.uint8)
    Image.fromarray(grey).save(tmp_path / "grey.png")
    pictures = [tmp_path / "grey.png", str(tmp_path / "grey.png"), Image.fromarray(grey), grey]
    x = course_input(pictures)
    assert x.shape == (4, 64, 64, 3)
    assert np.ptp(x) == 0


def test_what_is_no_picture_is_named(tmp_path: Path) -> None:
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(b"not a picture")
    with pytest.raises(CourseError, match=r"broken\.jpg cannot be read as a picture"):
        imagenet_input(broken)
    with pytest.raises(CourseError, match=r"missing\.jpg cannot be read"):
        imagenet_input([tmp_path / "missing.jpg"])
    with pytest.raises(CourseError, match="of float64 is no picture"):
        imagenet_input(np.zeros((9, 9, 3)))
    with pytest.raises(CourseError, match="no picture to prepare"):
        imagenet_input([])

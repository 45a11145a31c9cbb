"""What pictures of every mode mean: the table in datasets/pictures.py, row by row."""

import io
import re
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, TiffImagePlugin

from course_utils.common.errors import CourseError
from course_utils.datasets import pictures
from course_utils.models.googlenet import course_input

RAMP = np.arange(256, dtype=np.uint8).reshape(16, 16)
RAMP16 = np.linspace(0, 65535, 256).round().astype(np.uint16).reshape(16, 16)
GREY = np.repeat(RAMP[..., None], 3, axis=2)
COLOURS = np.random.default_rng(0).integers(0, 256, (16, 16, 3), dtype=np.uint8)
RED = Image.new("RGB", (16, 16), (255, 0, 0))


def saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


def decoded(data: bytes) -> Any:
    return np.asarray(pictures.decode(data)).astype(int)


def tiff(numbers: Any, photometric: int = 1, **more: Any) -> bytes:
    info = TiffImagePlugin.ImageFileDirectory_v2()
    info[262] = photometric
    return saved(Image.fromarray(numbers), "TIFF", tiffinfo=info)


def big_endian(data: bytes) -> bytes:
    """A TIFF file of 16 bits in the other order of bytes, as of Motorola's processors."""
    numbers = np.asarray(Image.open(io.BytesIO(data))).astype(">u2")
    entries = [
        (256, 3, numbers.shape[1]),
        (257, 3, numbers.shape[0]),
        (258, 3, 16),
        (259, 3, 1),
        (262, 3, 1),
        (273, 4, 8 + 2 + 9 * 12 + 4),
        (277, 3, 1),
        (278, 3, numbers.shape[0]),
        (279, 4, numbers.nbytes),
    ]
    packed = b"".join(
        struct.pack(">HHI", tag, kind, 1)
        + (struct.pack(">HH", value, 0) if kind == 3 else struct.pack(">I", value))
        for tag, kind, value in entries
    )
    head = b"MM\0*" + struct.pack(">I", 8) + struct.pack(">H", len(entries))
    return head + packed + struct.pack(">I", 0) + numbers.tobytes()


def twelve_bits() -> bytes:
    """A TIFF file of 12 bits: 0, 2048, 4095 and 1024, two numbers in three bytes."""
    numbers = bytes([0x00, 0x08, 0x00, 0xFF, 0xF4, 0x00])
    entries = [(256, 4), (257, 1), (258, 12), (259, 1), (262, 1), (273, 122), (277, 1), (278, 1)]
    entries.append((279, len(numbers)))
    packed = b"".join(struct.pack("<HHIHH", tag, 3, 1, value, 0) for tag, value in entries)
    return b"II*\0" + struct.pack("<IH", 8, 9) + packed + struct.pack("<I", 0) + numbers


def with_alpha(colour: Any, alpha: int) -> Image.Image:
    image = Image.new("RGB", (16, 16), colour)
    image.putalpha(alpha)
    return image


def palette(transparent: bool) -> bytes:
    image = Image.new("P", (16, 16), 1)
    image.putpalette([0, 0, 255, 255, 0, 0])
    return saved(image, "PNG", **({"transparency": 1} if transparent else {}))


def grey_half() -> Image.Image:
    return Image.merge("LA", [Image.new("L", (16, 16), v) for v in (0, 128)])


OF_WHITE = np.full((16, 16, 3), 255)
HALF_RED = np.broadcast_to([255, 127, 127], (16, 16, 3))
PURE_RED = np.broadcast_to([255, 0, 0], (16, 16, 3))

CASES = [
    ("1 bit", saved(Image.fromarray(RAMP > 127), "PNG"), (GREY > 127) * 255, 0),
    ("grey", saved(Image.fromarray(RAMP), "PNG"), GREY, 0),
    ("grey of 16 bits", saved(Image.fromarray(RAMP16), "PNG"), GREY, 0),
    ("TIFF of 16 bits", tiff(RAMP16), GREY, 0),
    ("TIFF of 16 bits, big end first", big_endian(tiff(RAMP16)), GREY, 0),
    ("TIFF of 16 bits, white is 0", tiff(RAMP16, 0), 255 - GREY, 0),
    ("TIFF of 8 bits, white is 0", tiff(RAMP, 0), GREY, 0),  # Pillow writes it turned round
    ("TIFF of 12 bits", twelve_bits(), [[[0] * 3, [128] * 3, [255] * 3, [64] * 3]], 0),
    ("PGM of 16 bits", b"P5 16 16 65535 " + RAMP16.astype(">u2").tobytes(), GREY, 0),
    (
        "PGM of 10 bits",
        b"P5 2 1 1023 " + np.array([512, 1023], ">u2").tobytes(),
        [[[128] * 3, [255] * 3]],
        0,
    ),
    ("floats", tiff((RAMP / 255).astype(np.float32)), GREY, 0),
    ("RGB", saved(Image.fromarray(COLOURS), "PNG"), COLOURS, 0),
    ("a palette", palette(False), PURE_RED, 0),
    ("a palette with a transparent colour", palette(True), OF_WHITE, 0),
    ("a transparent GIF", saved(Image.new("P", (16, 16), 0), "GIF", transparency=0), OF_WHITE, 0),
    ("RGBA", saved(with_alpha("red", 128), "PNG"), HALF_RED, 1),
    ("a black ground that nobody sees", saved(with_alpha("black", 0), "PNG"), OF_WHITE, 0),
    ("LA", saved(grey_half(), "PNG"), np.full((16, 16, 3), 127), 1),
    ("RGB with a transparent colour", saved(RED, "PNG", transparency=(255, 0, 0)), OF_WHITE, 0),
    (
        "16 bits with a transparent number",
        saved(Image.fromarray(RAMP16), "PNG", transparency=0),
        np.where(GREY == 0, 255, GREY),
        0,
    ),
    ("WebP with alpha", saved(with_alpha("red", 128), "WEBP", lossless=True), HALF_RED, 1),
    ("CMYK", saved(Image.new("CMYK", (16, 16), (0, 255, 255, 0)), "TIFF"), PURE_RED, 0),
    ("CMYK of Adobe", saved(Image.new("CMYK", (16, 16), (0, 255, 255, 0)), "JPEG"), PURE_RED, 3),
    ("LAB", saved(Image.new("LAB", (16, 16), (255, 128, 128)), "TIFF"), OF_WHITE, 2),
    ("YCbCr", saved(RED.convert("YCbCr"), "JPEG", quality=95), PURE_RED, 3),
    (
        "animated GIF",
        saved(RED, "GIF", save_all=True, append_images=[Image.new("RGB", (16, 16))]),
        PURE_RED,
        0,
    ),
    (
        "animated WebP",
        saved(
            RED, "WEBP", lossless=True, save_all=True, append_images=[Image.new("RGB", (16, 16))]
        ),
        PURE_RED,
        0,
    ),
    (
        "animated PNG",
        saved(RED, "PNG", save_all=True, append_images=[Image.new("RGB", (16, 16))]),
        PURE_RED,
        0,
    ),
]


@pytest.mark.parametrize(
    ("data", "right", "near"), [c[1:] for c in CASES], ids=[c[0] for c in CASES]
)
def test_a_picture_means(data: bytes, right: Any, near: int) -> None:
    assert np.abs(decoded(data) - np.asarray(right)).max() <= near


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_is_turned_upright(orientation: int) -> None:
    turns = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    upright = Image.fromarray(COLOURS[:, :9])
    held = upright.transpose(turns[orientation]) if orientation > 1 else upright
    exif = Image.Exif()
    exif[0x0112] = orientation
    assert np.array_equal(decoded(saved(held, "PNG", exif=exif)), COLOURS[:, :9])


OPAQUE = {"LA": (255, 255), "La": (255, 255), "PA": (255, 255), "RGBA": (255,) * 4}
WHITE = {
    **{"1": 1, "L": 255, "P": 255, "RGB": (255,) * 3, "RGBX": (255,) * 4, "RGBa": (255,) * 4},
    **{"CMYK": (0, 0, 0, 0), "YCbCr": (255, 128, 128), "LAB": (255, 128, 128), "HSV": (0, 0, 255)},
    **{"I;16": 65535, "I;16L": 65535, "I;16B": 65535, "I;16N": 65535, "F": 1.0, **OPAQUE},
}
BLACK = {
    **{"LA": (0, 255), "La": (0, 255), "PA": (0, 255), "RGB": (0, 0, 0), "RGBX": (0, 0, 0, 0)},
    **{"RGBA": (0, 0, 0, 255), "RGBa": (0, 0, 0, 255), "CMYK": (0, 0, 0, 255), "HSV": (0, 0, 0)},
    **{"YCbCr": (0, 128, 128), "LAB": (0, 128, 128)},
}


@pytest.mark.parametrize("mode", WHITE)
def test_every_mode_of_pillow_has_a_white_and_a_black(mode: str) -> None:
    white, black = (Image.new(mode, (2, 2), colour) for colour in (WHITE[mode], BLACK.get(mode, 0)))
    for image in (white, black):
        if mode in ("P", "PA"):
            image.putpalette([number for number in range(256) for _ in range(3)])
    assert np.asarray(pictures.rgb(white)).min() >= 253
    assert np.asarray(pictures.rgb(black)).max() <= 2


REFUSED = [
    ("32 bits", saved(Image.fromarray(np.full((4, 4), 9, np.int32)), "TIFF"), "32 bits.*9 to 9"),
    ("floats above 1", tiff(np.full((4, 4), 200, np.float32)), "floats from 200 to 200"),
    ("floats that are none", tiff(np.full((4, 4), np.nan, np.float32)), "floats"),
    ("half a file", saved(RED, "BMP")[:300], "."),
    ("text", b"no picture", "no picture"),
    ("a drawing", b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "no picture"),
]


@pytest.mark.parametrize(("data", "why"), [c[1:] for c in REFUSED], ids=[c[0] for c in REFUSED])
def test_what_has_no_meaning_is_refused_and_named(data: bytes, why: str, tmp_path: Path) -> None:
    path = tmp_path / "mine.tif"
    path.write_bytes(data)
    with pytest.raises(pictures.Unreadable, match=why):
        pictures.read(path)
    with pytest.raises(CourseError, match=re.escape(str(path))):
        course_input(path)


def test_a_raw_file_is_not_taken_for_its_preview(tmp_path: Path) -> None:
    (tmp_path / "a.nef").write_bytes(tiff(RAMP))
    with pytest.raises(pictures.Unreadable, match="raw file"):
        pictures.read(tmp_path / "a.nef")


KINDS = (
    "PNG",
    "GIF",
    "JPEG",
    "WEBP",
    "BMP",
    "TIFF",
    "AVIF",
    "JPEG2000",
    "ICO",
    "PPM",
    "QOI",
    "SGI",
)


@pytest.mark.parametrize("kind", (*KINDS, "DDS", "ICNS", "MPO"))
def test_a_picture_is_known_by_its_first_bytes(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "no_ending"
    path.write_bytes(saved(RED, kind))
    assert pictures.is_picture(path)
    assert pictures.read(path).mode == "RGB"


@pytest.mark.parametrize(
    "content",
    [b"", b"text", b"%PDF-1.7", b"PK\x03\x04", b"BM is how this text begins", b"P2P is a net"],
)
def test_other_files_are_no_pictures(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(content)
    assert not pictures.is_picture(tmp_path / "a")


def test_the_networks_input_is_upright_and_scaled_too(tmp_path: Path) -> None:
    Image.fromarray(RAMP16).save(tmp_path / "a.png")
    assert np.allclose(course_input(tmp_path / "a.png", side=16)[0], GREY / 127.5 - 1, atol=1e-6)
    sixteen = Image.fromarray(RAMP16)
    assert np.allclose(course_input(sixteen, side=16)[0], GREY / 127.5 - 1, atol=1e-6)

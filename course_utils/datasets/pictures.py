"""What a file that holds a picture means: red, green and blue, 0 to 255, for all of Pillow's modes.

| in the file | becomes |
|---|---|
| 1 bit | black and white |
| grey, 8 bits | three equal channels |
| grey, 16 bits (12 in some TIFF files) | the whole range, 0 to 65535 (4095), is 0 to 255 |
| grey, float | 0 is black and 1 is white; other numbers are refused |
| grey, 32 bits | refused: nothing says which number is white |
| TIFF's "white is 0" | turned round, at every depth |
| palette | the colours that it names |
| transparent, in any mode | as it looks on white |
| RGB, 16 bits | the upper 8 bits |
| CMYK, YCbCr, HSV | Pillow's own formulas; JPEG files of Adobe store CMYK turned round |
| CIE L*a*b* | sRGB, by LittleCMS |
| turned by EXIF | upright, as it was taken |
| several pictures (GIF, WebP, APNG, TIFF) | the first |

Colour profiles are not applied. What is refused, or has no meaning here, raises `Unreadable`.
"""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

#: Formats that are read. Others that Pillow knows are drawings, films, or numbers without a range.
_FORMATS = (
    *("AVIF", "BMP", "DDS", "DIB", "GIF", "ICNS", "ICO", "JPEG", "JPEG2000", "PCX", "PNG"),
    *("PPM", "PSD", "QOI", "SGI", "SUN", "TGA", "TIFF", "WEBP"),
)
#: Names by which a file says that it is a picture. Those that cannot be read shall be named, too.
_ENDINGS = re.compile(
    r"\.(jpe?g|jpe|jfif|jif|pjpe?g|jp2|j2k|jpx|jxl|png|apng|gif|webp|avif|bmp|dib|tiff?|ico|icns|"
    r"pcx|p[bgnp]m|psd|qoi|sgi|rgb|tga|dds|hei[cf]|svg|dng|cr[23w]|nef|nrw|arw|orf|raf|rw2|pef|srw)",
    re.IGNORECASE,
)
#: How files of these formats begin.
_BEGINS = re.compile(
    rb"\xff\xd8\xff|\x89PNG\r\n\x1a\n|GIF8[79]a|RIFF....WEBP|BM....\0\0\0\0|II\*\0|MM\0\*|II\+\0"
    rb"|MM\0\+|....ftyp(avif|avis|hei[cfmsx]|hev[cx]|mif1|msf1)|\0\0\0\x0cjP  \r\n|\xff\x4f\xff\x51"
    rb"|icns|\0\0\x01\0[\x01-\x40]\0|8BPS\0\x01|qoif|DDS |P[1-6][\s#]|\x01\xda[\0\x01][\x01\x02]"
    rb"|\x59\xa6\x6a\x95|\xff\x0a|\0\0\0\x0cJXL ",
    re.DOTALL,
)
#: A camera's own data: Pillow would take the small preview inside for the picture.
_RAW = re.compile(r"\.(dng|cr[23w]|nef|nrw|arw|orf|raf|rw2|pef|srw)", re.IGNORECASE)
_WHITE_IS_ZERO, _BITS, _PHOTOMETRIC = 0, 258, 262  # numbers of the TIFF standard


class Unreadable(Exception):
    """A picture that cannot be read, or means nothing certain; the message says why."""


def is_picture(path: Path) -> bool:
    """Return whether a file is one, by its first bytes, or says that it is one, by its ending.

    Raises OSError where it cannot be opened.
    """
    if _ENDINGS.fullmatch(path.suffix):
        return True
    with path.open("rb") as file:
        return bool(_BEGINS.match(file.read(32)))


def read(path: Path) -> Image.Image:
    """Return the picture in a file, RGB and upright. Raises Unreadable; the message says why."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise Unreadable(error.strerror or str(error)) from error
    return decode(data, path.suffix)


def decode(data: bytes, ending: str = "") -> Image.Image:
    """Return the picture in a file's bytes, RGB and upright.

    ending: of the file's name. Raises Unreadable where there is none, or only a part of one.
    """
    if _RAW.fullmatch(ending):
        raise Unreadable("a camera's raw file; save it as JPEG or PNG")
    try:
        with Image.open(io.BytesIO(data), formats=_FORMATS) as opened:
            ImageOps.exif_transpose(opened, in_place=True)  # a copy would forget TIFF's entries
            return rgb(opened)
    except Unreadable:
        raise
    except UnidentifiedImageError as error:
        raise Unreadable("no picture, or of a kind that Pillow cannot read") from error
    except Exception as error:  # a reader of one of many formats may fail in any way
        raise Unreadable(str(error) or type(error).__name__) from error


def rgb(image: Image.Image) -> Image.Image:
    """Return an image in red, green and blue, as the table above says. Raises Unreadable."""
    if image.mode == "F" or image.mode.startswith("I"):
        return _of_numbers(image)
    if image.mode == "La":
        image = image.convert("LA")
    if image.has_transparency_data:
        picture = image.convert("RGBA")
        white = Image.new("RGBA", picture.size, "white")
        return Image.alpha_composite(white, picture).convert("RGB")
    return image.convert("RGB")


def _of_numbers(image: Image.Image) -> Image.Image:
    """Grey of more than 8 bits, for which Pillow's own conversion cuts off what is above 255."""
    numbers = np.asarray(image)
    white = _white(image, numbers)
    share = numbers.astype(np.float64) / white
    if _tag(image, _PHOTOMETRIC) == _WHITE_IS_ZERO:
        share = 1 - share
    transparent = image.info.get("transparency")
    if isinstance(transparent, int):
        share = np.where(numbers == transparent, 1.0, share)
    return Image.fromarray(np.round(share * 255).astype(np.uint8)).convert("RGB")


def _white(image: Image.Image, numbers: NDArray[Any]) -> float:
    """The number that is white. Raises Unreadable where nothing says so."""
    if image.mode == "F":
        if not (np.isfinite(numbers).all() and numbers.min() >= 0 and numbers.max() <= 1):
            raise Unreadable(
                f"grey as floats from {numbers.min():g} to {numbers.max():g}, which have no white; "
                "scale them to 0 to 1, or save it with 8 bits"
            )
        return 1.0
    # Pillow scales PGM files of more than 8 bits to 16, and says 32.
    if image.mode == "I" and image.format != "PPM":
        raise Unreadable(
            f"grey as whole numbers of 32 bits, here {numbers.min()} to {numbers.max()}, which "
            "have no white; save it with 8 or 16 bits"
        )
    bits = _tag(image, _BITS)
    return 2.0 ** (bits[0] if bits else 16) - 1


def _tag(image: Image.Image, number: int) -> Any:
    """An entry of a TIFF file, or None."""
    return getattr(image, "tag_v2", {}).get(number)

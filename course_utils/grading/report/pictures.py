"""Pictures among a student's outputs: shown when they are what they say they are."""

from __future__ import annotations

import base64
import binascii
import io
from dataclasses import dataclass

from PIL import Image

_FORMATS = {"image/png": "PNG", "image/jpeg": "JPEG"}
#: Bytes of one picture, and its pixels: what a page can show on a phone.
LARGEST, MOST_PIXELS = 4 * 2**20, 25_000_000


@dataclass(frozen=True)
class Picture:
    """A picture as a page embeds it: data URI, width and height in pixels, and kind in words."""

    source: str
    width: int
    height: int
    kind: str


def picture(kind: str, data: object) -> Picture | None:
    """Return the picture that base64 `data` of a media type holds, or None where it holds none.

    Its header is read and checked, its pixels are not decoded. The data URI is made anew from the
    bytes, so that nothing but base64 stands in it.
    """
    if kind not in _FORMATS or not isinstance(data, str) or len(data) > LARGEST * 4 // 3 + 4:
        return None
    try:
        content = base64.b64decode("".join(data.split()), validate=True)
        with Image.open(io.BytesIO(content), formats=(_FORMATS[kind],)) as image:
            width, height = image.size
            if width * height > MOST_PIXELS:
                return None
            image.verify()
    except (binascii.Error, ValueError, OSError, SyntaxError, Image.DecompressionBombError):
        return None
    source = f"data:{kind};base64,{base64.b64encode(content).decode('ascii')}"
    return Picture(source, width, height, _FORMATS[kind])

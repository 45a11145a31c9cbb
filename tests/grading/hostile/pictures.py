"""Pictures that are none, or too much, as the outputs of a cell may hold them."""

import base64
import io
import struct
import zlib

from PIL import Image

_SIGN = b"\x89PNG\r\n\x1a\n"


def _chunk(kind: bytes, content: bytes) -> bytes:
    checked = struct.pack(">I", zlib.crc32(kind + content))
    return struct.pack(">I", len(content)) + kind + content + checked


def header(width: int, height: int, depth: int = 8, colours: int = 2) -> bytes:
    """Return the first chunk of a PNG."""
    return _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colours, 0, 0, 0))


def text(content: bytes) -> str:
    """Return a picture as a notebook holds it."""
    return base64.b64encode(content).decode()


def noise(width: int, height: int) -> bytes:
    """Return a picture that is one."""
    file = io.BytesIO()
    Image.frombytes("L", (width, height), bytes(range(256)) * (width * height // 256)).save(
        file, "PNG"
    )
    return file.getvalue()


#: A header and an end but no data: 45 bytes.
NO_DATA = _SIGN + header(4, 4) + _chunk(b"IEND", b"")
END = _chunk(b"IEND", b"")
BROKEN = {
    "no data": NO_DATA,
    "only a sign": _SIGN,
    "an end alone": _SIGN + END,
    "no end": _SIGN + header(4, 4),
    "no pixels": _SIGN + header(0, 0) + END,
    "too many pixels": _SIGN + header(2**31 - 1, 2**31 - 1) + END,
    "data that are none": _SIGN + header(4, 4) + _chunk(b"IDAT", b"no zlib") + END,
    "data cut off": noise(256, 256)[:300],
    "colours that are none": _SIGN + header(4, 4, 3, 7) + END,
    "a palette that is none": _SIGN
    + header(4, 4, 8, 3)
    + _chunk(b"IDAT", zlib.compress(b""))
    + END,
    "a text that is a bomb": _SIGN
    + header(4, 4)
    + _chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(50_000_000)))
    + END,
}

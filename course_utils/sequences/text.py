"""Text as numbers: a fixed vocabulary of characters, and text cut into parallel streams."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from course_utils.common.errors import CourseError

#: Newline and the 95 printable characters of ASCII, in the order of their codes 0 to 95.
VOCABULARY = "\n" + "".join(chr(number) for number in range(32, 127))

#: Typographic characters, and what stands for them on a keyboard.
_PLAIN = str.maketrans("‘’“”–—\t", "''\"\"-- ")

Codes = NDArray[np.int32]


def plain(text: str) -> str:
    """Return the text in characters of VOCABULARY alone.

    Typographic quotes and dashes become those of ASCII, accents fall off, "ß" becomes "ss"; what
    remains outside of the vocabulary becomes "?".
    """
    text = text.translate(_PLAIN).replace("\r\n", "\n").replace("ß", "ss")
    letters = unicodedata.normalize("NFKD", text)
    kept = (letter for letter in letters if not unicodedata.combining(letter))
    return "".join(letter if letter in VOCABULARY else "?" for letter in kept)


def encode(text: str) -> Codes:
    """Return the place of each character in VOCABULARY, int32 (characters,).

    Raises CourseError where a character is not in the vocabulary.
    """
    numbers = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.int32)
    codes = np.where(numbers == ord("\n"), 0, numbers - 31)
    wrong = np.flatnonzero((codes < 0) | (codes >= len(VOCABULARY)) | (numbers == 31))
    if len(wrong):
        raise CourseError(
            f"encode: {text[wrong[0]]!r} at position {wrong[0]} is none of the {len(VOCABULARY)} "
            "characters of course_utils.sequences.text.VOCABULARY; "
            "course_utils.sequences.text.plain(text) replaces it."
        )
    return codes.astype(np.int32)


def decode(codes: NDArray[np.integer]) -> str:
    """Return the text of codes (characters,), whole numbers from 0 to 95.

    Raises CourseError where a code is not in the vocabulary.
    """
    given = np.asarray(codes).ravel()
    if given.size and not 0 <= given.min() <= given.max() < len(VOCABULARY):
        raise CourseError(
            f"decode: codes from {given.min()} to {given.max()}; "
            f"the vocabulary has codes from 0 to {len(VOCABULARY) - 1}."
        )
    return "".join(VOCABULARY[code] for code in given)


def streams(codes: Codes, batch: int, length: int) -> Iterator[tuple[Codes, Codes]]:
    """Cut a text into `batch` streams side by side and yield them piece by piece, in order.

    Yields (x, y), both int32 (batch, length); y holds the character that follows each of x. Row i
    of a piece goes on where row i of the piece before it ended, so that a recurrent network which
    keeps its state reads each stream from its beginning to its end. What is left over at the end
    of the streams, less than batch * length + 1 characters, is not used.

    Raises CourseError where the text is too short for one piece.
    """
    pieces = (len(codes) - 1) // (batch * length)
    if pieces < 1:
        raise CourseError(
            f"streams: {len(codes)} characters do not fill {batch} streams of {length}; "
            f"it takes {batch * length + 1}. Take a smaller batch or a shorter length."
        )
    used = batch * pieces * length
    x = codes[:used].reshape(batch, -1)
    y = codes[1 : used + 1].reshape(batch, -1)
    for start in range(0, pieces * length, length):
        yield x[:, start : start + length], y[:, start : start + length]

"""Outputs of students as a page shows them: pictures that are none, code that is slow to colour."""

import random
import time

import pytest

from course_utils.grading.report import outputs
from course_utils.grading.report.outputs import WIDEST, highlighted, picture
from tests.grading.hostile import pictures


@pytest.mark.parametrize("name", pictures.BROKEN)
def test_a_picture_that_is_none_is_left_out(name: str) -> None:
    assert picture("image/png", pictures.text(pictures.BROKEN[name])) is None


def test_whatever_bytes_are_changed_it_is_a_picture_or_none() -> None:
    """A property: nothing raises, for any few bytes of a picture that are changed, or missing."""
    rng = random.Random(1)
    whole = pictures.noise(64, 64)
    for _ in range(300):
        changed = bytearray(whole)
        for _ in range(rng.randrange(1, 5)):
            changed[rng.randrange(len(changed))] = rng.randrange(256)
        part = bytes(changed[: rng.choice([len(changed), rng.randrange(len(changed))])])
        found = picture("image/png", pictures.text(part))
        assert found is None or found.kind == "PNG"


def test_a_large_picture_is_scaled_once(monkeypatch: pytest.MonkeyPatch) -> None:
    scaled = []
    thumbnail = outputs.Image.Image.thumbnail

    def counted(self: outputs.Image.Image, size: tuple[int, int]) -> None:
        scaled.append(self.size)
        thumbnail(self, size)

    monkeypatch.setattr(outputs.Image.Image, "thumbnail", counted)
    content = pictures.text(pictures.noise(2048, 512))
    found = [picture("image/png", content) for _ in range(8)]
    assert {(one.width, one.height) for one in found if one} == {(WIDEST, WIDEST // 4)}
    assert scaled == [(2048, 512)]


@pytest.mark.parametrize("code", ["\n " * 9_900, "@" * 19_000, "0" * 19_900])
def test_code_is_coloured_in_bounded_time(code: str) -> None:
    """Pygments takes 17 s for the first of these."""
    began = time.process_time()
    assert highlighted(code).striptags() == code.strip() or len(highlighted(code)) > len(code)
    assert time.process_time() - began < 4

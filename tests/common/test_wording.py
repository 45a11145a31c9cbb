"""Lists, times, and the escapes of a terminal."""

import pytest

from course_utils.common.wording import ESCAPES, duration, listed


@pytest.mark.parametrize(
    ("names", "text"),
    [
        ([], ""),
        (["a"], "a"),
        (("a", "b"), "a and b"),
        (["a", "b", "c"], "a, b and c"),
        (["a", "b", "c", "d", "e"], "a, b, c, d and e"),
        (["a", "b", "c", "d", "e", "f", "g"], "a, b, c, d, e and 2 more"),
    ],
)
def test_a_list_reads_as_people_write_it(names: list[str], text: str) -> None:
    assert listed(names) == text


def test_the_longest_list_is_the_callers_choice() -> None:
    assert listed(["a", "b", "c"], 1) == "a and 2 more"
    assert listed(list("abcdefg"), 7) == "a, b, c, d, e, f and g"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 s"),
        (0.44, "0.4 s"),
        (8, "8 s"),
        (9.94, "9.9 s"),
        (9.96, "10 s"),
        (59.4, "59 s"),
        (59.6, "1 min 00 s"),
        (125, "2 min 05 s"),
        (3725, "62 min 05 s"),
    ],
)
def test_a_time_reads_as_people_say_it(seconds: float, text: str) -> None:
    assert duration(seconds) == text


@pytest.mark.parametrize(
    "escape",
    [
        "\x1b[0m",  # a colour
        "\x1b[38;5;196m",
        "\x1b[?25l",  # no cursor
        "\x1b[2K",  # clear the line
        "\x1b]0;a title\x07",
        "\x1b]8;;https://example.org\x1b\\",  # a link
        "\x1bM",  # a line up
    ],
)
def test_escapes_go_and_the_text_stays(escape: str) -> None:
    assert ESCAPES.sub("", f"a [1m] {escape}b") == "a [1m] b"

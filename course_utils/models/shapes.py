"""What every network of the family asks of its input, in one place, in one sentence each."""

from __future__ import annotations

from typing import Any, NoReturn

from course_utils.common.errors import CourseError

Shape = tuple[int | None, ...]


def check_image(
    network: str, input_shape: Shape, smallest: int, any_size: bool = False
) -> tuple[Any, ...]:
    """Return `input_shape` as a tuple, or raise a CourseError that says which are possible.

    Args:
        network: the function's name, for the sentence.
        input_shape: (height, width, channels), without the batch.
        smallest: the least height and width that leave the last layer one position to look at.
        any_size: whether height and width may be None, chosen at each call.
    """
    shape: tuple[Any, ...] = tuple(input_shape)
    possible = f"height and width of at least {smallest}"
    if any_size:
        possible += ", or None where they vary"
    if len(shape) != 3:
        _refuse(network, shape, f"the shape is (height, width, channels), {possible}")
    *size, channels = shape
    if not is_count(channels):
        _refuse(network, shape, "the channels, last, are a whole number such as 1 or 3")
    if not all(is_count(side) or (any_size and side is None) for side in size):
        _refuse(network, shape, f"possible are a {possible}")
    if any(side is not None and side < smallest for side in size):
        meant = (shape[1], shape[2], shape[0])
        first = is_count(meant[0]) and is_count(meant[1]) and min(meant[:2]) >= smallest
        advice = f"; channels stand last here: did you mean {meant}?" if first else ""
        _refuse(network, shape, f"possible are a {possible}{advice}")
    return shape


def check_classes(network: str, classes: int) -> int:
    """Return `classes`, or raise a CourseError where it is no whole number above 0."""
    if not is_count(classes):
        raise CourseError(f"{network}: classes={classes} must be a whole number of at least 1.")
    return classes


def is_count(value: object) -> bool:
    """Whether a value is a whole number above 0."""
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def _refuse(network: str, shape: Shape, why: str) -> NoReturn:
    ending = "" if why.endswith("?") else "."
    raise CourseError(f"{network}: an input of shape {shape} is impossible; {why}{ending}")

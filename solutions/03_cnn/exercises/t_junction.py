"""What `t_junction` is checked on: strokes that meet in the middle of a patch."""

from itertools import combinations

import numpy as np

from course_utils.exercises import Case, Exercise, Metric, edit

_ARMS = ("up", "down", "left", "right")
_JUNCTION = {"up", "down", "left"}


def _patch(arms, width):
    patch, half = np.zeros((7, 7)), width // 2
    middle, before, after = slice(3 - half, 4 + half), slice(0, 4 + half), slice(3 - half, 7)
    places = {"up": (before, middle), "down": (after, middle)}
    places |= {"left": (middle, before), "right": (middle, after)}
    for arm in arms:
        patch[places[arm]] = 1.0
    return patch


def _t_junction_cases(rng):
    def case(name, patches, fires=False):
        """Each patch twice: with drawn ink, and with the ink that makes it hardest."""
        ink = rng.uniform(0.9, 1.0, size=(len(patches), 1, 1))
        both = np.concatenate([ink * patches, (0.9 if fires else 1.0) * patches])
        target = np.full(len(both), int(fires))
        return Case(name, both, metric=Metric("accuracy", target, at_least=1.0))

    def strokes(*shapes, widths=(1, 3)):
        return np.array([_patch(arms, width) for arms in shapes for width in widths])

    pairs = [set(pair) for pair in combinations(_ARMS, 2)]
    lines = [{"up", "down"}, {"left", "right"}]
    turned = [set(arms) for arms in combinations(_ARMS, 3) if set(arms) != _JUNCTION]
    half = np.zeros((2, 7, 7))
    half[0, :, :4] = half[1, :, :5] = 1.0
    thin, thick = (strokes(_JUNCTION, widths=(width,)) for width in (1, 3))
    yield case("the junction, strokes 1 pixel wide: 0.5 or more", thin, fires=True)
    yield case("the junction, strokes 3 pixels wide: 0.5 or more", thick, fires=True)
    yield case("an upright and a level line: below 0.5", strokes(*lines))
    yield case("ends of lines: below 0.5", strokes(*[{arm} for arm in _ARMS]))
    yield case("corners: below 0.5", strokes(*[pair for pair in pairs if pair not in lines]))
    yield case("junctions turned another way: below 0.5", strokes(*turned))
    yield case("the crossing of two lines: below 0.5", strokes(_ARMS))
    yield case("the left half full of ink: below 0.5", half)
    yield case("all of it full of ink: below 0.5", np.ones((2, 7, 7)))
    # Whatever the mask, so that this is compared as it is, and so is what becomes of the input.
    yield Case("blank paper: 0", np.zeros((int(rng.integers(2, 5)), 7, 7)))


t_junction = Exercise(
    points=2,
    cases=_t_junction_cases,
    hints=[
        "Ink that speaks for the junction gets a positive number, ink that speaks against it a "
        "negative one, and ink that says nothing 0. Draw the patch, and say it of each region.",
        "Give the three arms, without the middle, the same positive number, and the fourth arm a "
        "negative one. A line or a corner then gets two thirds of what the junction gets.",
        "Where the left half is full of ink, all three arms are too: the two corners on the left, "
        "which no stroke touches, must be negative. And a stroke of 3 pixels also covers the pixel "
        "right beside the middle.",
        "At last the size: multiply the whole mask by one number, so that 0.5 lies half way "
        "between two arms and three arms.",
    ],
    alternatives=[
        # Paper wherever no stroke of the junction comes.
        edit(
            "mask[:3, 3]",
            "mask[:] = -0.3\nmask[:, 2:5] = mask[2:5, :5] = 0\nmask[:3, 3]",
            "mask[:2, :2] = mask[5:, :2] = -1",
            "",
            "7.5",
            "7.6",
        ),
        # The far ends of the four arms alone, and the corners on the left.
        edit(
            "mask *= 0.5 / 7.5",
            "mask[:] = 0\nmask[0, 3] = mask[6, 3] = mask[3, 0] = 0.2\n"
            "mask[3, 6] = -0.2\nmask[0, 0] = mask[6, 0] = -0.1",
        ),
        edit("/ 7.5", "/ 7.5\nreturn np.tensordot(patches, mask, axes=2)"),
    ],
    mistakes={
        "The mask is still empty: its numbers are all 0.": edit("mask *= 0.5 / 7.5", "mask *= 0"),
        "The fourth arm, on the right, counts nothing in your mask, so the crossing of two lines "
        "looks like a junction. Give it a negative number.": edit("[3, 5:] = -1", "[3, 5:] = 0"),
        "All four arms count for the junction. The one on the right speaks against it.": edit(
            "[3, 5:] = -1", "[3, 5:] = 1"
        ),
        "The mask is the wrong way round: the bar comes from the left.": edit(
            "[3, :3] = 1", "[3, 5:] = 1", "[3, 5:] = -1", "[3, :3] = -1"
        ),
        "The mask lies on its side: the upright stroke goes through, the bar comes from the "
        "left.": edit("[4:, 3]", "[3, 5:]", "[3, 5:] = -1", "[4:, 3] = -1"),
        "Nothing speaks against ink between the arms, so a patch whose left half is full of ink "
        "fires too. Make the corners on the left negative.": edit("[5:, :2] = -1", "[5:, :2] = 0"),
        "The pixel right beside the middle counts against the junction, but an upright stroke of 3 "
        "pixels covers it: begin further to the right.": edit("[3, 5:]", "[3, 4:]"),
        "The signs are right, but all numbers are too large: lines and corners fire too. Multiply "
        "the mask by something below 1.": edit("0.5 / 7.5", "1"),
        "The signs are right, but all numbers are too small: nothing fires. Multiply the mask by "
        "something above 1.": edit("0.5 / 7.5", "0.01"),
        "The mask sees the upright line alone. The bar from the left must be there too.": edit(
            "= mask[3, :3] = 1", "= 1", "0.5 / 7.5", "0.1"
        ),
        "The mask sees the bar alone. The upright stroke must be there too.": edit(
            "mask[:3, 3] = mask[4:, 3] = ", "", "0.5 / 7.5", "0.2"
        ),
        "The signs are flipped: ink that is wanted gets a positive number.": edit(
            "mask *= 0.5", "mask *= -0.5"
        ),
        "The responses come back as maps (batch, 7, 7). Add up over the two axes of the "
        "patch.": edit("/ 7.5", "/ 7.5\nreturn patches * mask"),
        "Something is added to the response: on blank paper it must be 0. The sum of mask times "
        "patch is asked.": edit(
            "/ 7.5", "/ 7.5\nreturn np.sum(patches * mask, axis=(1, 2)) + 0.005"
        ),
        "All patches are added up together. One number for each patch is asked.": edit(
            "/ 7.5", "/ 7.5\nreturn np.sum(patches * mask)"
        ),
    },
)

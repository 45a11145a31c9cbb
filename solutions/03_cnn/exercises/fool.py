"""What exercise fool of lab 3 is checked on: gradients that pull each pixel towards a goal."""

import numpy as np

from course_utils.exercises import Case, Exercise, Fixture, edit


def _fool_cases(rng):
    def case(name, goal, radius, step, steps, shape=(3, 4), low=0.0, high=1.0, still=0):
        """low, high: of the pixels. still: how many of them are at the goal already."""
        image = rng.uniform(low, high, size=shape).round(2)
        image.ravel()[:still] = goal
        # No sum of steps of 0.05 meets this goal exactly: its sign is never a matter of rounding.
        return Case(name, image, Fixture("pull", goal=goal), radius, step, steps)

    yield case("no step: the image as it is", 0.4437, 0.3, 0.1, 0)
    yield case("one step, up and down", 0.4437, 0.5, 0.05, 1, low=0.1, high=0.9)
    yield case("nothing where the gradient is 0", 0.4437, 0.5, 0.05, 3, still=4)
    yield case("several steps within the radius", 2.0037, 0.9, 0.05, 3, low=0.1, high=0.3)
    yield case("as far as the radius", 2.0037, 0.12, 0.05, 4, low=0.2, high=0.6)
    yield case("as far as ink, 1", 2.0037, 0.5, 0.1, 6, low=0.7)
    yield case("as far as paper, 0", -1.0037, 0.5, 0.1, 6, high=0.3)
    yield case("the gradient as it is by then", 0.4437, 0.9, 0.3, 5)
    # Past the goal and back: where it is clipped after the first step decides where it ends.
    yield case("a step larger than the radius", 0.4437, 0.1, 0.25, 2, low=0.36, high=0.53)
    yield case("a batch of images", 0.6437, 0.2, 0.05, 6, shape=(2, 3, 3, 1))
    yield case("a row of pixels", 0.4437, 0.2, 0.05, 3, shape=(5,))


def _by_the_change(image, gradient, radius, step, steps):
    """Keeps what is added instead of the image."""
    added = np.zeros_like(image)
    for _ in range(steps):
        added = np.clip(added + step * np.sign(gradient(image + added)), -radius, radius)
        added = np.clip(image + added, 0, 1) - image
    return image + added


def _limits_first(image, gradient, radius, step, steps):
    low, high = np.maximum(image - radius, 0), np.minimum(image + radius, 1)
    x = np.array(image)
    while steps > 0:
        slope = gradient(x)
        x = np.minimum(np.maximum(x + step * (slope > 0) - step * (slope < 0), low), high)
        steps -= 1
    return x


_MOVE = "x = x + step * np.sign(gradient(x))"
_RADIUS, _INK = "x = np.clip(x, image - radius, image + radius)", "x = np.clip(x, 0, 1)"

fool = Exercise(
    points=2,
    cases=_fool_cases,
    hints=[
        "Keep two arrays: the original, from which the radius is measured, and x, which moves. "
        "Three things happen in each step.",
        "np.sign gives -1, 0 or 1. Ask for the gradient at x anew in each step.",
        "np.clip(x, image - radius, image + radius) keeps x near the original; its limits may be "
        "arrays. A second np.clip keeps it between 0 and 1.",
    ],
    alternatives=[_by_the_change, _limits_first],
    mistakes={
        "You go down. The score shall grow: add the step.": edit("x + step", "x - step"),
        "The gradient itself is added. Its sign is asked: each pixel moves by a whole step.": edit(
            "np.sign(gradient(x))", "gradient(x)"
        ),
        "The gradient is always taken at the original image. Take it at x as it is by then.": edit(
            "gradient(x)", "gradient(image)"
        ),
        "Nothing keeps x within the radius of the original image. Measure it from image, not from "
        "the last step.": edit(_RADIUS, ""),
        "Nothing keeps the pixels between 0 and 1.": edit(_INK, ""),
        "Nothing keeps x within the radius, nor between 0 and 1.": edit(_RADIUS, "", _INK, ""),
        "You clip once at the end. Clip after each step: the next gradient depends on it.": edit(
            _RADIUS, "", _INK, "", "return x", f"{_RADIUS}\n{_INK}\nreturn x"
        ),
        "x is clipped to -radius to radius. That is for what is added; x lies around image.": edit(
            "image - radius, image + radius", "-radius, radius"
        ),
        "The original image is changed: begin with a copy of it.": edit(
            "x = image.copy()",
            "start = image.copy()\nx = image",
            _MOVE,
            "x += step * np.sign(gradient(x))",
            _RADIUS,
            "np.clip(x, start - radius, start + radius, out=x)",
            _INK,
            "np.clip(x, 0, 1, out=x)",
        ),
        "One step is missing.": edit("range(steps)", "range(steps - 1)"),
        "One step too many is taken.": edit("range(steps)", "range(steps + 1)"),
        "The step is divided by the number of steps. Each step is a whole one.": edit(
            "x + step *", "x + step / steps *"
        ),
        "Only what is added came back. The changed image is asked.": edit(
            "return x", "return x - image"
        ),
        "Where the gradient is 0 nothing moves; you go down there.": edit(
            "np.sign(gradient(x))", "np.where(gradient(x) > 0, 1, -1)"
        ),
        "The radius is ignored: each pixel moves by it. Each step adds `step`.": edit(
            "x + step *", "x + radius *"
        ),
    },
)

"""What `max_pool_backward` is checked on."""

import numpy as np

from course_utils.exercises import Case, Exercise

from ._max_pools import (
    always_of,
    at_result_places,
    by_add_at,
    by_channels,
    by_plain_loops,
    every_winner_set,
    first_by_columns,
    first_channel,
    first_example,
    last_winner,
    of_whole_image,
    one_hot,
    step,
    winner_of_all_channels,
    without_corner,
)
from ._windows import EXAMPLE


def _max_pool_backward_cases(rng):
    def case(name, X, size=2, stride=2):
        shape = (len(X), *((n - size) // stride + 1 for n in X.shape[1:3]), X.shape[3])
        return Case(name, X, rng.normal(size=shape).round(1), size, stride)

    def number(low, high):
        return int(rng.integers(low, high + 1))

    def after_relu(*shape):
        return np.maximum(0.0, rng.integers(-3, 3, size=shape).astype(float))

    images = rng.normal
    example = EXAMPLE[None, :, :, None] + images()
    yield Case("the example of the lectures", example, images(size=(1, 2, 2, 1)).round(1))
    yield case("one window, all the same", np.full((1, 2, 2, 1), images()))
    tied = np.array([[0.0, 5, 1, 2], [5, 0, 3, 3], [4, 1, 7, 7], [0, 4, 7, 7]])
    yield case("several largest: the first, row by row", tied[None, :, :, None] + images())
    yield case("all numbers negative", -1 - np.abs(images(size=(1, 4, 4, 1))))
    yield case("a batch", images(size=(number(2, 3), 4, number(4, 6), 1)))
    yield case("channels", images(size=(1, number(4, 6), 4, 3)))
    yield case("after ReLU: many zeros", after_relu(2, 6, number(4, 6), 2))
    yield case("a row and a column left over", images(size=(2, 5, 7, 2)))
    yield case("windows that overlap: shares add up", images(size=(1, 5, 7, 1)), 3, 2)
    yield case("batch, channels, stride 1", images(size=(2, 4, number(4, 5), 2)), 3, 1)
    yield case("windows apart", images(size=(1, number(7, 8), 8, 2)), 2, 3)


max_pool_backward = Exercise(
    points=2,
    cases=_max_pool_backward_cases,
    hints=[
        "Begin with zeros in the shape of X. Each number of delta is added to exactly one pixel.",
        "For example n, place (i, j) and channel c, the window is X[n, i * stride : i * stride + "
        "size, j * stride : j * stride + size, c]. Where in it is the largest number?",
        "window.argmax() counts the window's numbers row by row; np.unravel_index(that, "
        "window.shape), or divmod(that, size), makes a row and a column of it.",
        "Add delta[n, i, j, c] to dX[n, i * stride + row, j * stride + column, c], with +=.",
    ],
    alternatives=[by_add_at, by_plain_loops, by_channels],
    mistakes={
        "Every pixel of the window gets delta. Only the largest does.": step(
            lambda window, delta: np.full(window.shape, delta)
        ),
        "delta is shared out evenly over the window: that is average pooling. The largest number "
        "gets all of it.": step(lambda window, delta: np.full(window.shape, delta / window.size)),
        "Where several are largest, all of them get delta. Only the first does, row by row.": step(
            lambda window, delta: np.where(window == window.max(), delta, 0.0)
        ),
        "Where several are largest, they share delta. The first of them gets all, row by "
        "row.": step(
            lambda window, delta: (
                np.where(window == window.max(), delta, 0.0) / np.sum(window == window.max())
            )
        ),
        "Where several are largest, you give delta to the last. The first gets it, row by row.": (
            step(lambda window, delta: one_hot(window, last_winner) * delta)
        ),
        "Where several are largest, you read the window column by column. Read it row by "
        "row.": step(lambda window, delta: one_hot(window, first_by_columns) * delta),
        "The winner's row and column are swapped.": step(
            lambda window, delta: one_hot(window).T * delta
        ),
        "The smallest number gets delta. The largest should.": step(
            lambda window, delta: one_hot(-window) * delta
        ),
        "The number with the largest absolute value gets delta. The largest number should.": step(
            lambda window, delta: one_hot(np.abs(window)) * delta
        ),
        "A window without positive numbers sends nothing back. Its largest number still gets "
        "delta.": step(lambda window, delta: one_hot(window) * delta * (window.max() > 0)),
        "Where windows overlap, a later one overwrites an earlier one. Shares add up: +=, not "
        "=.": step(add=False),
        "The winner gets a 1. It gets delta, times the slope 1.": step(
            lambda window, delta: one_hot(window)
        ),
        "The winner gets its own number. It gets delta.": step(
            lambda window, delta: one_hot(window) * window
        ),
        "The winner gets delta times its own number. The slope of the maximum is 1.": step(
            lambda window, delta: one_hot(window) * window * delta
        ),
        "The sign is flipped: the slope of the maximum is 1.": step(
            lambda window, delta: -one_hot(window) * delta
        ),
        "All of delta goes to the upper left pixel of each window. It goes to the largest.": step(
            lambda window, delta: one_hot(window, lambda w: (0, 0)) * delta
        ),
        "All channels follow the one that has the largest number. Each channel has its own "
        "winner.": winner_of_all_channels,
        "The winner's place is counted within its window. Add i * stride and j * "
        "stride.": without_corner,
        "The stride is missing when you write: the window begins at row i * stride, not "
        "i.": at_result_places,
        "The windows are taken to move by their size. They move by the stride.": always_of(
            stride=lambda size, stride: size
        ),
        "The windows are taken to move by one pixel. They move by the stride.": always_of(
            stride=lambda size, stride: 1
        ),
        "The windows are taken to be as large as the stride. Their size is size.": always_of(
            size=lambda size, stride: stride
        ),
        "Only the first example gets its gradient.": first_example,
        "The gradient has delta's shape. It has the shape of X.": (
            lambda X, delta, size=2, stride=2: delta + 0.0
        ),
        "Every pixel gets delta times its own number. Only the largest gets delta.": step(
            lambda window, delta: window * delta
        ),
        "All channels follow the first one. Each channel has its own winner.": first_channel,
        "The windows are always 2 by 2, with stride 2. Use size and stride.": always_of(
            size=lambda size, stride: 2, stride=lambda size, stride: 2
        ),
        "The largest number of the whole image gets everything. Each window has its own "
        "winner.": of_whole_image,
        "The winners are set, not added up, and all that are largest win. Add delta to the first "
        "of them, with +=.": every_winner_set,
        "Only the first number of delta is sent back: is the return inside the loop?": (
            lambda X, delta, size=2, stride=2: by_add_at(
                X, delta * (np.arange(delta.size).reshape(delta.shape) == 0), size, stride
            )
        ),
        "delta is divided by the number of pixels. The largest gets all of it.": step(
            lambda window, delta: one_hot(window) * delta / window.size
        ),
        "Rows and columns of the result are swapped.": lambda X, delta, size=2, stride=2: by_add_at(
            X, delta, size, stride
        ).transpose(0, 2, 1, 3),
    },
)

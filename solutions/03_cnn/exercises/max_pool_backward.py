"""What `max_pool_backward` is checked on."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from course_utils.exercises import Case, Exercise, edit

from .pool import EXAMPLE


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


def _by_add_at(X, delta, size=2, stride=2):
    windows = sliding_window_view(X, (size, size), axis=(1, 2))[:, ::stride, ::stride]
    winners = windows.reshape(*delta.shape, -1).argmax(axis=-1)
    row, column = np.divmod(winners, size)
    n, i, j, c = np.indices(delta.shape)
    dX = np.zeros_like(X)
    np.add.at(dX, (n, i * stride + row, j * stride + column, c), delta)
    return dX


def _by_plain_loops(X, delta, size=2, stride=2):
    dX = X * 0.0
    for (n, i, j, c), share in np.ndenumerate(delta):
        best, at = -np.inf, None
        for u, v in np.ndindex(size, size):
            place = (n, i * stride + u, j * stride + v, c)
            if X[place] > best:
                best, at = X[place], place
        dX[at] += share
    return dX


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
    alternatives=[
        _by_add_at,
        _by_plain_loops,
        edit(
            "np.unravel_index(window.argmax(), window.shape)",
            "np.argwhere(window == window.max())[0]",
        ),
    ],
    mistakes={
        "Every pixel of the window gets delta. Only the largest does.": edit(
            "top + row, left + column", "top : top + size, left : left + size"
        ),
        "delta is shared out evenly over the window: that is average pooling. The largest number "
        "gets all of it.": edit(
            "top + row, left + column",
            "top : top + size, left : left + size",
            "delta[n, i, j, c]",
            "delta[n, i, j, c] / size**2",
        ),
        "Where several are largest, all of them get delta. Only the first does, row by row.": edit(
            "np.unravel_index(window.argmax(), window.shape)", "np.nonzero(window == window.max())"
        ),
        "Where several are largest, they share delta. The first of them gets all, row by "
        "row.": edit(
            "np.unravel_index(window.argmax(), window.shape)",
            "np.nonzero(window == window.max())",
            "delta[n, i, j, c]",
            "delta[n, i, j, c] / len(row)",
        ),
        "Where several are largest, you give delta to the last. The first gets it, row by row.": (
            edit(
                "np.unravel_index(window.argmax(), window.shape)",
                "np.argwhere(window == window.max())[-1]",
            )
        ),
        "Where several are largest, you read the window column by column. Read it row by "
        "row.": edit(
            "row, column = np.unravel_index(window", "column, row = np.unravel_index(window.T"
        ),
        "The winner's row and column are swapped.": edit("row, column", "column, row"),
        "The smallest number gets delta. The largest should.": edit("argmax", "argmin"),
        "The number with the largest absolute value gets delta. The largest number should.": edit(
            "window.argmax", "np.abs(window).argmax"
        ),
        "A window without positive numbers sends nothing back. Its largest number still gets "
        "delta.": edit("+=", "+= (window.max() > 0) *"),
        "Where windows overlap, a later one overwrites an earlier one. Shares add up: +=, not "
        "=.": edit("+=", "="),
        "The winner gets a 1. It gets delta, times the slope 1.": edit("delta[n, i, j, c]", "1"),
        "The winner gets its own number. It gets delta.": edit("delta[n, i, j, c]", "window.max()"),
        "The winner gets delta times its own number. The slope of the maximum is 1.": edit(
            "+=", "+= window.max() *"
        ),
        "The sign is flipped: the slope of the maximum is 1.": edit("+=", "-="),
        "All of delta goes to the upper left pixel of each window. It goes to the largest.": edit(
            "top + row, left + column", "top, left"
        ),
        "All channels follow the one that has the largest number. Each channel has its own "
        "winner.": edit("left + size, c]", "left + size]", "row, column =", "row, column, _ ="),
        "The winner's place is counted within its window. Add i * stride and j * stride.": edit(
            "top + row, left + column", "row, column"
        ),
        "The stride is missing when you write: the window begins at row i * stride, not i.": edit(
            "top + row, left + column", "i + row, j + column"
        ),
        "The windows are taken to move by their size. They move by the stride.": edit(
            "i * stride, j * stride", "i * size, j * size"
        ),
        "The windows are taken to move by one pixel. They move by the stride.": edit(
            "i * stride, j * stride", "i, j"
        ),
        "The windows are taken to be as large as the stride. Their size is size.": edit(
            "dX =", "size = stride\ndX ="
        ),
        "Only the first example gets its gradient.": edit(
            "np.ndindex(delta.shape)", "np.ndindex(1, *delta.shape[1:])"
        ),
        "The gradient has delta's shape. It has the shape of X.": edit(
            "return dX", "return delta.copy()"
        ),
        "Every pixel gets delta times its own number. Only the largest gets delta.": edit(
            "top + row, left + column", "top : top + size, left : left + size", "+=", "+= window *"
        ),
        "All channels follow the first one. Each channel has its own winner.": edit(
            "left + size, c]", "left + size, 0]"
        ),
        "The windows are always 2 by 2, with stride 2. Use size and stride.": edit(
            "dX =", "size, stride = 2, 2\ndX ="
        ),
        "The largest number of the whole image gets everything. Each window has its own "
        "winner.": edit(
            "top : top + size, left : left + size",
            ":, :",
            "top + row, left + column",
            "row, column",
        ),
        "The winners are set, not added up, and all that are largest win. Add delta to the first "
        "of them, with +=.": edit(
            "top + row, left + column, c] +=",
            "top : top + size, left : left + size, c] = (window == window.max()) *",
        ),
        "Only the first number of delta is sent back: is the return inside the loop?": edit(
            "\nreturn dX", "\n    return dX"
        ),
        "delta is divided by the number of pixels. The largest gets all of it.": edit(
            "+=", "+= 1 / size**2 *"
        ),
        "Rows and columns of the result are swapped.": edit(
            "return dX", "return dX.transpose(0, 2, 1, 3)"
        ),
    },
)

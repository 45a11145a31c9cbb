"""What `im2col` is checked on."""

import numpy as np

from course_utils.exercises import Case, Exercise, edit


def _im2col_cases(rng):
    def case(name, shape, height, width, **options):
        return Case(name, rng.normal(size=shape).round(1), height, width, **options)

    def size(low, high):
        return int(rng.integers(low, high + 1))

    yield case("one channel", (1, size(3, 4), 4, 1), 2, 2)
    yield case("one channel, wide windows", (1, size(4, 5), 5, 1), 2, 3)
    yield case("a batch of one channel", (size(2, 3), 4, size(4, 5), 1), 3, 3)
    yield case("three channels", (1, size(3, 4), 3, 3), 2, 2)
    yield case("windows of 1 by 1", (2, 2, size(2, 4), 3), 1, 1)
    yield case("all axes 3", (3, 3, 3, 3), 3, 3)
    yield case("stride 2", (1, 5, size(6, 7), 1), 2, 2, stride=2)
    yield case("stride 2 with channels", (2, size(6, 7), 5, 2), 3, 3, stride=2)
    yield case("stride 3, high windows", (2, size(6, 8), 7, 2), 3, 1, stride=3)


def _by_loops(X, height, width, stride=1):
    rows = (X.shape[1] - height) // stride + 1
    columns = (X.shape[2] - width) // stride + 1
    result = np.zeros((len(X), rows, columns, height * width * X.shape[3]))
    for n, i, j in np.ndindex(result.shape[:3]):
        window = X[n, i * stride : i * stride + height, j * stride : j * stride + width]
        result[n, i, j] = window.ravel()
    return result


def _by_pixels(X, height, width, stride=1):
    """One column of the result for each pixel of the window."""
    rows, columns = X.shape[1] - height + 1, X.shape[2] - width + 1
    parts = [
        X[:, u : u + rows : stride, v : v + columns : stride]
        for u in range(height)
        for v in range(width)
    ]
    return np.concatenate(parts, axis=-1)


im2col = Exercise(
    points=2,
    cases=_im2col_cases,
    hints=[
        "Print the shape of sliding_window_view(X, (height, width), axis=(1, 2)). Which axis is "
        "which?",
        "A stride takes every stride-th row and column of places: slice the windows with [:, "
        "::stride, ::stride].",
        "The windows have axes (batch, rows, columns, channels, height, width). The channels must "
        "come last before you write out a window in a line: use transpose.",
        "reshape(batch, rows, columns, -1) writes the last three axes in one line.",
    ],
    alternatives=[_by_loops, _by_pixels],
    mistakes={
        "The channels stand before the rows of the window: sliding_window_view puts the axes of "
        "the windows at the end. Transpose before you reshape.": edit(
            "windows = windows.transpose(0, 1, 2, 4, 5, 3)", ""
        ),
        "The window is written out column by column. Row by row is asked.": edit(
            "4, 5, 3", "5, 4, 3"
        ),
        "The window is written out column by column, and each column channel by channel. Row by "
        "row is asked, for each pixel all channels.": edit("4, 5, 3", "5, 3, 4"),
        "The channels stand between row and column of the window. They change fastest: put them "
        "last.": edit("4, 5, 3", "4, 3, 5"),
        "The channels stand first, and columns before rows. The order is row, column, "
        "channel.": edit("4, 5, 3", "3, 5, 4"),
        "height and width are swapped.": edit("(height, width)", "(width, height)"),
        "The windows are flipped. They stay as they are.": edit(", -1)", ", -1)[..., ::-1]"),
        "The stride is not used.": edit("[:, ::stride, ::stride]", ""),
        "The stride is used downwards only.": edit("[:, ::stride, ::stride]", "[:, ::stride]"),
        "The stride is used to the right only.": edit(
            "[:, ::stride, ::stride]", "[:, :, ::stride]"
        ),
        "The stride thins out the inside of the windows. It thins out their places: slice the axes "
        "1 and 2.": edit("[:, ::stride", "[..., ::stride"),
        "The windows do not overlap: you move by their size. Move by the stride.": edit(
            "::stride, ::stride", "::height, ::width"
        ),
        "The stride also skips examples: leave the first axis alone.": edit(
            "[:, ::stride", "[::stride, ::stride"
        ),
        "The windows still have axes of their own. Write each out in one line, with reshape.": edit(
            ".reshape(*windows.shape[:3], -1)", ""
        ),
        "The places of an image are joined into one axis. The shape is (batch, rows, columns, "
        "numbers of a window).": edit(
            "*windows.shape[:3], -1", "len(X), -1, height * width * X.shape[3]"
        ),
        "All windows of all images stand in one long matrix. The shape is (batch, rows, columns, "
        "numbers of a window).": edit("*windows.shape[:3], -1", "-1, height * width * X.shape[3]"),
        "The windows stand in columns. Each is asked as a line: the last axis.": edit(
            ", -1)", ", -1).transpose(0, 3, 1, 2)"
        ),
        "Rows and columns of the places are swapped.": edit("(0, 1, 2, 4", "(0, 2, 1, 4"),
        "The last row and column of places are missing.": edit(", -1)", ", -1)[:, :-1, :-1]"),
        "Only the first channel is there. A line holds all channels of its window.": edit(
            "(X,", "(X[..., :1],"
        ),
        "Only the first image is there. The first axis is the batch.": edit("(X,", "(X[:1],"),
        "Only the first image came back, without the axis of the batch.": edit(", -1)", ", -1)[0]"),
        "The images are padded. X is padded already.": edit(
            "(X,", "(np.pad(X, ((0, 0), (1, 1), (1, 1), (0, 0))),"
        ),
        "The windows still have axes of their own, and the channels stand before them. Transpose, "
        "then write each window out in one line.": edit("windows = sliding", "return sliding"),
        "The image is thinned out before the windows are cut. Cut them first, then take every "
        "stride-th.": edit("[:, ::stride, ::stride]", "", "(X,", "(X[:, ::stride, ::stride],"),
        "[::stride, ::stride] begins at the axis of the batch. Write [:, ::stride, ::stride].": (
            edit("[:, ::stride", "[::stride")
        ),
        "sliding_window_view must be told which axes the windows slide along: axis=(1, 2).": edit(
            ", axis=(1, 2)", ""
        ),
        "The images are padded such that the size stays. X is padded already.": edit(
            "(X,", "(np.pad(X, ((0, 0), (height // 2,) * 2, (width // 2,) * 2, (0, 0))),"
        ),
        "Only the first window of each image is there.": edit(", -1)", ", -1)[:, :1, :1]"),
        "The rows and columns that you reshape to are counted without the stride. Take them from "
        "the shape of the windows.": edit(
            "*windows.shape[:3], -1", "len(X), X.shape[1] - height + 1, X.shape[2] - width + 1, -1"
        ),
    },
)

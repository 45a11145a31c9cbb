"""What `im2col` is checked on."""

import numpy as np
from numpy.lib.stride_tricks import as_strided, sliding_window_view

from course_utils.exercises import Case, Exercise


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


def _windows(X, height, width, stride=1):
    """(batch, rows, columns, height, width, channels)"""
    found = sliding_window_view(X, (height, width), axis=(1, 2))[:, ::stride, ::stride]
    return found.transpose(0, 1, 2, 4, 5, 3)


def _lines(windows):
    return windows.reshape(*windows.shape[:3], -1)


def _ordered(*axes):
    """Lines whose numbers run over the axes of a window, (height, width, channels), in an order."""
    order = (0, 1, 2, *(3 + axis for axis in axes))
    return lambda X, height, width, stride=1: _lines(
        _windows(X, height, width, stride).transpose(order)
    )


def _by_loops(X, height, width, stride=1):
    rows = (X.shape[1] - height) // stride + 1
    columns = (X.shape[2] - width) // stride + 1
    result = np.zeros((len(X), rows, columns, height * width * X.shape[3]))
    for n, i, j in np.ndindex(result.shape[:3]):
        window = X[n, i * stride : i * stride + height, j * stride : j * stride + width]
        result[n, i, j] = window.ravel()
    return result


def _by_strides(X, height, width, stride=1):
    X = np.ascontiguousarray(X)
    batch, rows, columns, channels = X.shape
    n, h, w, c = X.strides
    shape = (batch, (rows - height) // stride + 1, (columns - width) // stride + 1)
    view = as_strided(
        X, (*shape, height, width, channels), (n, h * stride, w * stride, h, w, c), writeable=False
    )
    return view.reshape(*shape, -1)


def _by_pixels(X, height, width, stride=1):
    """One column of the result for each pixel of the window."""
    rows, columns = X.shape[1] - height + 1, X.shape[2] - width + 1
    parts = [
        X[:, u : u + rows : stride, v : v + columns : stride]
        for u in range(height)
        for v in range(width)
    ]
    return np.concatenate(parts, axis=-1)


def _changed(change):
    """The right lines, changed."""
    return lambda X, height, width, stride=1: change(_ordered(0, 1, 2)(X, height, width, stride))


def _stride_on(rows, columns):
    return lambda X, height, width, stride=1: _lines(
        _windows(X, height, width)[:, :: stride if rows else 1, :: stride if columns else 1]
    )


def _reshaped_blindly(X, height, width, stride=1):
    """Reshapes windows (batch, rows, columns, channels, height, width) as they are."""
    found = sliding_window_view(X, (height, width), axis=(1, 2))[:, ::stride, ::stride]
    return found.reshape(*found.shape[:3], -1)


def _window_axes_named_wrong(X, height, width, stride=1):
    """Slides along height and width, and steps along the axes of the windows."""
    found = sliding_window_view(X, (height, width), axis=(1, 2))[..., ::stride, ::stride]
    found = found.transpose(0, 1, 2, 4, 5, 3)
    return found.reshape(*found.shape[:3], -1)


def _stride_of_window(X, height, width, stride=1):
    return _lines(_windows(X, height, width)[:, ::height, ::width])


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
    alternatives=[_by_loops, _by_strides, _by_pixels],
    mistakes={
        "The channels stand before the rows of the window: sliding_window_view puts the axes of "
        "the windows at the end. Transpose before you reshape.": _reshaped_blindly,
        "The window is written out column by column. Row by row is asked.": _ordered(1, 0, 2),
        "The window is written out column by column, all channels last. Row by row is asked, for "
        "each pixel all channels.": _ordered(2, 1, 0),
        "The channels stand between row and column of the window. They change fastest: put them "
        "last.": _ordered(0, 2, 1),
        "The channels stand first, and columns before rows. The order is row, column, "
        "channel.": _ordered(1, 2, 0),
        "height and width are swapped.": lambda X, height, width, stride=1: _ordered(0, 1, 2)(
            X, width, height, stride
        ),
        "The windows are flipped. They stay as they are.": _changed(lambda lines: lines[..., ::-1]),
        "The stride is not used.": _stride_on(False, False),
        "The stride is used downwards only.": _stride_on(True, False),
        "The stride is used to the right only.": _stride_on(False, True),
        "The stride thins out the inside of the windows. It thins out their places: slice the axes "
        "1 and 2.": _window_axes_named_wrong,
        "The windows do not overlap: you move by their size. Move by the stride.": (
            _stride_of_window
        ),
        "The stride also skips examples: leave the first axis alone.": (
            lambda X, height, width, stride=1: _lines(_windows(X, height, width, stride)[::stride])
        ),
        "The windows still have axes of their own. Write each out in one line, with "
        "reshape.": _windows,
        "The places of an image are joined into one axis. The shape is (batch, rows, columns, "
        "numbers of a window).": _changed(
            lambda lines: lines.reshape(len(lines), -1, lines.shape[-1])
        ),
        "All windows of all images stand in one long matrix. The shape is (batch, rows, columns, "
        "numbers of a window).": _changed(lambda lines: lines.reshape(-1, lines.shape[-1])),
        "The windows stand in columns. Each is asked as a line: the last axis.": _changed(
            lambda lines: np.moveaxis(lines, -1, 1)
        ),
        "Rows and columns of the places are swapped.": _changed(
            lambda lines: lines.transpose(0, 2, 1, 3)
        ),
        "The last row and column of places are missing.": _changed(
            lambda lines: lines[:, :-1, :-1]
        ),
        "Only the first channel is there. A line holds all channels of its window.": (
            lambda X, height, width, stride=1: _ordered(0, 1, 2)(X[..., :1], height, width, stride)
        ),
        "Only the first image is there. The first axis is the batch.": _changed(
            lambda lines: lines[:1]
        ),
        "Only the first image came back, without the axis of the batch.": _changed(
            lambda lines: lines[0]
        ),
        "The images are padded. X is padded already.": lambda X, height, width, stride=1: _ordered(
            0, 1, 2
        )(np.pad(X, ((0, 0), (1, 1), (1, 1), (0, 0))), height, width, stride),
        "The windows still have axes of their own, and the channels stand before them. Transpose, "
        "then write each window out in one line.": (
            lambda X, height, width, stride=1: _windows(X, height, width, stride).transpose(
                0, 1, 2, 5, 3, 4
            )
        ),
        "The image is thinned out before the windows are cut. Cut them first, then take every "
        "stride-th.": lambda X, height, width, stride=1: _ordered(0, 1, 2)(
            X[:, ::stride, ::stride], height, width
        ),
        "[::stride, ::stride] begins at the axis of the batch. Write [:, ::stride, ::stride].": (
            lambda X, height, width, stride=1: _lines(
                _windows(X, height, width)[::stride, ::stride]
            )
        ),
        "sliding_window_view must be told which axes the windows slide along: axis=(1, 2).": (
            lambda X, height, width, stride=1: sliding_window_view(X, (height, width))
        ),
        "The images are padded such that the size stays. X is padded already.": (
            lambda X, height, width, stride=1: _ordered(0, 1, 2)(
                np.pad(X, ((0, 0), (height // 2,) * 2, (width // 2,) * 2, (0, 0))),
                height,
                width,
                stride,
            )
        ),
        "Only the first window of each image is there.": _changed(lambda lines: lines[:, :1, :1]),
        "The rows and columns that you reshape to are counted without the stride. Take them from "
        "the shape of the windows.": lambda X, height, width, stride=1: _windows(
            X, height, width, stride
        ).reshape(len(X), X.shape[1] - height + 1, X.shape[2] - width + 1, -1),
    },
)

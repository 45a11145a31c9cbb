"""What `pool` is checked on."""

import numpy as np

from course_utils.exercises import Case, Exercise, edit

#: The worked example of the lectures: max 20 30 / 112 37, average 13 8 / 79 19.5.
EXAMPLE = np.array([[12.0, 20, 30, 0], [8, 12, 2, 0], [34, 70, 37, 4], [112, 100, 25, 12]])

_KINDS = {"max": np.max, "average": np.mean, "l2": np.linalg.norm}


def _pool_cases(rng):
    def images(*shape):
        return rng.normal(size=shape).round(1)

    def size(low, high):
        return int(rng.integers(low, high + 1))

    example = EXAMPLE[None, :, :, None]
    for mode in ("max", "average", "l2"):
        yield Case(f"{mode}, the example of the lectures", example, mode)
    yield Case("max, all numbers negative", -1 - np.abs(images(1, 4, 4, 1)), "max")
    for mode in ("max", "average", "l2"):
        yield Case(f"{mode}, batch and channels", images(2, 4, size(6, 8), 3), mode)
    for mode in ("max", "average", "l2"):
        shape = (2, size(6, 7), size(7, 9), 2)
        yield Case(f"{mode}, windows of 3 that overlap", images(*shape), mode, size=3, stride=2)
    yield Case("max, a row and a column left over", images(2, 5, size(7, 8), 2), "max")
    yield Case("average, windows apart", images(1, 8, 7, 2), "average", size=2, stride=3)
    yield Case("l2, windows of 1", images(1, 2, 3, 2), "l2", size=1, stride=1)


def _by_loops(X, mode, size=2, stride=2, missing=0):
    """missing: how many pixels a window may stick out by; it is pooled without them."""
    rows, columns = ((n + missing - size) // stride + 1 for n in X.shape[1:3])
    Y = np.zeros((len(X), rows, columns, X.shape[3]))
    for n, i, j, c in np.ndindex(*Y.shape):
        top, left = i * stride, j * stride
        Y[n, i, j, c] = _KINDS[mode](X[n, top : top + size, left : left + size, c])
    return Y


def _by_shifts(X, mode, size=2, stride=2):
    rows, columns = (n - size + 1 for n in X.shape[1:3])
    shifted = np.stack(
        [X[:, u : u + rows : stride, v : v + columns : stride] for u, v in np.ndindex(size, size)]
    )
    return np.linalg.norm(shifted, axis=0) if mode == "l2" else _KINDS[mode](shifted, axis=0)


def _partial_windows(X, mode, size=2, stride=2):
    return _by_loops(X, mode, size, stride, missing=stride - 1)


pool = Exercise(
    points=2,
    cases=_pool_cases,
    hints=[
        "The windows lie as those of a convolution without padding; only what is done with each "
        "of them differs, and channels are never mixed.",
        "sliding_window_view(X, (size, size), axis=(1, 2))[:, ::stride, ::stride] has shape "
        "(batch, rows, columns, channels, size, size).",
        "Take max, mean, or the root of the sum of squares over the last two axes, axis=(4, 5).",
    ],
    alternatives=[
        _by_loops,
        _by_shifts,
        edit(
            "windows.max(axis=inside)", "np.sort(windows.reshape(*windows.shape[:4], -1))[..., -1]"
        ),
    ],
    mistakes={
        'In mode "average" you add up. Divide by the number of pixels in the window.': edit(
            "windows.mean", "windows.sum"
        ),
        'In mode "average" you divide by size. A window has size times size pixels.': edit(
            "windows.mean(axis=inside)", "windows.sum(axis=inside) / size"
        ),
        'In mode "average" you round. The mean is asked as it is, 19.5.': edit(
            "mean(axis=inside)", "mean(axis=inside).round()"
        ),
        "This is the median of the window. The mean is asked.": edit(
            "windows.mean(", "np.median(windows, "
        ),
        'In mode "l2" the square root is missing.': edit("np.sqrt(", "("),
        'In mode "l2" you take the mean of the squares. Their sum is asked.': edit(
            "np.sum", "np.mean"
        ),
        'In mode "l2" you add up first and square then. Square each number first.': edit(
            "np.sum(windows**2, axis=inside)", "np.sum(windows, axis=inside) ** 2"
        ),
        'In mode "l2" you add up absolute values. That is the L1 norm; the root of the sum of '
        "squares is asked.": edit(
            "np.sqrt(np.sum(windows**2, axis=inside))", "np.abs(windows).sum(axis=inside)"
        ),
        'In mode "l2" the whole batch gets one number: take the norm of each window.': edit(
            "np.sqrt(np.sum(windows**2, axis=inside))", "np.linalg.norm(windows)"
        ),
        'In mode "max" the largest absolute value is taken. The largest number is asked.': edit(
            "windows.max", "np.abs(windows).max"
        ),
        'In mode "max" a window of negative numbers gives 0: does your maximum begin at 0? Begin '
        "with the window itself.": edit("max(axis=inside", "max(axis=inside, initial=0.0"),
        'In mode "max" you take the smallest number.': edit("windows.max", "windows.min"),
        'In mode "max" you return where the maximum lies, the argmax. Its value is asked.': edit(
            "windows.max(axis=inside)", "windows.reshape(*windows.shape[:4], -1).argmax(axis=-1)"
        ),
        "All modes give the maximum: look at mode.": edit("windows =", 'mode = "max"\nwindows ='),
        "All modes give the mean: look at mode.": edit("windows =", 'mode = "average"\nwindows ='),
        "All modes give the L2 norm: look at mode.": edit("windows =", 'mode = "l2"\nwindows ='),
        'Only "max" and "average" are there: "l2" gives nothing.': edit(
            "return np.sqrt(np.sum(windows**2, axis=inside))", "return None"
        ),
        "The largest number of all channels is taken. Each channel is pooled by itself.": edit(
            "inside =", "windows = windows.reshape(*windows.shape[:3], 1, -1, size)\ninside ="
        ),
        "The stride is not used: the windows move by one pixel.": edit(
            "windows =", "stride = 1\nwindows ="
        ),
        "The windows move by their size. They move by the stride, and may overlap.": edit(
            "::stride, ::stride", "::size, ::size"
        ),
        "Your windows are as large as the stride. Their size is size.": edit(
            "windows =", "size = stride\nwindows ="
        ),
        "The windows are always 2 by 2, with stride 2. Use size and stride.": edit(
            "windows =", "size, stride = 2, 2\nwindows ="
        ),
        "size and stride are swapped.": edit("windows =", "size, stride = stride, size\nwindows ="),
        "Windows that stick out of the image are kept. Leave them away.": _partial_windows,
        "The last row and column are missing: the count is (n - size) // stride, plus 1.": edit(
            "inside =", "windows = windows[:, :-1, :-1]\ninside ="
        ),
        "One number for each whole image comes back. One for each window is asked.": edit(
            "sliding_window_view(X, (size, size), axis=(1, 2))[:, ::stride, ::stride]",
            "X",
            "(4, 5)",
            "(1, 2)",
        ),
        "The stride is used downwards only.": edit("[:, ::stride, ::stride]", "[:, ::stride]"),
        "The stride is used to the right only.": edit(
            "[:, ::stride, ::stride]", "[:, :, ::stride]"
        ),
        "Rows and columns of the result are swapped.": edit(
            "inside =", "windows = windows.swapaxes(1, 2)\ninside ="
        ),
        "Only the first image is treated.": edit("(X,", "(X[:1],"),
        "Only the first channel is treated.": edit("(X,", "(X[..., :1],"),
        "You work over the axes 3 and 4. The windows are the last two axes, 4 and 5.": edit(
            "(4, 5)", "(3, 4)"
        ),
        "You work over the last axis only, the columns of a window. Take the last two.": edit(
            "(4, 5)", "-1"
        ),
        "This is the upper left pixel of each window. All of the window counts.": edit(
            "windows =", "return", "::stride]", "::stride, :, 0, 0]"
        ),
        "np.linalg.norm with ord=2 gives the largest singular value of a matrix. Leave ord out, or "
        "take the root of the sum of squares.": edit(
            "np.sqrt(np.sum(windows**2, axis=inside))",
            "np.linalg.norm(windows, ord=2, axis=inside)",
        ),
        'In mode "average" you always divide by 4. Divide by size times size.': edit(
            "windows.mean(axis=inside)", "windows.sum(axis=inside) / 4"
        ),
        "Only the first image came back, without the axis of the batch.": edit(
            "::stride]", "::stride][0]", "(4, 5)", "(3, 4)"
        ),
        'In mode "average" nothing comes back: is the name of the mode spelled as in the '
        "docstring?": edit("return windows.mean(axis=inside)", "return None"),
        'Your "average" gives the L2 norm: is the name of the mode spelled as in the docstring?': (
            edit('"average"', '"mean"')
        ),
        'In mode "l2" this is the absolute value of the mean. Square, add up, take the root.': edit(
            "np.sqrt(np.sum(windows**2, axis=inside))", "np.abs(windows.mean(axis=inside))"
        ),
        "The images are padded. No padding is asked here.": edit(
            "(X,", "(np.pad(X, ((0, 0), (size // 2,) * 2, (size // 2,) * 2, (0, 0))),"
        ),
    },
)

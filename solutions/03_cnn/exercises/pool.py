"""What `pool` is checked on."""

import numpy as np

from course_utils.exercises import Case, Exercise

from ._windows import EXAMPLE, places, windows


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


def _pooled(
    max=lambda w: w.max(axis=(4, 5)),
    average=lambda w: w.mean(axis=(4, 5)),
    l2=lambda w: np.sqrt(np.sum(w**2, axis=(4, 5))),
    cut=windows,
):
    """A pooling with some of its modes, or its windows, changed."""
    modes = {"max": max, "average": average, "l2": l2}
    return lambda X, mode, size=2, stride=2: modes[mode](cut(X, size, stride))


def _by_loops(X, mode, size=2, stride=2):
    kinds = {"max": np.max, "average": np.average, "l2": np.linalg.norm}
    rows, columns = ((n - size) // stride + 1 for n in X.shape[1:3])
    Y = np.zeros((len(X), rows, columns, X.shape[3]))
    for place, window in places(X, size, stride):
        Y[place] = kinds[mode](X[window])
    return Y


def _by_shifts(X, mode, size=2, stride=2):
    rows, columns = (n - size + 1 for n in X.shape[1:3])
    shifted = np.stack(
        [
            X[:, u : u + rows : stride, v : v + columns : stride]
            for u in range(size)
            for v in range(size)
        ]
    )
    if mode == "max":
        return shifted.max(axis=0)
    if mode == "average":
        return shifted.sum(axis=0) / len(shifted)
    return np.linalg.norm(shifted, axis=0)


def _by_powers(X, mode, size=2, stride=2):
    w = windows(X, size, stride).reshape(*_shape(X, size, stride), size * size)
    if mode == "max":
        return np.sort(w, axis=-1)[..., -1]
    return w.mean(axis=-1) if mode == "average" else (w * w).sum(axis=-1) ** 0.5


def _shape(X, size, stride):
    rows, columns = ((n - size) // stride + 1 for n in X.shape[1:3])
    return len(X), rows, columns, X.shape[3]


def _changed(change):
    """The right result, changed."""
    return lambda X, mode, size=2, stride=2: change(_pooled()(X, mode, size, stride))


def _of(images):
    """The right pooling of changed images."""
    return lambda X, mode, size=2, stride=2: _pooled()(images(X), mode, size, stride)


def _partial(X, mode, size=2, stride=2):
    """Windows that stick out are kept, with nothing beyond the image."""
    rows, columns = (-(-(n - size) // stride) + 1 for n in X.shape[1:3])
    Y = np.zeros((len(X), rows, columns, X.shape[3]))
    for n, i, j, c in np.ndindex(*Y.shape):
        top, left = i * stride, j * stride
        window = X[n, top : top + size, left : left + size, c]
        Y[n, i, j, c] = {"max": np.max, "average": np.mean, "l2": np.linalg.norm}[mode](window)
    return Y


def _by_reshape(X, mode, size=2, stride=2):
    """Cuts the image into blocks, whatever the stride."""
    batch, height, width, channels = X.shape
    rows, columns = height // size, width // size
    blocks = X[:, : rows * size, : columns * size].reshape(
        batch, rows, size, columns, size, channels
    )
    kinds = {"max": np.max, "average": np.mean, "l2": lambda w, axis: np.sqrt((w**2).sum(axis))}
    return kinds[mode](blocks, axis=(2, 4))


def _over_channels(X, mode, size=2, stride=2):
    Y = _pooled()(X, mode, size, stride)
    best = Y.max(axis=3) if mode == "max" else Y.mean(axis=3)
    if mode == "l2":
        best = np.sqrt(np.sum(Y**2, axis=3))
    return best[..., None]


def _always(mode):
    return lambda X, _, size=2, stride=2: _pooled()(X, mode, size, stride)


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
    alternatives=[_by_loops, _by_shifts, _by_powers],
    mistakes={
        'In mode "average" you add up. Divide by the number of pixels in the window.': _pooled(
            average=lambda w: w.sum(axis=(4, 5))
        ),
        'In mode "average" you divide by size. A window has size times size pixels.': _pooled(
            average=lambda w: w.sum(axis=(4, 5)) / w.shape[4]
        ),
        'In mode "average" you round. The mean is asked as it is, 19.5.': _pooled(
            average=lambda w: w.mean(axis=(4, 5)).round()
        ),
        "This is the median of the window. The mean is asked.": _pooled(
            average=lambda w: np.median(w, axis=(4, 5))
        ),
        'In mode "l2" the square root is missing.': _pooled(l2=lambda w: np.sum(w**2, axis=(4, 5))),
        'In mode "l2" you take the mean of the squares. Their sum is asked.': _pooled(
            l2=lambda w: np.sqrt(np.mean(w**2, axis=(4, 5)))
        ),
        'In mode "l2" you add up first and square then. Square each number first.': _pooled(
            l2=lambda w: np.sqrt(np.sum(w, axis=(4, 5)) ** 2)
        ),
        'In mode "l2" you add up absolute values. That is the L1 norm; the root of the sum of '
        "squares is asked.": _pooled(l2=lambda w: np.sum(np.abs(w), axis=(4, 5))),
        'In mode "l2" the whole batch gets one number: take the norm of each window.': _pooled(
            l2=lambda w: np.linalg.norm(w)
        ),
        'In mode "max" the largest absolute value is taken. The largest number is asked.': _pooled(
            max=lambda w: np.abs(w).max(axis=(4, 5))
        ),
        'In mode "max" a window of negative numbers gives 0: does your maximum begin at 0? Begin '
        "with the window itself.": _pooled(max=lambda w: w.max(axis=(4, 5), initial=0.0)),
        'In mode "max" you take the smallest number.': _pooled(max=lambda w: w.min(axis=(4, 5))),
        'In mode "max" you return where the maximum lies, the argmax. Its value is asked.': _pooled(
            max=lambda w: w.reshape(*w.shape[:4], -1).argmax(axis=-1)
        ),
        "All modes give the maximum: look at mode.": _always("max"),
        "All modes give the mean: look at mode.": _always("average"),
        "All modes give the L2 norm: look at mode.": _always("l2"),
        'Only "max" and "average" are there: "l2" gives nothing.': (
            lambda X, mode, size=2, stride=2: (
                None if mode == "l2" else _pooled()(X, mode, size, stride)
            )
        ),
        "The largest number of all channels is taken. Each channel is pooled by "
        "itself.": _over_channels,
        "The stride is not used: the windows move by one pixel.": (
            lambda X, mode, size=2, stride=2: _pooled()(X, mode, size, 1)
        ),
        "The windows move by their size. They move by the stride, and may overlap.": _by_reshape,
        "Your windows are as large as the stride. Their size is size.": (
            lambda X, mode, size=2, stride=2: _pooled()(X, mode, stride, stride)
        ),
        "The windows are always 2 by 2, with stride 2. Use size and stride.": (
            lambda X, mode, size=2, stride=2: _pooled()(X, mode, 2, 2)
        ),
        "size and stride are swapped.": lambda X, mode, size=2, stride=2: _pooled()(
            X, mode, stride, size
        ),
        "Windows that stick out of the image are kept. Leave them away.": _partial,
        "The last row and column are missing: the count is (n - size) // stride, plus 1.": (
            _changed(lambda Y: Y[:, :-1, :-1])
        ),
        "One number for each whole image comes back. One for each window is asked.": (
            lambda X, mode, size=2, stride=2: {
                "max": np.max(X, axis=(1, 2)),
                "average": np.mean(X, axis=(1, 2)),
                "l2": np.sqrt(np.sum(X**2, axis=(1, 2))),
            }[mode]
        ),
        "The stride is used downwards only.": lambda X, mode, size=2, stride=2: _pooled(
            cut=lambda X, size, stride: windows(X, size, 1)[:, ::stride]
        )(X, mode, size, stride),
        "The stride is used to the right only.": lambda X, mode, size=2, stride=2: _pooled(
            cut=lambda X, size, stride: windows(X, size, 1)[:, :, ::stride]
        )(X, mode, size, stride),
        "Rows and columns of the result are swapped.": _changed(lambda Y: Y.transpose(0, 2, 1, 3)),
        "Only the first image is treated.": _of(lambda X: X[:1]),
        "Only the first channel is treated.": _of(lambda X: X[..., :1]),
        "You work over the axes 3 and 4. The windows are the last two axes, 4 and 5.": _pooled(
            max=lambda w: w.max(axis=(3, 4)),
            average=lambda w: w.mean(axis=(3, 4)),
            l2=lambda w: np.sqrt(np.sum(w**2, axis=(3, 4))),
        ),
        "You work over the last axis only, the columns of a window. Take the last two.": _pooled(
            max=lambda w: w.max(axis=-1),
            average=lambda w: w.mean(axis=-1),
            l2=lambda w: np.sqrt(np.sum(w**2, axis=-1)),
        ),
        "This is the upper left pixel of each window. All of the window counts.": _pooled(
            max=lambda w: w[..., 0, 0],
            average=lambda w: w[..., 0, 0],
            l2=lambda w: w[..., 0, 0],
        ),
        "np.linalg.norm with ord=2 gives the largest singular value of a matrix. Leave ord out, or "
        "take the root of the sum of squares.": _pooled(
            l2=lambda w: np.linalg.norm(w, ord=2, axis=(4, 5))
        ),
        'In mode "average" you always divide by 4. Divide by size times size.': _pooled(
            average=lambda w: w.sum(axis=(4, 5)) / 4
        ),
        "Only the first image came back, without the axis of the batch.": _changed(lambda Y: Y[0]),
        'In mode "average" nothing comes back: is the name of the mode spelled as in the '
        "docstring?": (
            lambda X, mode, size=2, stride=2: (
                None if mode == "average" else _pooled()(X, mode, size, stride)
            )
        ),
        'Your "average" gives the L2 norm: is the name of the mode spelled as in the docstring?': (
            lambda X, mode, size=2, stride=2: _pooled()(
                X, "l2" if mode == "average" else mode, size, stride
            )
        ),
        'In mode "l2" this is the absolute value of the mean. Square, add up, take the root.': (
            _pooled(l2=lambda w: np.abs(w.mean(axis=(4, 5))))
        ),
        "The images are padded. No padding is asked here.": lambda X, mode, size=2, stride=2: (
            _pooled()(
                np.pad(X, ((0, 0), (size // 2,) * 2, (size // 2,) * 2, (0, 0))), mode, size, stride
            )
        ),
    },
)

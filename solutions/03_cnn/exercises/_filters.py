"""Right and wrong ways to slide a kernel, for `cross_correlation`."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def product_sum(kernel, window):
    return np.sum(kernel * window)


def count_places(n, k, stride):
    return (n - k) // stride + 1


def sliding(value=product_sum, pad=np.pad, size=count_places, place=lambda i, stride: i * stride):
    """A cross-correlation by loops, with some part of it changed."""

    def cross_correlation(x, kernel, padding=0, stride=1):
        padded = pad(x, padding)
        shape = [size(n, k, stride) for n, k in zip(padded.shape, kernel.shape, strict=True)]
        y = np.zeros(shape)
        for i, j in np.ndindex(*y.shape):
            rows, columns = (
                slice(place(at, stride), place(at, stride) + k)
                for at, k in zip((i, j), kernel.shape, strict=True)
            )
            y[i, j] = value(kernel, padded[rows, columns])
        return y

    return cross_correlation


def strided_view(x, kernel, padding=0, stride=1):
    windows = sliding_window_view(np.pad(x, padding), kernel.shape)[::stride, ::stride]
    return np.einsum("ijuv,uv->ij", windows, kernel)


def by_shifts(x, kernel, padding=0, stride=1):
    """Adds up shifted images, one for each number of the kernel."""
    padded = np.pad(x, padding)
    rows, columns = (n - k + 1 for n, k in zip(padded.shape, kernel.shape, strict=True))
    y = sum(
        kernel[u, v] * padded[u : u + rows, v : v + columns] for u, v in np.ndindex(*kernel.shape)
    )
    return y[::stride, ::stride]


def four_loops(x, kernel, padding=0, stride=1):
    height, width = x.shape
    rows = (height + 2 * padding - kernel.shape[0]) // stride + 1
    columns = (width + 2 * padding - kernel.shape[1]) // stride + 1
    y = [[0.0] * columns for _ in range(rows)]
    for i in range(rows):
        for j in range(columns):
            for (u, v), weight in np.ndenumerate(kernel):
                row, column = i * stride + u - padding, j * stride + v - padding
                if 0 <= row < height and 0 <= column < width:
                    y[i][j] += weight * x[row, column]
    return np.array(y)


def by_scipy(x, kernel, padding=0, stride=1):
    from scipy.signal import correlate2d

    return correlate2d(np.pad(x, padding), kernel, mode="valid")[::stride, ::stride]


def rest_left_zero(x, kernel, padding=0, stride=1):
    found = strided_view(x, kernel, padding, stride)
    y = np.zeros(x.shape)
    height, width = (min(a, b) for a, b in zip(found.shape, x.shape, strict=True))
    y[:height, :width] = found[:height, :width]
    return y


def rows_by(step):
    """A window that moves by the stride along one axis only."""
    return lambda x, kernel, padding=0, stride=1: strided_view(x, kernel, padding)[
        :: step(stride)[0], :: step(stride)[1]
    ]


def size_of_unpadded(x, kernel, padding=0, stride=1):
    rows, columns = (count_places(n, k, stride) for n, k in zip(x.shape, kernel.shape, strict=True))
    return strided_view(x, kernel, padding, stride)[: max(rows, 0), : max(columns, 0)]


def partial_windows(x, kernel, padding=0, stride=1):
    """Steps that would leave the image are taken, with zeros beyond it."""
    extra = [-(n + 2 * padding - k) % stride for n, k in zip(x.shape, kernel.shape, strict=True)]
    wider = np.pad(x, [(padding, padding + more) for more in extra])
    return strided_view(wider, kernel, 0, stride)


def ranges_stop_early(x, kernel, padding=0, stride=1):
    padded = np.pad(x, padding)
    rows, columns = (
        range(0, n - k, stride) for n, k in zip(padded.shape, kernel.shape, strict=True)
    )
    height, width = kernel.shape
    return np.array(
        [[np.sum(kernel * padded[i : i + height, j : j + width]) for j in columns] for i in rows]
    )


def only(what):
    """A result of which only the first row or number is filled in."""

    def cross_correlation(x, kernel, padding=0, stride=1):
        y = strided_view(x, kernel, padding, stride)
        y[1:] = 0
        if what == "number":
            y[0, 1:] = 0
        return y

    return cross_correlation


def float_count(x, kernel, padding=0, stride=1):
    rows, columns = (
        (n + 2 * padding - k) / stride + 1 for n, k in zip(x.shape, kernel.shape, strict=True)
    )
    y = np.zeros((rows, columns))
    return y


def centred(x, kernel, padding=0, stride=1):
    height, width = kernel.shape
    shape = strided_view(x, kernel, padding, stride).shape
    border = ((height // 2, height), (width // 2, width))
    found = strided_view(np.pad(np.pad(x, padding), border), kernel, 0, stride)
    return found[: shape[0], : shape[1]]


def of_integers(x, kernel, padding=0, stride=1):
    return strided_view(x, kernel, padding, stride).astype(int)

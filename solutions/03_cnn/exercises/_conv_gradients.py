"""Right and wrong gradients of a convolution, for `conv_backward`."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def padded(X, p):
    return np.pad(X, ((0, 0), (p, p), (p, p), (0, 0)))


def windows_of(X, K, padding, stride):
    """(batch, rows, columns, channels, kernel height, kernel width)"""
    found = sliding_window_view(padded(X, padding), K.shape[:2], axis=(1, 2))
    return found[:, ::stride, ::stride]


def kernel_gradient(X, K, delta, padding, stride):
    windows = windows_of(X, K, padding, stride)
    windows = windows[:, : delta.shape[1], : delta.shape[2]]
    return np.einsum("nijcuv,nijf->uvcf", windows, delta)


def bias_gradient(X, K, delta, padding, stride):
    return delta.sum(axis=(0, 1, 2))


def padded_gradient(X, K, delta, padding, stride, add=True):
    """dE/d(padded X); without adding, a later window overwrites an earlier one."""
    dX = padded(np.zeros_like(X), padding)
    for i, j in np.ndindex(*delta.shape[1:3]):
        rows = slice(i * stride, i * stride + K.shape[0])
        columns = slice(j * stride, j * stride + K.shape[1])
        share = np.einsum("uvcf,nf->nuvc", K, delta[:, i, j])
        dX[:, rows, columns] = share + (dX[:, rows, columns] if add else 0)
    return dX


def cropped(dX, padding):
    return dX[:, padding : dX.shape[1] - padding, padding : dX.shape[2] - padding]


def input_gradient(X, K, delta, padding, stride):
    return cropped(padded_gradient(X, K, delta, padding, stride), padding)


def step(
    dX=input_gradient, dK=kernel_gradient, db=bias_gradient, out=lambda dX, dK, db: (dX, dK, db)
):
    """A backward step with some of its gradients changed."""
    return lambda X, K, delta, padding=0, stride=1: out(
        *(one(X, K, delta, padding, stride) for one in (dX, dK, db))
    )


def seven_loops(X, K, delta, padding=0, stride=1):
    dX, dK, db = np.zeros_like(X), np.zeros_like(K), np.zeros(K.shape[3])
    for (n, i, j, f), share in np.ndenumerate(delta):
        db[f] += share
        for u, v, c in np.ndindex(*K.shape[:3]):
            row, column = i * stride + u - padding, j * stride + v - padding
            if 0 <= row < X.shape[1] and 0 <= column < X.shape[2]:
                dK[u, v, c, f] += share * X[n, row, column, c]
                dX[n, row, column, c] += share * K[u, v, c, f]
    return dX, dK, db


def by_convolution(X, K, delta, padding=0, stride=1):
    """dX: delta with zeros between its numbers, convolved with the kernels."""
    height, width = K.shape[:2]
    batch, rows, columns, filters = delta.shape
    full = (X.shape[1] + 2 * padding - height + 1, X.shape[2] + 2 * padding - width + 1)
    apart = np.zeros((batch, *full, filters))
    apart[:, ::stride, ::stride][:, :rows, :columns] = delta
    wide = np.pad(apart, ((0, 0), (height - 1,) * 2, (width - 1,) * 2, (0, 0)))
    windows = sliding_window_view(wide, (height, width), axis=(1, 2))
    dX = np.einsum("nijfuv,uvcf->nijc", windows, K[::-1, ::-1])
    dK = np.zeros_like(K)
    wide = padded(X, padding)
    for u, v in np.ndindex(height, width):
        under = wide[:, u : u + full[0], v : v + full[1]]
        dK[u, v] = np.tensordot(under, apart, axes=([0, 1, 2], [0, 1, 2]))
    return cropped(dX, padding), dK, apart.sum((0, 1, 2))


def by_matrices(X, K, delta, padding=0, stride=1):
    """im2col, two products, and col2im."""
    filters = K.shape[3]
    windows = windows_of(X, K, padding, stride).transpose(0, 1, 2, 4, 5, 3)
    lines, flat = windows.reshape(-1, K[..., 0].size), delta.reshape(-1, filters)
    dK = (lines.T @ flat).reshape(K.shape)
    dlines = (flat @ K.reshape(-1, filters).T).reshape(windows.shape)
    dX = padded(np.zeros_like(X), padding)
    rows, columns = delta.shape[1:3]
    for u, v in np.ndindex(*K.shape[:2]):
        last_row, last_column = u + stride * rows, v + stride * columns
        dX[:, u:last_row:stride, v:last_column:stride] += dlines[:, :, :, u, v]
    return cropped(dX, padding), dK, flat.sum(axis=0)


def unpadded_windows(X, K, delta, padding, stride):
    """Windows of X as it came, as if the border were not there."""
    dK = np.zeros_like(K)
    for i, j in np.ndindex(*delta.shape[1:3]):
        window = X[:, i * stride : i * stride + K.shape[0], j * stride : j * stride + K.shape[1]]
        share = np.einsum("nuvc,nf->uvcf", window, delta[:, i, j])
        dK[: share.shape[0], : share.shape[1]] += share
    return dK


def last_place(X, K, delta, padding, stride):
    only = np.zeros_like(delta)
    only[:, -1, -1] = delta[:, -1, -1]
    return kernel_gradient(X, K, only, padding, stride)


def first_place(X, K, delta, padding, stride):
    only = np.zeros_like(delta)
    only[:, 0, 0] = delta[:, 0, 0]
    return kernel_gradient(X, K, only, padding, stride)


def per_place(X, K, delta, padding, stride):
    return delta.sum(axis=0)


def cropped_to_nothing(X, K, delta, padding, stride):
    return padded_gradient(X, K, delta, padding, stride)[:, padding:-padding, padding:-padding]


def cropped_at_the_end(X, K, delta, padding, stride):
    dX = padded_gradient(X, K, delta, padding, stride)
    return dX[:, : X.shape[1], : X.shape[2]]


def flipped(K):
    return K[::-1, ::-1]


def stride_one(gradient):
    return lambda X, K, delta, padding, stride: gradient(X, K, delta, padding, 1)


def spread_over_filters(X, K, delta, padding, stride):
    """Uses the sum of delta over the filters for every filter."""
    same = np.broadcast_to(delta.sum(axis=3, keepdims=True), delta.shape)
    return input_gradient(X, K, same, padding, stride)


def transposed_kernels(X, K, delta, padding, stride):
    """Swaps rows and columns of the kernels; of images too, so that high kernels still fit."""
    swapped = (array.transpose(0, 2, 1, 3) for array in (X, delta))
    return input_gradient(next(swapped), K, next(swapped), padding, stride).transpose(0, 2, 1, 3)

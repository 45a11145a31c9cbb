"""Right and wrong ways back through max pooling, for `max_pool_backward`."""

import numpy as np

from ._windows import places, windows


def winner(window):
    """Row and column of the first of the largest."""
    return np.unravel_index(window.argmax(), window.shape)


def step(share=lambda window, delta: one_hot(window) * delta, add=True):
    """A backward step in which each window gets a share, a function of (window, delta)."""

    def max_pool_backward(X, delta, size=2, stride=2):
        dX = np.zeros(X.shape)
        for place, window in places(X, size, stride):
            dX[window] = share(X[window], delta[place]) + (dX[window] if add else 0)
        return dX

    return max_pool_backward


def one_hot(window, where=winner):
    hot = np.zeros(window.shape)
    hot[where(window)] = 1.0
    return hot


def last_winner(window):
    return np.unravel_index(window.size - 1 - window.ravel()[::-1].argmax(), window.shape)


def first_by_columns(window):
    row, column = np.unravel_index(window.T.argmax(), window.T.shape)
    return column, row


def by_add_at(X, delta, size=2, stride=2):
    batch, rows, columns, channels = delta.shape
    flat = windows(X, size, stride).reshape(batch, rows, columns, channels, -1)
    row, column = np.divmod(flat.argmax(axis=-1), size)
    n, i, j, c = np.indices(delta.shape)
    dX = np.zeros_like(X)
    np.add.at(dX, (n, i * stride + row, j * stride + column, c), delta)
    return dX


def by_plain_loops(X, delta, size=2, stride=2):
    dX = X * 0.0
    for (n, i, j, c), share in np.ndenumerate(delta):
        best, at = -np.inf, None
        for u in range(size):
            for v in range(size):
                pixel = X[n, i * stride + u, j * stride + v, c]
                if pixel > best:
                    best, at = pixel, (n, i * stride + u, j * stride + v, c)
        dX[at] += share
    return dX


def by_channels(X, delta, size=2, stride=2):
    """Treats all examples and channels of a place at once."""
    dX = np.zeros_like(X)
    for i, j in np.ndindex(*delta.shape[1:3]):
        rows, columns = (slice(k * stride, k * stride + size) for k in (i, j))
        flat = X[:, rows, columns].reshape(len(X), size * size, -1)
        hot = np.arange(size * size)[:, None] == flat.argmax(axis=1)[:, None]
        hot = hot.reshape(len(X), size, size, -1)
        dX[:, rows, columns] += np.where(hot, delta[:, i : i + 1, j : j + 1], 0.0)
    return dX


def winner_of_all_channels(X, delta, size=2, stride=2):
    """One winner for all channels of a window."""
    dX = np.zeros_like(X)
    for n, i, j in np.ndindex(*delta.shape[:3]):
        top, left = i * stride, j * stride
        window = X[n, top : top + size, left : left + size]
        row, column, _ = np.unravel_index(window.argmax(), window.shape)
        dX[n, top + row, left + column] += delta[n, i, j]
    return dX


def first_channel(X, delta, size=2, stride=2):
    dX = np.zeros_like(X)
    for n, i, j in np.ndindex(*delta.shape[:3]):
        top, left = i * stride, j * stride
        row, column = winner(X[n, top : top + size, left : left + size, 0])
        dX[n, top + row, left + column] += delta[n, i, j]
    return dX


def of_whole_image(X, delta, size=2, stride=2):
    dX = np.zeros_like(X)
    for n, c in np.ndindex(len(X), X.shape[3]):
        row, column = winner(X[n, :, :, c])
        dX[n, row, column, c] = delta[n, :, :, c].sum()
    return dX


def every_winner_set(X, delta, size=2, stride=2):
    dX = np.zeros_like(X)
    for place, window in places(X, size, stride):
        dX[window] = (X[window] == X[window].max()) * delta[place]
    return dX


def without_corner(X, delta, size=2, stride=2):
    """Forgets where the window lies."""
    dX = np.zeros_like(X)
    for place, window in places(X, size, stride):
        n, _, _, c = place
        dX[(n, *winner(X[window]), c)] += delta[place]
    return dX


def at_result_places(X, delta, size=2, stride=2):
    """Writes at the place of the result plus the winner's place."""
    dX = np.zeros_like(X)
    for place, window in places(X, size, stride):
        n, i, j, c = place
        row, column = winner(X[window])
        dX[n, i + row, j + column, c] += delta[place]
    return dX


def first_example(X, delta, size=2, stride=2):
    dX = np.zeros_like(X)
    dX[:1] = by_add_at(X[:1], delta[:1], size, stride)
    return dX


def always_of(size=None, stride=None):
    """A step that uses a size or a stride of its own."""

    def max_pool_backward(X, delta, given_size=2, given_stride=2):
        dX = np.zeros(X.shape)
        for (n, i, j, c), share in np.ndenumerate(delta):
            k = size(given_size, given_stride) if size else given_size
            s = stride(given_size, given_stride) if stride else given_stride
            window = X[n, i * s : i * s + k, j * s : j * s + k, c]
            if window.size:
                row, column = winner(window)
                dX[n, i * s + row, j * s + column, c] += share
        return dX

    return max_pool_backward

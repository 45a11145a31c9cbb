"""What `conv_loops` is checked on."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from course_utils.exercises import Case, Exercise


def _conv_loops_cases(rng):
    def case(name, images, kernels, **options):
        *kernel, filters = kernels
        arrays = (rng.normal(size=shape).round(1) for shape in (images, kernels, (filters,)))
        return Case(name, *arrays, **options)

    def size(low, high):
        return int(rng.integers(low, high + 1))

    yield case("one channel, one filter", (1, size(3, 4), 4, 1), (2, 2, 1, 1))
    yield case("three channels", (1, size(3, 4), 5, 3), (2, 2, 3, 1))
    yield case("several filters", (1, size(4, 5), 4, 1), (3, 3, 1, size(3, 4)))
    yield case("a batch", (size(3, 4), 4, 5, 1), (2, 2, 1, 1))
    yield case("all together", (2, size(4, 5), 6, 3), (3, 3, 3, 4))
    yield case("kernels that are wider than high", (2, 4, size(5, 6), 2), (1, 3, 2, 3))
    yield case("kernels of 1 by 1", (2, 3, size(2, 4), 3), (1, 1, 3, 2))
    yield case("as many channels as filters", (3, 5, 4, 3), (3, 3, 3, 3))
    yield case("padding 1", (2, size(3, 4), 3, 2), (3, 3, 2, 3), padding=1)
    yield case("stride 2", (2, 7, size(6, 8), 2), (3, 3, 2, 3), stride=2)
    yield case("padding 1 and stride 2", (2, size(5, 6), 7, 2), (3, 2, 2, 3), padding=1, stride=2)


def _pad(X, p):
    return np.pad(X, ((0, 0), (p, p), (p, p), (0, 0)))


def _maps(X, K, padding=0, stride=1):
    """The layer without its bias."""
    height, width = K.shape[:2]
    windows = sliding_window_view(_pad(X, padding), (height, width), axis=(1, 2))
    return np.einsum("nijcuv,uvcf->nijf", windows[:, ::stride, ::stride], K)


def _layer(maps=_maps, bias=lambda Z, b: Z + b):
    """A layer with some of its parts changed."""
    return lambda X, K, b, padding=0, stride=1: bias(maps(X, K, padding, stride), b)


def _strides(rows, columns):
    """Maps whose stride is used along some axes only."""
    return lambda X, K, p, s: _maps(X, K, p)[:, :: s if rows else 1, :: s if columns else 1]


def _seven_loops(X, K, b, padding=0, stride=1):
    batch, height, width, channels = X.shape
    kernel_height, kernel_width, _, filters = K.shape
    rows = (height + 2 * padding - kernel_height) // stride + 1
    columns = (width + 2 * padding - kernel_width) // stride + 1
    Z = np.zeros((batch, rows, columns, filters)) + b
    for n, i, j, f in np.ndindex(Z.shape):
        for u, v, c in np.ndindex(kernel_height, kernel_width, channels):
            row, column = i * stride + u - padding, j * stride + v - padding
            if 0 <= row < height and 0 <= column < width:
                Z[n, i, j, f] += K[u, v, c, f] * X[n, row, column, c]
    return Z


def _by_places(X, K, b, padding=0, stride=1):
    X = _pad(X, padding)
    height, width = K.shape[:2]
    rows = range(0, X.shape[1] - height + 1, stride)
    columns = range(0, X.shape[2] - width + 1, stride)
    return np.stack(
        [
            np.stack(
                [np.tensordot(X[:, i : i + height, j : j + width], K, axes=3) + b for j in columns],
                axis=1,
            )
            for i in rows
        ],
        axis=1,
    )


def _by_channels(X, K, b, padding=0, stride=1):
    """Adds up one cross-correlation for each channel."""
    from scipy.signal import correlate

    X = _pad(X, padding)
    shape = [n - k + 1 for n, k in zip(X.shape[1:3], K.shape[:2], strict=True)]
    Z = np.zeros((len(X), *shape, K.shape[3])) + b
    for n, c, f in np.ndindex(len(X), X.shape[3], K.shape[3]):
        Z[n, :, :, f] += correlate(X[n, :, :, c], K[:, :, c, f], mode="valid")
    return Z[:, ::stride, ::stride]


def _padded_everywhere(X, K, padding, stride):
    """np.pad(X, padding) also pads the batch and the channels; the kernel meets the first ones."""
    wide = np.pad(X, padding)
    height, width, channels, _ = K.shape
    windows = sliding_window_view(wide, (height, width), axis=(1, 2))[:, ::stride, ::stride]
    return np.einsum("nijcuv,uvcf->nijf", windows[:, :, :, :channels], K)


def _first_place(Z, b):
    Y = np.zeros_like(Z)
    Y[:, 0, 0] = Z[:, 0, 0] + b
    return Y


def _padded_and_refused(X, K, padding, stride):
    """The same by loops: the windows have more channels than the kernel."""
    wide = np.pad(X, padding)
    height, width, _, filters = K.shape
    rows, columns = (
        (n - k) // stride + 1 for n, k in zip(wide.shape[1:3], (height, width), strict=True)
    )
    Z = np.zeros((len(X), rows, columns, filters))
    for n, i, j, f in np.ndindex(Z.shape):
        top, left = i * stride, j * stride
        Z[n, i, j, f] = np.sum(K[:, :, :, f] * wide[n, top : top + height, left : left + width])
    return Z


conv_loops = Exercise(
    points=2,
    cases=_conv_loops_cases,
    atol=1e-9,
    hints=[
        "It is cross_correlation with two axes more: the same places, but the window now has "
        "channels, and there is a kernel for each filter.",
        "Only height and width are padded: np.pad(X, ((0, 0), (padding, padding), (padding, "
        "padding), (0, 0))).",
        "The window of example n at row i and column j is X[n, top : top + height, left : left + "
        "width]. It has the shape of K[:, :, :, f]: multiply, add up all of it, add b[f].",
    ],
    alternatives=[_seven_loops, _by_places, _by_channels],
    mistakes={
        "The bias is missing: each filter adds its own b[f].": _layer(bias=lambda Z, b: Z),
        "You subtract the bias. It is added.": _layer(bias=lambda Z, b: Z - b),
        "Every filter gets the bias of the first one. Filter f adds b[f].": _layer(
            bias=lambda Z, b: Z + b[0]
        ),
        "Every filter gets the sum of all biases. Filter f adds b[f].": _layer(
            bias=lambda Z, b: Z + b.sum()
        ),
        "The bias is added once for each channel. It is added once, after the sum over the "
        "channels.": lambda X, K, b, padding=0, stride=1: (
            _maps(X, K, padding, stride) + X.shape[3] * b
        ),
        "You flip the kernels: that is the true convolution. Here they stay as they are.": _layer(
            lambda X, K, p, s: _maps(X, K[::-1, ::-1], p, s)
        ),
        "You transpose the kernels: their first axis runs down the image, as in X.": _layer(
            lambda X, K, p, s: _maps(X, K.transpose(1, 0, 2, 3), p, s)
        ),
        "Channels and filters are swapped: K has shape (kernel height, kernel width, channels, "
        "filters).": _layer(lambda X, K, p, s: _maps(X, K.transpose(0, 1, 3, 2), p, s)),
        "Only the first channel is used. Add up over all channels.": _layer(
            lambda X, K, p, s: _maps(X[..., :1], K[:, :, :1], p, s)
        ),
        "Only the last channel is used: the sum over the channels is overwritten. Add up, with "
        "+=.": _layer(lambda X, K, p, s: _maps(X[..., -1:], K[:, :, -1:], p, s)),
        "You take the mean over the channels. The sum is asked.": _layer(
            lambda X, K, p, s: _maps(X, K, p, s) / K.shape[2]
        ),
        "You take the mean over window and channels. The sum is asked.": _layer(
            lambda X, K, p, s: _maps(X, K, p, s) / K[..., 0].size
        ),
        "All channels are treated with the kernel of the first. Each channel has its own, "
        "K[:, :, c, f].": _layer(
            lambda X, K, p, s: _maps(X, np.broadcast_to(K[:, :, :1], K.shape), p, s)
        ),
        "All feature maps are the first filter's. Filter f has the kernel K[:, :, :, f].": _layer(
            lambda X, K, p, s: _maps(X, np.broadcast_to(K[..., :1], K.shape), p, s)
        ),
        "All examples get the result of the first image.": _layer(
            lambda X, K, p, s: _maps(np.broadcast_to(X[:1], X.shape), K, p, s)
        ),
        "Only the first image is treated. The result has a row for each example of the "
        "batch.": _layer(lambda X, K, p, s: _maps(X[:1], K, p, s)),
        "The filters stand on the second axis. The order is (batch, rows, columns, "
        "filters).": _layer(bias=lambda Z, b: (Z + b).transpose(0, 3, 1, 2)),
        "Rows and columns of the result are swapped.": _layer(
            bias=lambda Z, b: (Z + b).transpose(0, 2, 1, 3)
        ),
        "The padding is not used.": _layer(lambda X, K, p, s: _maps(X, K, 0, s)),
        "np.pad(X, padding) puts zeros around the batch and around the channels too. Pad height "
        "and width only.": _layer(_padded_everywhere),
        "np.pad(X, padding) pads the batch and the channels too, so windows no longer fit the "
        "kernels. Pad height and width only.": _layer(_padded_and_refused),
        "Zeros are put above and on the left only. They belong on all four sides.": _layer(
            lambda X, K, p, s: _maps(np.pad(X, ((0, 0), (p, 0), (p, 0), (0, 0))), K, 0, s)
        ),
        "You repeat the pixels at the border. Put zeros there.": _layer(
            lambda X, K, p, s: _maps(
                np.pad(X, ((0, 0), (p, p), (p, p), (0, 0)), mode="edge"), K, 0, s
            )
        ),
        "The zeros are put around the result. They belong around the images.": _layer(
            lambda X, K, p, s: _pad(_maps(X, K, 0, s), p)
        ),
        "The stride is not used.": _layer(_strides(False, False)),
        "The stride is used downwards only.": _layer(_strides(True, False)),
        "The stride is used to the right only.": _layer(_strides(False, True)),
        "The result has the right size, but the window moves by one pixel: it begins at row "
        "i * stride and column j * stride.": _layer(
            lambda X, K, p, s: _maps(X, K, p)[:, : _count(X, K, p, s, 0), : _count(X, K, p, s, 1)]
        ),
        "The last row and column are missing: the count is (n + 2 padding - kernel) // stride, "
        "plus 1.": _layer(lambda X, K, p, s: _maps(X, K, p, s)[:, :-1, :-1]),
        "Negative results are cut off. No activation is asked here.": _layer(
            bias=lambda Z, b: np.maximum(0.0, Z + b)
        ),
        "The bias is multiplied. It is added.": _layer(bias=lambda Z, b: Z * b),
        "Every filter gets the mean of all biases. Filter f adds b[f].": _layer(
            bias=lambda Z, b: Z + b.mean()
        ),
        "The bias stands inside the sum, so it is added once for each number of the window. Add it "
        "to the sum.": lambda X, K, b, padding=0, stride=1: (
            _maps(X, K, padding, stride) + b * K[..., 0].size
        ),
        "The kernels of all filters are added up. Filter f has K[:, :, :, f] alone.": _layer(
            lambda X, K, p, s: _maps(
                X, np.broadcast_to(K.sum(axis=3, keepdims=True), K.shape), p, s
            )
        ),
        "The padding is not the one that is given: you pad such that the size stays.": (
            lambda X, K, b, padding=0, stride=1: _layer()(X, K, b, (len(K) - 1) // 2, stride)
        ),
        "The window's rows and columns are swapped: the second axis of X runs down.": (
            lambda X, K, b, padding=0, stride=1: _layer()(
                X.transpose(0, 2, 1, 3), K, b, padding, stride
            )
        ),
        "Only the first image came back, without the axis of the batch.": _layer(
            bias=lambda Z, b: (Z + b)[0]
        ),
        "Only the first filter came back, without the axis of the filters.": _layer(
            bias=lambda Z, b: (Z + b)[..., 0]
        ),
        "All examples are added up. Each has its own result.": _layer(
            bias=lambda Z, b: (Z + b).sum(axis=0, keepdims=True)
        ),
        "All examples are added up, and their axis is gone. Each has its own result.": _layer(
            bias=lambda Z, b: (Z + b).sum(axis=0)
        ),
        "Only the first example is filled in: is the return inside the loops?": _layer(
            bias=lambda Z, b: (Z + b) * (np.arange(len(Z)) == 0)[:, None, None, None]
        ),
        "Only the first place of each feature map is filled in.": _layer(bias=_first_place),
        "np.pad needs a pair for each of the four axes of X, and you pad the batch and the height: "
        "height and width are the axes 1 and 2.": _layer(
            lambda X, K, p, s: _maps(np.pad(X, ((p, p), (p, p), (0, 0), (0, 0))), K, 0, s)
        ),
        "The channels are averaged before they meet the kernels. Each meets its own.": _layer(
            lambda X, K, p, s: _maps(
                np.broadcast_to(X.mean(axis=3, keepdims=True), X.shape), K, p, s
            )
        ),
    },
)


def _count(X, K, padding, stride, axis):
    return (X.shape[1 + axis] + 2 * padding - K.shape[axis]) // stride + 1

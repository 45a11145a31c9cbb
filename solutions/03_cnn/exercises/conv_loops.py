"""What `conv_loops` is checked on."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from course_utils.exercises import Case, Exercise, edit


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


def _pad(X, p):
    return np.pad(X, ((0, 0), (p, p), (p, p), (0, 0)))


def _one_product(X, K, b, padding=0, stride=1):
    windows = sliding_window_view(_pad(X, padding), K.shape[:2], axis=(1, 2))
    return np.einsum("nijcuv,uvcf->nijf", windows[:, ::stride, ::stride], K) + b


def _by_channels(X, K, b, padding=0, stride=1):
    """Adds up one cross-correlation for each channel."""
    from scipy.signal import correlate

    X = _pad(X, padding)
    shape = [n - k + 1 for n, k in zip(X.shape[1:3], K.shape[:2], strict=True)]
    Z = np.zeros((len(X), *shape, K.shape[3])) + b
    for n, c, f in np.ndindex(len(X), X.shape[3], K.shape[3]):
        Z[n, :, :, f] += correlate(X[n, :, :, c], K[:, :, c, f], mode="valid")
    return Z[:, ::stride, ::stride]


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
    alternatives=[_seven_loops, _one_product, _by_channels],
    mistakes={
        "The bias is missing: each filter adds its own b[f].": edit("b[f] +", "0 +"),
        "You subtract the bias. It is added.": edit("b[f] +", "-b[f] +"),
        "Every filter gets the bias of the first one. Filter f adds b[f].": edit("b[f]", "b[0]"),
        "Every filter gets the sum of all biases. Filter f adds b[f].": edit("b[f]", "b.sum()"),
        "The bias is added once for each channel. It is added once, after the sum over the "
        "channels.": edit("b[f]", "X.shape[3] * b[f]"),
        "You flip the kernels: that is the true convolution. Here they stay as they are.": edit(
            "K[:, :, :, f]", "K[::-1, ::-1, :, f]"
        ),
        "You transpose the kernels: their first axis runs down the image, as in X.": edit(
            "X = np.pad", "K = K.transpose(1, 0, 2, 3)\nX = np.pad"
        ),
        "Channels and filters are swapped: K has shape (kernel height, kernel width, channels, "
        "filters).": edit("_, filters", "filters, _", "K[:, :, :, f]", "K[:, :, f]"),
        "Only the first channel is used. Add up over all channels.": edit(
            "K[:, :, :, f] * window", "K[:, :, 0, f] * window[..., 0]"
        ),
        "Only the last channel is used: the sum over the channels is overwritten. Add up, with "
        "+=.": edit("K[:, :, :, f] * window", "K[:, :, -1, f] * window[..., -1]"),
        "You take the mean over the channels. The sum is asked.": edit(
            "* window)", "* window) / X.shape[3]"
        ),
        "You take the mean over window and channels. The sum is asked.": edit("np.sum", "np.mean"),
        "All channels are treated with the kernel of the first. Each channel has its own, "
        "K[:, :, c, f].": edit("K[:, :, :, f]", "K[:, :, :1, f]"),
        "All feature maps are the first filter's. Filter f has the kernel K[:, :, :, f].": edit(
            "K[:, :, :, f]", "K[:, :, :, 0]"
        ),
        "All examples get the result of the first image.": edit("X[n,", "X[0,"),
        "Only the first image is treated. The result has a row for each example of the "
        "batch.": edit("np.pad(X,", "np.pad(X[:1],"),
        "The filters stand on the second axis. The order is (batch, rows, columns, filters).": edit(
            "return Z", "return Z.transpose(0, 3, 1, 2)"
        ),
        "Rows and columns of the result are swapped.": edit(
            "return Z", "return Z.transpose(0, 2, 1, 3)"
        ),
        "The padding is not used.": edit("X = np.pad", "padding = 0\nX = np.pad"),
        "np.pad(X, padding) puts zeros around the batch and around the channels too. Pad height "
        "and width only.": edit(
            "((0, 0), (padding, padding), (padding, padding), (0, 0))",
            "padding",
            "left + width]",
            "left + width, : K.shape[2]]",
        ),
        "np.pad(X, padding) pads the batch and the channels too, so windows no longer fit the "
        "kernels. Pad height and width only.": edit(
            "((0, 0), (padding, padding), (padding, padding), (0, 0))", "padding"
        ),
        "Zeros are put above and on the left only. They belong on all four sides.": edit(
            "(padding, padding), (padding, padding)", "(padding, 0), (padding, 0)"
        ),
        "You repeat the pixels at the border. Put zeros there.": edit(
            "(0, 0)))", '(0, 0)), mode="edge")'
        ),
        "The zeros are put around the result. They belong around the images.": edit(
            "X = np.pad(X,", "border = (", "return Z", "return np.pad(Z, border)"
        ),
        "The stride is not used.": edit("X = np.pad", "stride = 1\nX = np.pad"),
        "The stride is used downwards only.": edit("width) // stride", "width)", "j * stride", "j"),
        "The stride is used to the right only.": edit(
            "height) // stride", "height)", "i * stride", "i"
        ),
        "The result has the right size, but the window moves by one pixel: it begins at row "
        "i * stride and column j * stride.": edit("i * stride, j * stride", "i, j"),
        "The last row and column are missing: the count is (n + 2 padding - kernel) // stride, "
        "plus 1.": edit(
            "height) // stride + 1", "height) // stride", "width) // stride + 1", "width) // stride"
        ),
        "Negative results are cut off. No activation is asked here.": edit(
            "return Z", "return np.maximum(0.0, Z)"
        ),
        "The bias is multiplied. It is added.": edit("b[f] +", "b[f] *"),
        "Every filter gets the mean of all biases. Filter f adds b[f].": edit("b[f]", "b.mean()"),
        "The bias stands inside the sum, so it is added once for each number of the window. Add it "
        "to the sum.": edit("b[f] + np.sum(", "np.sum(b[f] + "),
        "The kernels of all filters are added up. Filter f has K[:, :, :, f] alone.": edit(
            "K[:, :, :, f]", "K.sum(axis=3)"
        ),
        "The padding is not the one that is given: you pad such that the size stays.": edit(
            "X = np.pad", "padding = (len(K) - 1) // 2\nX = np.pad"
        ),
        "The window's rows and columns are swapped: the second axis of X runs down.": edit(
            "np.pad(X,", "np.pad(X.transpose(0, 2, 1, 3),"
        ),
        "Only the first image came back, without the axis of the batch.": edit(
            "return Z", "return Z[0]"
        ),
        "Only the first filter came back, without the axis of the filters.": edit(
            "return Z", "return Z[..., 0]"
        ),
        "All examples are added up. Each has its own result.": edit(
            "return Z", "return Z.sum(axis=0, keepdims=True)"
        ),
        "All examples are added up, and their axis is gone. Each has its own result.": edit(
            "return Z", "return Z.sum(axis=0)"
        ),
        "Only the first example is filled in: is the return inside the loops?": edit(
            "np.ndindex(Z.shape)", "np.ndindex(1, *Z.shape[1:])"
        ),
        "Only the first place of each feature map is filled in.": edit(
            "np.ndindex(Z.shape)", "np.ndindex(len(Z), 1, 1, filters)"
        ),
        "np.pad needs a pair for each of the four axes of X, and you pad the batch and the height: "
        "height and width are the axes 1 and 2.": edit(
            "(0, 0), (padding, padding), (padding, padding)",
            "(padding, padding), (padding, padding), (0, 0)",
        ),
        "The channels are averaged before they meet the kernels. Each meets its own.": edit(
            "* window", "* window.mean(axis=2, keepdims=True)"
        ),
    },
)

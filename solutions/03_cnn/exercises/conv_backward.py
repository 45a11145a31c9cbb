"""What `conv_backward` is checked on, gradient by gradient."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from course_utils.exercises import Case, Exercise, edit


def _conv_backward_cases(rng):
    def case(name, images, kernels, **options):
        padding, stride = options.get("padding", 0), options.get("stride", 1)
        places = [
            (n + 2 * padding - k) // stride + 1
            for n, k in zip(images[1:3], kernels[:2], strict=True)
        ]
        X, K = (rng.normal(size=shape).round(1) for shape in (images, kernels))
        delta = rng.normal(size=(images[0], *places, kernels[3])).round(1)
        return Case(name, X, K, delta, **options)

    def size(low, high):
        return int(rng.integers(low, high + 1))

    yield case("one place", (1, 2, 2, 1), (2, 2, 1, 1))
    yield case("places that do not overlap, stride 2", (1, 4, 4, 1), (2, 2, 1, 1), stride=2)
    yield case("places that overlap", (1, 3, size(3, 4), 1), (2, 2, 1, 1))
    yield case("several filters", (1, 3, size(3, 4), 1), (2, 2, 1, 3))
    yield case("several channels", (1, size(3, 4), 3, 3), (2, 2, 3, 1))
    yield case("a batch", (size(3, 4), 3, 3, 1), (2, 2, 1, 1))
    yield case("kernels that are wider than high", (2, 3, size(4, 5), 2), (1, 3, 2, 3))
    yield case("all axes 3", (3, 3, 3, 3), (3, 3, 3, 3))
    yield case("padding 1", (2, size(3, 4), 3, 2), (3, 3, 2, 3), padding=1)
    yield case("padding 2", (1, 2, size(2, 3), 1), (3, 3, 1, 2), padding=2)
    yield case("stride 2, with a row and a column left over", (2, 6, 8, 2), (3, 3, 2, 2), stride=2)
    yield case("padding 1 and stride 2", (2, size(5, 6), 5, 2), (3, 2, 2, 3), padding=1, stride=2)


def _pad(X, p):
    return np.pad(X, ((0, 0), (p, p), (p, p), (0, 0)))


def _cropped(dX, p):
    return dX[:, p : dX.shape[1] - p, p : dX.shape[2] - p]


def _seven_loops(X, K, delta, padding=0, stride=1):
    dX, dK, db = np.zeros_like(X), np.zeros_like(K), np.zeros(K.shape[3])
    for (n, i, j, f), share in np.ndenumerate(delta):
        db[f] += share
        for u, v, c in np.ndindex(*K.shape[:3]):
            row, column = i * stride + u - padding, j * stride + v - padding
            if 0 <= row < X.shape[1] and 0 <= column < X.shape[2]:
                dK[u, v, c, f] += share * X[n, row, column, c]
                dX[n, row, column, c] += share * K[u, v, c, f]
    return dX, dK, db


def _by_convolution(X, K, delta, padding=0, stride=1):
    """dX: delta with zeros between its numbers, convolved with the kernels."""
    height, width = K.shape[:2]
    batch, rows, columns, filters = delta.shape
    full = (X.shape[1] + 2 * padding - height + 1, X.shape[2] + 2 * padding - width + 1)
    apart = np.zeros((batch, *full, filters))
    apart[:, ::stride, ::stride][:, :rows, :columns] = delta
    wide = np.pad(apart, ((0, 0), (height - 1,) * 2, (width - 1,) * 2, (0, 0)))
    windows = sliding_window_view(wide, (height, width), axis=(1, 2))
    dX = np.einsum("nijfuv,uvcf->nijc", windows, K[::-1, ::-1])
    windows = sliding_window_view(_pad(X, padding), full, axis=(1, 2))
    dK = np.einsum("nuvcij,nijf->uvcf", windows, apart)
    return _cropped(dX, padding), dK, apart.sum((0, 1, 2))


def _by_matrices(X, K, delta, padding=0, stride=1):
    """im2col, two products, and col2im."""
    filters, (rows, columns) = K.shape[3], delta.shape[1:3]
    windows = sliding_window_view(_pad(X, padding), K.shape[:2], axis=(1, 2))
    windows = windows[:, ::stride, ::stride].transpose(0, 1, 2, 4, 5, 3)
    lines, flat = windows.reshape(-1, K[..., 0].size), delta.reshape(-1, filters)
    dlines = (flat @ K.reshape(-1, filters).T).reshape(windows.shape)
    dX = _pad(np.zeros_like(X), padding)
    for u, v in np.ndindex(*K.shape[:2]):
        last_row, last_column = u + stride * rows, v + stride * columns
        dX[:, u:last_row:stride, v:last_column:stride] += dlines[:, :, :, u, v]
    return _cropped(dX, padding), (lines.T @ flat).reshape(K.shape), flat.sum(axis=0)


conv_backward = Exercise(
    points=4,
    cases=_conv_backward_cases,
    atol=1e-9,
    hints=[
        "Begin with zeros in the shapes of the padded X and of K. Go through the places (i, j) of "
        "delta, and at each of them add one share to dK and one share to a window of dX.",
        "At place (i, j) the window is X[:, i * stride : i * stride + height, j * stride : "
        "j * stride + width], of shape (batch, height, width, channels), and delta[:, i, j] has "
        "shape (batch, filters). Which axes must the products have, and which are summed?",
        "The share of dK: np.einsum('nuvc,nf->uvcf', window, delta[:, i, j]). The share of the "
        "window: np.einsum('uvcf,nf->nuvc', K, delta[:, i, j]). Both are added, with +=.",
        "At the end cut `padding` rows and columns off each side of dX; mind that 0:-0 is empty. "
        "db adds up delta over batch, rows and columns.",
    ],
    alternatives=[_seven_loops, _by_convolution, _by_matrices],
    mistakes={
        "dE/dX keeps only the last window that a pixel lies in. Shares add up: +=, not =.": edit(
            "columns] +=", "columns] ="
        ),
        "dE/dX still has its border of zeros: cut the padding off.": edit(
            "dX[:, inside, inside]", "dX"
        ),
        "With padding 0 the slice 0:-0 is empty, so dE/dX is too: use padding : padding + "
        "height.": edit("-padding or None", "-padding"),
        "The padding is cut off dE/dX below and on the right only. It is on all four sides.": edit(
            "padding, -padding or None", "-2 * padding or None"
        ),
        "In dE/dX you flip the kernels. The share of a window is the kernel as it is, times "
        "delta.": edit('nuvc", K', 'nuvc", K[::-1, ::-1]'),
        "In dE/dX every filter gets the delta of all filters. Filter f's kernel goes with "
        "delta[..., f]; only then is summed over f.": edit("uvcf,nf->", "uvcf,ng->"),
        "In dE/dX only the first filter counts. Add up over all of them.": edit(
            "K, delta[:, i, j]", "K[..., :1], delta[:, i, j, :1]"
        ),
        "dE/dX is the same for all examples. Each has its own: do not sum over the batch.": edit(
            "->nuvc", "->uvc"
        ),
        "dE/dX is divided by the batch size. Each example has its own.": edit(
            "inside]", "inside] / len(X)"
        ),
        "The stride is missing in dE/dX: the window of place (i, j) begins at row i * "
        "stride.": edit("dX[:, rows, columns]", "dX[:, i : i + height, j : j + width]"),
        "The stride is missing in dE/dK: the window of place (i, j) begins at row i * "
        "stride.": edit("X[:, rows, columns],", "X[:, i : i + height, j : j + width],"),
        "The stride is missing in dE/dX and dE/dK: the window of place (i, j) begins at row i * "
        "stride and column j * stride.": edit("X = pad", "stride = 1\nX = pad"),
        "dE/dK is made of windows of the image without its border: pad X first.": edit(
            "X[:, rows, columns],", "np.roll(X, (-padding, -padding), (1, 2))[:, rows, columns],"
        ),
        "dE/dK keeps only the last place. Shares add up: +=, not =.": edit("dK +=", "dK ="),
        "dE/dK keeps only the first place: is the return inside the loop?": edit(
            "dK +=", "dK += (i == j == 0) *"
        ),
        "dE/dK holds the first example only: sum over the batch.": edit(
            "X[:, rows, columns], delta[:,", "X[:1, rows, columns], delta[:1,"
        ),
        "dE/dK has nothing to do with the values of K: it is made of windows of X and delta.": edit(
            "dK, delta", "K * delta.sum(axis=(0, 1, 2)), delta"
        ),
        "dE/dK is divided by the batch size. The layer sums over the batch; the loss has divided "
        "already.": edit("dK, delta", "dK / len(X), delta"),
        "dE/dK and dE/db are divided by the batch size. The layer sums over the batch; the loss "
        "has divided already.": edit("dK, delta", "dK / len(X), 1 / len(X) * delta"),
        "dE/dK and dE/db are divided by the number of places and examples. They are sums.": edit(
            "dK, delta.sum", "dK / delta[..., 0].size, delta.mean"
        ),
        "dE/dK is flipped. Number (u, v) of the kernel meets pixel (i + u, j + v).": edit(
            "dK, delta", "dK[::-1, ::-1], delta"
        ),
        "dE/dK has channels and filters swapped.": edit(
            "dK, delta", "dK.transpose(0, 1, 3, 2), delta"
        ),
        "dE/dK is the same for all filters. Filter f goes with delta[..., f].": edit(
            "dK, delta", "0 * dK + dK.sum(axis=3, keepdims=True), delta"
        ),
        "dE/dK is the same for all channels. Channel c of the kernel meets channel c of the "
        "image.": edit("dK, delta", "0 * dK + dK.sum(axis=2, keepdims=True), delta"),
        "dE/db is divided by something: it is the sum of delta over batch, rows and columns.": edit(
            "delta.sum", "delta.mean"
        ),
        "dE/db is one number. Each filter has a bias of its own: do not sum over the last "
        "axis.": edit("axis=(0, 1, 2)", ""),
        "dE/db is summed over the batch only. A bias takes part at every place: sum over rows and "
        "columns too.": edit("(0, 1, 2)", "0"),
        "dE/db is not summed over the batch: one number for each filter.": edit(
            "(0, 1, 2)", "(1, 2)"
        ),
        "dE/db has axes of length 1 left: leave keepdims out.": edit(
            "(0, 1, 2)", "(0, 1, 2), keepdims=True"
        ),
        "The sign of dE/dK and dE/db is flipped. They are the gradients; the minus of the descent "
        "comes later.": edit("dK, delta", "-dK, -delta"),
        "The order is wrong: return dE/dX, then dE/dK, then dE/db.": edit(
            "dX[:, inside, inside], dK, delta.sum(axis=(0, 1, 2))",
            "dK, delta.sum(axis=(0, 1, 2)), dX[:, inside, inside]",
        ),
        "dE/dX and dE/dK are swapped: return dE/dX first.": edit(
            "dX[:, inside, inside], dK", "dK, dX[:, inside, inside]"
        ),
        "Only dE/dX comes back. Return all three.": edit(", dK, delta.sum(axis=(0, 1, 2))", ""),
        "Only dE/dX and dE/dK come back. dE/db is missing.": edit(
            ", delta.sum(axis=(0, 1, 2))", ""
        ),
        "dE/dX and dE/dK keep only the last share. Shares add up: +=, not =.": edit(
            "dK +=", "dK =", "columns] +=", "columns] ="
        ),
        "Only the first example gets its dE/dX.": edit(
            "dX[:, rows", "dX[:1, rows", "K, delta[:, i", "K, delta[:1, i"
        ),
        "dE/dK is not summed over the batch. The kernels are the same for all examples.": edit(
            "zeros_like(K)", "zeros((len(X), *K.shape))", "->uvcf", "->nuvcf"
        ),
        "All signs are flipped. These are the gradients; the minus of the descent comes "
        "later.": edit("return dX", "return -dX", "dK, delta", "-dK, -delta"),
        "The order is wrong: dE/db comes last, not first.": edit(
            "dX[:, inside, inside], dK, delta.sum(axis=(0, 1, 2))",
            "delta.sum(axis=(0, 1, 2)), dK, dX[:, inside, inside]",
        ),
        "In dE/dK the windows are added up over the batch before they meet delta. Each meets the "
        "delta of its own example.": edit("nuvc,nf->uvcf", "nuvc,mf->uvcf"),
        "In dE/dX only the last filter counts: +=, not =. Add up over all of them.": edit(
            "K, delta[:, i, j]", "K[..., -1:], delta[:, i, j, -1:]"
        ),
        "In dE/dX the kernels' rows and columns are swapped.": edit('"uvcf,nf', '"vucf,nf'),
        "dE/db is summed over rows, columns and filters. The filters are the last axis, and stay: "
        "sum over the axes 0, 1 and 2.": edit("(0, 1, 2)", "(1, 2, 3)"),
    },
)

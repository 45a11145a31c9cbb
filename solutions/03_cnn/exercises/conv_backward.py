"""What `conv_backward` is checked on, gradient by gradient."""

import numpy as np

from course_utils.exercises import Case, Exercise

from ._conv_gradients import (
    bias_gradient,
    by_convolution,
    by_matrices,
    cropped,
    cropped_at_the_end,
    cropped_to_nothing,
    first_place,
    flipped,
    input_gradient,
    kernel_gradient,
    last_place,
    padded_gradient,
    per_place,
    seven_loops,
    spread_over_filters,
    step,
    stride_one,
    transposed_kernels,
    unpadded_windows,
)


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
    alternatives=[seven_loops, by_convolution, by_matrices],
    mistakes={
        "dE/dX keeps only the last window that a pixel lies in. Shares add up: +=, not =.": (
            step(dX=lambda *given: cropped(padded_gradient(*given, add=False), given[3]))
        ),
        "dE/dX still has its border of zeros: cut the padding off.": step(dX=padded_gradient),
        "With padding 0 the slice 0:-0 is empty, so dE/dX is too: use padding : padding + "
        "height.": step(dX=cropped_to_nothing),
        "The padding is cut off dE/dX below and on the right only. It is on all four sides.": step(
            dX=cropped_at_the_end
        ),
        "In dE/dX you flip the kernels. The share of a window is the kernel as it is, times "
        "delta.": step(dX=lambda X, K, d, p, s: input_gradient(X, flipped(K), d, p, s)),
        "In dE/dX every filter gets the delta of all filters. Filter f's kernel goes with "
        "delta[..., f]; only then is summed over f.": step(dX=spread_over_filters),
        "In dE/dX only the first filter counts. Add up over all of them.": step(
            dX=lambda X, K, d, p, s: input_gradient(X, K[..., :1], d[..., :1], p, s)
        ),
        "dE/dX is the same for all examples. Each has its own: do not sum over the batch.": step(
            dX=lambda X, K, d, p, s: np.broadcast_to(
                input_gradient(X, K, d, p, s).sum(axis=0, keepdims=True), X.shape
            )
        ),
        "dE/dX is divided by the batch size. Each example has its own.": step(
            dX=lambda X, K, d, p, s: input_gradient(X, K, d, p, s) / len(X)
        ),
        "The stride is missing in dE/dX: the window of place (i, j) begins at row i * "
        "stride.": step(dX=stride_one(input_gradient)),
        "The stride is missing in dE/dK: the window of place (i, j) begins at row i * "
        "stride.": step(dK=stride_one(kernel_gradient)),
        "The stride is missing in dE/dX and dE/dK: the window of place (i, j) begins at row i * "
        "stride and column j * stride.": step(
            dX=stride_one(input_gradient), dK=stride_one(kernel_gradient)
        ),
        "dE/dK is made of windows of the image without its border: pad X first.": step(
            dK=unpadded_windows
        ),
        "dE/dK keeps only the last place. Shares add up: +=, not =.": step(dK=last_place),
        "dE/dK keeps only the first place: is the return inside the loop?": step(dK=first_place),
        "dE/dK holds the first example only: sum over the batch.": step(
            dK=lambda X, K, d, p, s: kernel_gradient(X[:1], K, d[:1], p, s)
        ),
        "dE/dK has nothing to do with the values of K: it is made of windows of X and delta.": step(
            dK=lambda X, K, d, p, s: K * d.sum(axis=(0, 1, 2))
        ),
        "dE/dK is divided by the batch size. The layer sums over the batch; the loss has divided "
        "already.": step(dK=lambda X, K, d, p, s: kernel_gradient(X, K, d, p, s) / len(X)),
        "dE/dK and dE/db are divided by the batch size. The layer sums over the batch; the loss "
        "has divided already.": step(
            dK=lambda X, K, d, p, s: kernel_gradient(X, K, d, p, s) / len(X),
            db=lambda X, K, d, p, s: bias_gradient(X, K, d, p, s) / len(X),
        ),
        "dE/dK and dE/db are divided by the number of places and examples. They are sums.": step(
            dK=lambda X, K, d, p, s: kernel_gradient(X, K, d, p, s) / d[..., 0].size,
            db=lambda X, K, d, p, s: d.mean(axis=(0, 1, 2)),
        ),
        "dE/dK is flipped. Number (u, v) of the kernel meets pixel (i + u, j + v).": step(
            dK=lambda X, K, d, p, s: flipped(kernel_gradient(X, K, d, p, s))
        ),
        "dE/dK has channels and filters swapped.": step(
            dK=lambda X, K, d, p, s: kernel_gradient(X, K, d, p, s).transpose(0, 1, 3, 2)
        ),
        "dE/dK is the same for all filters. Filter f goes with delta[..., f].": step(
            dK=lambda X, K, d, p, s: np.broadcast_to(
                kernel_gradient(X, K, d, p, s).sum(axis=3, keepdims=True), K.shape
            )
        ),
        "dE/dK is the same for all channels. Channel c of the kernel meets channel c of the "
        "image.": step(
            dK=lambda X, K, d, p, s: np.broadcast_to(
                kernel_gradient(X, K, d, p, s).sum(axis=2, keepdims=True), K.shape
            )
        ),
        "dE/db is divided by something: it is the sum of delta over batch, rows and columns.": step(
            db=lambda X, K, d, p, s: d.mean(axis=(0, 1, 2))
        ),
        "dE/db is one number. Each filter has a bias of its own: do not sum over the last "
        "axis.": step(db=lambda X, K, d, p, s: d.sum()),
        "dE/db is summed over the batch only. A bias takes part at every place: sum over rows and "
        "columns too.": step(db=per_place),
        "dE/db is not summed over the batch: one number for each filter.": step(
            db=lambda X, K, d, p, s: d.sum(axis=(1, 2))
        ),
        "dE/db has axes of length 1 left: leave keepdims out.": step(
            db=lambda X, K, d, p, s: d.sum(axis=(0, 1, 2), keepdims=True)
        ),
        "The sign of dE/dK and dE/db is flipped. They are the gradients; the minus of the descent "
        "comes later.": step(
            dK=lambda X, K, d, p, s: -kernel_gradient(X, K, d, p, s),
            db=lambda X, K, d, p, s: -bias_gradient(X, K, d, p, s),
        ),
        "The order is wrong: return dE/dX, then dE/dK, then dE/db.": step(
            out=lambda dX, dK, db: (dK, db, dX)
        ),
        "dE/dX and dE/dK are swapped: return dE/dX first.": step(
            out=lambda dX, dK, db: (dK, dX, db)
        ),
        "Only dE/dX comes back. Return all three.": step(out=lambda dX, dK, db: dX),
        "Only dE/dX and dE/dK come back. dE/db is missing.": step(out=lambda dX, dK, db: (dX, dK)),
        "dE/dX and dE/dK keep only the last share. Shares add up: +=, not =.": step(
            dX=lambda *given: cropped(padded_gradient(*given, add=False), given[3]), dK=last_place
        ),
        "Only the first example gets its dE/dX.": step(
            dX=lambda X, K, d, p, s: input_gradient(
                X, K, d * (np.arange(len(d)) < 1).reshape(-1, 1, 1, 1), p, s
            )
        ),
        "dE/dK is not summed over the batch. The kernels are the same for all examples.": (
            step(
                dK=lambda X, K, d, p, s: np.stack(
                    [kernel_gradient(X[n : n + 1], K, d[n : n + 1], p, s) for n in range(len(X))]
                )
            )
        ),
        "All signs are flipped. These are the gradients; the minus of the descent comes "
        "later.": step(out=lambda dX, dK, db: (-dX, -dK, -db)),
        "The order is wrong: dE/db comes last, not first.": step(
            out=lambda dX, dK, db: (db, dK, dX)
        ),
        "In dE/dK the windows are added up over the batch before they meet delta. Each meets the "
        "delta of its own example.": step(
            dK=lambda X, K, d, p, s: kernel_gradient(
                X, K, np.broadcast_to(d.sum(axis=0, keepdims=True), d.shape), p, s
            )
        ),
        "In dE/dX only the last filter counts: +=, not =. Add up over all of them.": step(
            dX=lambda X, K, d, p, s: input_gradient(X, K[..., -1:], d[..., -1:], p, s)
        ),
        "In dE/dX the kernels' rows and columns are swapped.": step(dX=transposed_kernels),
        "dE/db is summed over rows, columns and filters. The filters are the last axis, and stay: "
        "sum over the axes 0, 1 and 2.": step(db=lambda X, K, d, p, s: d.sum(axis=(1, 2, 3))),
    },
)

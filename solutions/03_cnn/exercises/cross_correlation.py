"""What `cross_correlation` is checked on."""

import numpy as np

from course_utils.exercises import Case, Exercise

from ._filters import (
    by_scipy,
    by_shifts,
    centred,
    float_count,
    four_loops,
    of_integers,
    only,
    partial_windows,
    ranges_stop_early,
    rest_left_zero,
    rows_by,
    size_of_unpadded,
    sliding,
    strided_view,
)


def _cross_correlation_cases(rng):
    def case(name, image, kernel, **options):
        x, k = (rng.normal(size=shape).round(1) for shape in (image, kernel))
        return Case(name, x, k, **options)

    def size(low, high):
        return int(rng.integers(low, high + 1))

    yield case("the kernel is as large as the image", (3, 3), (3, 3))
    yield case("valid padding", (size(4, 5), size(6, 7)), (3, 3))
    yield case("a kernel with even sides", (size(3, 4), size(5, 6)), (2, 2))
    yield case("a kernel that is wider than high", (size(4, 5), size(5, 6)), (2, 3))
    yield case("a kernel that is higher than wide", (size(4, 5), size(3, 4)), (3, 1))
    yield case("padding 1", (size(3, 4), size(5, 6)), (3, 3), padding=1)
    yield case("padding 2, with a small kernel", (size(3, 4), size(2, 3)), (2, 2), padding=2)
    yield case("stride 2", (7, size(8, 9)), (3, 3), stride=2)
    yield case("stride 2, with a row and a column left over", (6, 8), (3, 3), stride=2)
    yield case("stride 3", (8 + size(0, 2), 9), (2, 3), stride=3)
    yield case("padding 1 and stride 2", (size(5, 7), size(6, 8)), (3, 2), padding=1, stride=2)


cross_correlation = Exercise(
    points=2,
    cases=_cross_correlation_cases,
    atol=1e-9,
    hints=[
        "Do it in three steps: put the zeros around x, count the rows and columns of the result, "
        "and fill it place by place.",
        "np.pad(x, padding) puts zeros on all four sides. Count rows and columns with the shape of "
        "the padded image.",
        "The window for row i and column j begins at row i * stride and column j * stride of the "
        "padded image, and has the shape of the kernel. Its number is np.sum(kernel * window).",
    ],
    alternatives=[strided_view, by_shifts, four_loops, by_scipy],
    mistakes={
        "You flip the kernel: that is the true convolution. Here the kernel stays as it "
        "is.": sliding(lambda k, w: np.sum(k[::-1, ::-1] * w)),
        "You turn the kernel upside down. It stays as it is.": sliding(
            lambda k, w: np.sum(k[::-1] * w)
        ),
        "You swap left and right of the kernel. It stays as it is.": sliding(
            lambda k, w: np.sum(k[:, ::-1] * w)
        ),
        "You transpose the kernel. Its first axis runs down the image, as it does in x.": sliding(
            lambda k, w: np.sum(k.T * w)
        ),
        "This is the mean of the products. The sum is asked.": sliding(lambda k, w: np.mean(k * w)),
        "You divide by the sum of the kernel. The products are only added up.": sliding(
            lambda k, w: np.sum(k * w) / k.sum()
        ),
        "The kernel is not used: this adds up the window.": sliding(lambda k, w: np.sum(w)),
        "You add up kernel and window and then multiply. Multiply number by number first, then add "
        "up.": sliding(lambda k, w: np.sum(k) * np.sum(w)),
        "You add kernel and window. Multiply them, number by number, and add up the "
        "products.": sliding(lambda k, w: np.sum(k + w)),
        "This is the largest product in the window. The sum of all products is asked.": sliding(
            lambda k, w: np.max(k * w)
        ),
        "@ is the matrix product. Multiply number by number, with *, and add up.": sliding(
            lambda k, w: np.sum(k @ w)
        ),
        "np.dot is the matrix product. Multiply number by number, with *, and add up.": sliding(
            lambda k, w: np.trace(k @ w.T) if k.shape[0] == 1 else np.sum(np.dot(k, w))
        ),
        "k * w is still an array: add up its numbers, with np.sum.": sliding(lambda k, w: k * w),
        "The padding is not used: no zeros are put around the image.": sliding(pad=lambda x, p: x),
        "Zeros are put above and on the left only. They belong on all four sides.": sliding(
            pad=lambda x, p: np.pad(x, ((p, 0), (p, 0)))
        ),
        "Zeros are put below and on the right only. They belong on all four sides.": sliding(
            pad=lambda x, p: np.pad(x, ((0, p), (0, p)))
        ),
        "Zeros are put above and below only. They belong on the left and right too.": sliding(
            pad=lambda x, p: np.pad(x, ((p, p), (0, 0)))
        ),
        "Zeros are put on the left and right only. They belong above and below too.": sliding(
            pad=lambda x, p: np.pad(x, ((0, 0), (p, p)))
        ),
        "You repeat the pixels at the border. Put zeros there.": sliding(
            pad=lambda x, p: np.pad(x, p, mode="edge")
        ),
        "You pad with ones. Put zeros around the image.": sliding(
            pad=lambda x, p: np.pad(x, p, constant_values=1.0)
        ),
        "You pad twice as much as asked: padding counts the rows on one side.": sliding(
            pad=lambda x, p: np.pad(x, 2 * p)
        ),
        "The zeros are put around the result. They belong around the image, before the window "
        "slides.": lambda x, kernel, padding=0, stride=1: np.pad(
            strided_view(x, kernel, 0, stride), padding
        ),
        "Count rows and columns with the padded image: without its border some places are "
        "left away.": size_of_unpadded,
        "The stride is not used: the window moves by one pixel.": rows_by(lambda s: (1, 1)),
        "The stride is used downwards only. It holds to the right too.": rows_by(lambda s: (s, 1)),
        "The stride is used to the right only. It holds downwards too.": rows_by(lambda s: (1, s)),
        "The result has the right size, but the window moves by one pixel: it begins at row "
        "i * stride and column j * stride.": sliding(place=lambda i, stride: i),
        "The window moves by stride + 1. It begins at row i * stride and column j * "
        "stride.": sliding(
            size=lambda n, k, s: (n - k) // (s + 1) + 1, place=lambda i, s: i * (s + 1)
        ),
        "The last row and column are missing: the count is (n + 2 padding - kernel) // stride, "
        "plus 1.": sliding(size=lambda n, k, s: (n - k) // s),
        "The 1 is added before the division by the stride. It comes after it.": sliding(
            size=lambda n, k, s: (n - k + 1) // s
        ),
        "A last step that leaves the image is not taken: round the count down.": partial_windows,
        "The result has the size of the image, and what is left of it is 0. It has rows = "
        "(height + 2 padding - kernel height) // stride + 1.": rest_left_zero,
        "The decimals are lost: the result is an array of integers.": of_integers,
        "The padding is not the one that is given: you pad such that the size stays.": (
            lambda x, kernel, padding=0, stride=1: strided_view(
                x, kernel, (kernel.shape[0] - 1) // 2, stride
            )
        ),
        "You mirror the image at its border. Put zeros there.": sliding(
            pad=lambda x, p: np.pad(x, p, mode="reflect")
        ),
        "The window moves by its own size. It moves by the stride.": (
            lambda x, kernel, padding=0, stride=1: strided_view(x, kernel, padding)[
                :: kernel.shape[0], :: kernel.shape[1]
            ]
        ),
        "Your range stops too early: range(0, n - k, stride) leaves out n - k itself. Add "
        "1.": ranges_stop_early,
        "Only the first row is filled: is the return inside the outer loop?": only("row"),
        "Only the first number is filled: is the return inside the loops?": only("number"),
        "/ gives a float, which is no count. // rounds down and gives an integer.": float_count,
        "The window is centred on its place. It begins there: rows i * stride to i * stride + "
        "kernel height.": centred,
        "Negative results are cut off. They stay as they are.": sliding(
            lambda k, w: max(0.0, np.sum(k * w))
        ),
        "You divide by the size of the kernel's numbers. The products are only added up.": sliding(
            lambda k, w: np.sum(k * w) / np.abs(k).sum()
        ),
    },
)

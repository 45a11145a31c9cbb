"""What `cross_correlation` is checked on."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from course_utils.exercises import Case, Exercise, edit


def _cross_correlation_cases(rng):
    def case(name, image, kernel, **options):
        x, k = (rng.normal(size=shape).round(1) for shape in (image, kernel))
        return Case(name, x, k, **options)

    def size(low, high):
        return int(rng.integers(low, high + 1))

    # "Not flipped", "the sum of kernel times the window under it": every case, their kernels
    # are not symmetric.
    # "x and kernel stay as they are": looked at in every case.
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


def _strided_view(x, kernel, padding=0, stride=1):
    windows = sliding_window_view(np.pad(x, padding), kernel.shape)[::stride, ::stride]
    return np.einsum("ijuv,uv->ij", windows, kernel)


def _by_shifts(x, kernel, padding=0, stride=1):
    """Adds up shifted images, one for each number of the kernel."""
    padded = np.pad(x, padding)
    rows, columns = (n - k + 1 for n, k in zip(padded.shape, kernel.shape, strict=True))
    y = sum(
        kernel[u, v] * padded[u : u + rows, v : v + columns] for u, v in np.ndindex(*kernel.shape)
    )
    return y[::stride, ::stride]


def _four_loops(x, kernel, padding=0, stride=1):
    height, width = x.shape
    rows = (height + 2 * padding - kernel.shape[0]) // stride + 1
    columns = (width + 2 * padding - kernel.shape[1]) // stride + 1
    y = [[0.0] * columns for _ in range(rows)]
    for i, j in np.ndindex(rows, columns):
        for (u, v), weight in np.ndenumerate(kernel):
            row, column = i * stride + u - padding, j * stride + v - padding
            if 0 <= row < height and 0 <= column < width:
                y[i][j] += weight * x[row, column]
    return np.array(y)


def _by_scipy(x, kernel, padding=0, stride=1):
    from scipy.signal import correlate2d

    return correlate2d(np.pad(x, padding), kernel, mode="valid")[::stride, ::stride]


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
    alternatives=[_strided_view, _by_shifts, _four_loops, _by_scipy],
    mistakes={
        "You flip the kernel: that is the true convolution. Here the kernel stays as it is.": edit(
            "kernel *", "kernel[::-1, ::-1] *"
        ),
        "You turn the kernel upside down. It stays as it is.": edit("kernel *", "kernel[::-1] *"),
        "You swap left and right of the kernel. It stays as it is.": edit(
            "kernel *", "kernel[:, ::-1] *"
        ),
        "You transpose the kernel. Its first axis runs down the image, as it does in x.": edit(
            "kernel *", "kernel.T *"
        ),
        "This is the mean of the products. The sum is asked.": edit("np.sum", "np.mean"),
        "You divide by the sum of the kernel. The products are only added up.": edit(
            "left + width])", "left + width]) / kernel.sum()"
        ),
        "The kernel is not used: this adds up the window.": edit("kernel * x", "x"),
        "You add up kernel and window and then multiply. Multiply number by number first, then add "
        "up.": edit("kernel * x", "kernel) * np.sum(x"),
        "You add kernel and window. Multiply them, number by number, and add up the "
        "products.": edit("kernel *", "kernel +"),
        "This is the largest product in the window. The sum of all products is asked.": edit(
            "np.sum", "np.max"
        ),
        "@ is the matrix product. Multiply number by number, with *, and add up.": edit(
            "kernel *", "kernel @"
        ),
        "np.dot is the matrix product. Multiply number by number, with *, and add up.": edit(
            "kernel * x", "np.dot(kernel, x", "left + width])", "left + width]))"
        ),
        "k * w is still an array: add up its numbers, with np.sum.": edit("np.sum(", "("),
        "The padding is not used: no zeros are put around the image.": edit(
            "np.pad(x, padding)", "x"
        ),
        "Zeros are put above and on the left only. They belong on all four sides.": edit(
            "padding", "((padding, 0), (padding, 0))"
        ),
        "Zeros are put below and on the right only. They belong on all four sides.": edit(
            "padding", "((0, padding), (0, padding))"
        ),
        "Zeros are put above and below only. They belong on the left and right too.": edit(
            "padding", "((padding, padding), (0, 0))"
        ),
        "Zeros are put on the left and right only. They belong above and below too.": edit(
            "padding", "((0, 0), (padding, padding))"
        ),
        "You repeat the pixels at the border. Put zeros there.": edit(
            "padding", 'padding, mode="edge"'
        ),
        "You pad with ones. Put zeros around the image.": edit(
            "padding", "padding, constant_values=1.0"
        ),
        "You pad twice as much as asked: padding counts the rows on one side.": edit(
            "padding", "2 * padding"
        ),
        "The zeros are put around the result. They belong around the image, before the window "
        "slides.": edit("np.pad(x, padding)", "x", "return y", "return np.pad(y, padding)"),
        "Count rows and columns with the padded image: without its border some places are "
        "left away.": edit("x = np.pad", "padded = np.pad", "kernel * x", "kernel * padded"),
        "The stride is not used: the window moves by one pixel.": edit(
            "x = np.pad", "stride = 1\nx = np.pad"
        ),
        "The stride is used downwards only. It holds to the right too.": edit(
            "width) // stride", "width)", "j * stride", "j"
        ),
        "The stride is used to the right only. It holds downwards too.": edit(
            "height) // stride", "height)", "i * stride", "i"
        ),
        "The result has the right size, but the window moves by one pixel: it begins at row "
        "i * stride and column j * stride.": edit("i * stride, j * stride", "i, j"),
        "The window moves by stride + 1. It begins at row i * stride and column j * stride.": edit(
            "x = np.pad", "stride += 1\nx = np.pad"
        ),
        "The last row and column are missing: the count is (n + 2 padding - kernel) // stride, "
        "plus 1.": edit(
            "height) // stride + 1", "height) // stride", "width) // stride + 1", "width) // stride"
        ),
        "The 1 is added before the division by the stride. It comes after it.": edit(
            "height) // stride + 1",
            "height + 1) // stride",
            "width) // stride + 1",
            "width + 1) // stride",
        ),
        "A last step that leaves the image is not taken: round the count down.": edit(
            "kernel.shape", "kernel.shape\nx = np.pad(x, (0, stride - 1))"
        ),
        "The result has the size of the image, and what is left of it is 0. It has rows = "
        "(height + 2 padding - kernel height) // stride + 1.": edit(
            "x = np.pad", "y = np.zeros(x.shape)\nx = np.pad", "y = np.zeros((rows, columns))\n", ""
        ),
        "The decimals are lost: the result is an array of integers.": edit(
            "(rows, columns)", "(rows, columns), int"
        ),
        "The padding is not the one that is given: you pad such that the size stays.": edit(
            "padding", "(kernel.shape[0] - 1) // 2"
        ),
        "You mirror the image at its border. Put zeros there.": edit(
            "padding", 'padding, mode="reflect"'
        ),
        "The window moves by its own size. It moves by the stride.": edit(
            "height) // stride",
            "height) // height",
            "width) // stride",
            "width) // width",
            "i * stride, j * stride",
            "i * height, j * width",
        ),
        "Your range stops too early: range(0, n - k, stride) leaves out n - k itself. Add 1.": edit(
            "(x.shape[0] - height) // stride + 1",
            "len(range(0, x.shape[0] - height, stride))",
            "(x.shape[1] - width) // stride + 1",
            "len(range(0, x.shape[1] - width, stride))",
        ),
        "Only the first row is filled: is the return inside the outer loop?": edit(
            "\nreturn y", "\n    return y"
        ),
        "Only the first number is filled: is the return inside the loops?": edit(
            "\nreturn y", "\n        return y"
        ),
        "/ gives a float, which is no count. // rounds down and gives an integer.": edit(
            "height) // stride", "height) / stride"
        ),
        "The window is centred on its place. It begins there: rows i * stride to i * stride + "
        "kernel height.": edit(
            "y = np.zeros",
            "x = np.pad(x, ((height // 2, height), (width // 2, width)))\ny = np.zeros",
        ),
        "Negative results are cut off. They stay as they are.": edit(
            "return y", "return np.maximum(0.0, y)"
        ),
        "You divide by the size of the kernel's numbers. The products are only added up.": edit(
            "left + width])", "left + width]) / np.abs(kernel).sum()"
        ),
    },
)

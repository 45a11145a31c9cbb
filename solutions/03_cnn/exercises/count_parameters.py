"""What `count_parameters` is checked on."""

import numpy as np

from course_utils.exercises import Case, Exercise, edit

#: The last line, and a line behind the loop that changes what was counted.
_AT_END = "1, 1, units\ncounts = "


def _conv(filters, kernel, padding=0, stride=1):
    values = {"filters": filters, "kernel": kernel, "padding": padding, "stride": stride}
    return {"kind": "conv"} | values


def _pool(size):
    return {"kind": "pool", "size": size}


def _dense(units):
    return {"kind": "dense", "units": units}


def _count_parameters_cases(rng):
    def n(low, high):
        return int(rng.integers(low, high + 1))

    def shape(low, high, channels):
        return (n(low, high), n(high + 1, high + 6), channels)

    yield Case("one filter, one channel", (28, 28, 1), [_conv(1, 5)])
    yield Case("filters on a colour image", shape(20, 32, 3), [_conv(n(50, 100), 3)])
    yield Case("one dense layer on an image", shape(8, 12, 1), [_dense(n(50, 100))])
    yield Case("one dense layer, in colour", shape(8, 12, 3), [_dense(n(5, 10))])
    yield Case("two dense layers", (1, 1, n(20, 40)), [_dense(n(5, 9)), _dense(n(10, 14))])
    yield Case("two convolutions", shape(9, 12, 2), [_conv(n(4, 6), 3), _conv(n(7, 9), 5)])
    yield Case("a convolution, then dense", shape(7, 9, 2), [_conv(n(3, 5), 3), _dense(n(6, 9))])
    yield Case(
        "padding and stride 1", shape(6, 8, 3), [_conv(n(4, 5), 5, padding=2), _dense(n(6, 9))]
    )
    yield Case("padding 1, a kernel of 5", shape(6, 8, 1), [_conv(2, 5, padding=1), _dense(3)])
    yield Case("stride 2", shape(11, 14, 2), [_conv(n(3, 5), 3, stride=2), _dense(n(6, 9))])
    yield Case(
        "stride 3 and padding 1",
        (3 * n(4, 5) + 1, 3 * n(6, 8), 1),
        [_conv(4, 4, 1, 3), _dense(n(6, 9))],
    )
    yield Case("pooling, then dense", shape(8, 9, 3), [_pool(2), _dense(n(4, 7))])
    yield Case("pooling, with pixels left over", (11, 13, 2), [_pool(3), _dense(n(4, 7))])
    lenet = [_conv(6, 5, padding=2), _pool(2), _conv(16, 5), _pool(2)]
    lenet += [_dense(n(110, 130)), _dense(84), _dense(10)]
    yield Case("a whole network", (28, n(26, 32), 1), lenet)


def _by_arrays(input_shape, layers):
    """Makes every array of weights, and of an image, and asks for its size."""
    image, counts = np.empty(input_shape), []
    for layer in layers:
        if layer["kind"] == "conv":
            k, p, s = layer["kernel"], layer["padding"], layer["stride"]
            kernels = np.empty((k, k, image.shape[2], layer["filters"]))
            padded = np.empty((image.shape[0] + 2 * p, image.shape[1] + 2 * p))
            places = padded[: padded.shape[0] - k + 1 : s, : padded.shape[1] - k + 1 : s]
            image = np.empty((*places.shape, layer["filters"]))
            counts.append((kernels.size, layer["filters"]))
        elif layer["kind"] == "pool":
            n = layer["size"]
            image = image[n - 1 :: n, n - 1 :: n]
            counts.append((0, 0))
        else:
            counts.append((image.size * layer["units"], layer["units"]))
            image = np.empty(layer["units"])
    return counts


count_parameters = Exercise(
    points=3,
    cases=_count_parameters_cases,
    hints=[
        "What does one filter hold? A square of numbers for each channel of what comes in. And "
        "then there are several filters.",
        "Keep height, width and channels of what comes in, and change them after each layer: a "
        "convolution by the formula of section 1, with its number of filters as the new channels; "
        "pooling divides height and width, rounded down.",
        "A dense layer has height * width * channels * units weights. What comes out of it is 1 by "
        "1 with `units` channels. Pooling learns nothing: (0, 0).",
    ],
    alternatives=[
        _by_arrays,
        edit("1, 1, units", _AT_END + "[list(pair) for pair in counts]"),
        edit("1, 1, units", _AT_END + "[tuple(np.array(pair)) for pair in counts]"),
    ],
    mistakes={
        "A filter has a number for each channel too: kernel * kernel * channels * filters.": edit(
            "channels * filters,", "filters,"
        ),
        "Every filter has its own kernels: multiply by the number of filters.": edit(
            "channels * filters,", "channels,"
        ),
        "A kernel is square: it has kernel * kernel numbers.": edit("k * k", "k"),
        "The weights of a convolution are shared by all places: their number does not depend on "
        "the size of the image.": edit(
            "channels * filters,", "channels * filters * height * width,"
        ),
        "A filter has one bias, not one for each channel.": edit(
            "filters, filters)", "filters, filters * channels)"
        ),
        "Each filter has a bias of its own, so a convolution has as many biases as filters.": edit(
            "filters, filters)", "filters, 1)"
        ),
        "A convolution has biases too, one for each filter.": edit(
            "filters, filters)", "filters, 0)"
        ),
        "The biases are forgotten, in all layers.": edit(
            "1, 1, units", _AT_END + "[(weights, 0) for weights, _ in counts]"
        ),
        "The biases are counted among the weights. They come second, by themselves.": edit(
            "1, 1, units", _AT_END + "[(weights + biases, biases) for weights, biases in counts]"
        ),
        "Weights and biases are in the wrong order: the weights come first.": edit(
            "1, 1, units", _AT_END + "[(biases, weights) for weights, biases in counts]"
        ),
        "Weights and biases are added up. A tuple of two numbers is asked for each layer.": edit(
            "1, 1, units", _AT_END + "[weights + biases for weights, biases in counts]"
        ),
        "All layers are added up. A tuple for each layer is asked.": edit(
            "1, 1, units", _AT_END + "tuple(map(sum, zip(*counts)))"
        ),
        "Pooling has no weights, but it is a layer: it gets (0, 0).": edit(
            "counts.append((0, 0))", "pass"
        ),
        "Pooling learns nothing: (0, 0).": edit("(0, 0)", '(layer["size"] ** 2, 0)'),
        "Pooling makes the image smaller: divide height and width by its size.": edit(
            'n // layer["size"]', "n"
        ),
        "Windows of the pooling that stick out are left away: round down.": edit(
            'n // layer["size"]', '-(-n // layer["size"])'
        ),
        "You halve height and width at every pooling. Divide by its size.": edit(
            'n // layer["size"]', "n // 2"
        ),
        "Pooling with windows that do not overlap: height // size, not height - size + 1.": edit(
            'n // layer["size"]', 'n - layer["size"] + 1'
        ),
        "A convolution changes height and width, by the formula of section 1.": edit(
            "(n + 2 * p - k) // s + 1", "n"
        ),
        "The padding is forgotten in height and width of what comes out.": edit(
            "n + 2 * p - k", "n - k"
        ),
        "The padding is on both sides: it counts twice in the formula.": edit("2 * p", "p"),
        "The stride is forgotten in height and width of what comes out.": edit(
            ") // s + 1", ") + 1"
        ),
        "The 1 at the end of the formula for height and width is missing.": edit(
            ") // s + 1", ") // s"
        ),
        "The last step of a stride that would leave the image is not taken: round down.": edit(
            "(n + 2 * p - k) // s + 1", "-(-(n + 2 * p - k) // s) + 1"
        ),
        "After a convolution there are as many channels as it has filters.": edit(
            "channels = filters", "pass"
        ),
        "After a convolution there are as many channels as filters. You multiply the channels by "
        "them.": edit("channels = filters", "channels *= filters"),
        "A dense layer takes every number of the image, of all channels.": edit(
            "channels * units,", "units,"
        ),
        "A dense layer takes every number of the image, not one for each channel.": edit(
            "height * width * channels * units,", "channels * units,"
        ),
        "A dense layer has a bias for each unit, not for each input.": edit(
            "units, units)", "units, height * width * channels)"
        ),
        "Behind a dense layer there is no image left: what comes out is 1 by 1, with `units` "
        "channels.": edit("1, 1, units", "height, width, units"),
        "The next dense layer has as many inputs as the one before has units.": edit(
            "1, 1, units", "height, width, channels"
        ),
        "The image is taken to be square. Height and width may differ.": edit(
            "= input_shape", "= input_shape\nwidth = height"
        ),
        "In a convolution the biases are counted among the weights. They come second, by "
        "themselves.": edit("channels * filters,", "channels * filters + filters,"),
        "In a dense layer the biases are counted among the weights. They come second, by "
        "themselves.": edit("channels * units,", "channels * units + units,"),
        "A dense layer has biases too, one for each unit.": edit("units, units)", "units, 0)"),
        "Each unit of a dense layer has a bias of its own.": edit("units, units)", "units, 1)"),
        "A kernel of k by k has k times k numbers, not 2 k.": edit("k * k", "2 * k"),
        "You count height and width as if the padding kept the size. Use the padding of the "
        "layer.": edit("(n + 2 * p - k) // s + 1", "-(-n // s)"),
        "The count of places is rounded to the nearest number. Round it down, with //.": edit(
            "(n + 2 * p - k) // s", "round((n + 2 * p - k) / s)"
        ),
        "The stride divides n + 2 padding - kernel as a whole: put it in parentheses.": edit(
            "(n + 2 * p - k) // s", "n + 2 * p - k // s"
        ),
        "The stride divides n + 2 padding - kernel, not the height alone.": edit(
            "(n + 2 * p - k) // s", "n // s + 2 * p - k"
        ),
        "Pooling divides height by its size and width by its size. You divide each by the "
        "square.": edit('n // layer["size"]', 'n // layer["size"] ** 2'),
        "Pooling is left out, and does not make the image smaller either. It is a layer with (0, "
        "0), and divides height and width.": edit("counts.append((0, 0))", "continue"),
        "All numbers stand in one row. A tuple for each layer is asked.": edit(
            "1, 1, units", _AT_END + "[number for pair in counts for number in pair]"
        ),
        "The places of a convolution are divided with /, so parts of a place count. Round down, "
        "with //.": edit(") // s", ") / s"),
        "Pooling divides with /, so parts of a window count. Round down, with //.": edit(
            'n // layer["size"]', 'n / layer["size"]'
        ),
    },
)

"""What `count_parameters` is checked on."""

import numpy as np

from course_utils.exercises import Case, Exercise

from ._counts import by_arrays, by_matching, numpy_integers, walk


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
    alternatives=[by_arrays, by_matching, numpy_integers],
    mistakes={
        "A filter has a number for each channel too: kernel * kernel * channels * filters.": walk(
            conv=lambda layer, shape: (layer["kernel"] ** 2 * layer["filters"], layer["filters"])
        ),
        "Every filter has its own kernels: multiply by the number of filters.": walk(
            conv=lambda layer, shape: (layer["kernel"] ** 2 * shape[2], layer["filters"])
        ),
        "A kernel is square: it has kernel * kernel numbers.": walk(
            conv=lambda layer, shape: (
                layer["kernel"] * shape[2] * layer["filters"],
                layer["filters"],
            )
        ),
        "The weights of a convolution are shared by all places: their number does not depend on "
        "the size of the image.": walk(
            conv=lambda layer, shape: (
                layer["kernel"] ** 2 * shape[2] * layer["filters"] * shape[0] * shape[1],
                layer["filters"],
            )
        ),
        "A filter has one bias, not one for each channel.": walk(
            conv=lambda layer, shape: (
                layer["kernel"] ** 2 * shape[2] * layer["filters"],
                layer["filters"] * shape[2],
            )
        ),
        "Each filter has a bias of its own, so a convolution has as many biases as filters.": walk(
            conv=lambda layer, shape: (layer["kernel"] ** 2 * shape[2] * layer["filters"], 1)
        ),
        "A convolution has biases too, one for each filter.": walk(
            conv=lambda layer, shape: (layer["kernel"] ** 2 * shape[2] * layer["filters"], 0)
        ),
        "The biases are forgotten, in all layers.": walk(
            out=lambda counts: [(weights, 0) for weights, _ in counts]
        ),
        "The biases are counted among the weights. They come second, by themselves.": walk(
            out=lambda counts: [(weights + biases, biases) for weights, biases in counts]
        ),
        "Weights and biases are in the wrong order: the weights come first.": walk(
            out=lambda counts: [(biases, weights) for weights, biases in counts]
        ),
        "Weights and biases are added up. A tuple of two numbers is asked for each layer.": walk(
            out=lambda counts: [sum(pair) for pair in counts]
        ),
        "All layers are added up. A tuple for each layer is asked.": walk(
            out=lambda counts: tuple(sum(column) for column in zip(*counts, strict=True))
        ),
        "Pooling has no weights, but it is a layer: it gets (0, 0).": walk(
            out=lambda counts: [pair for pair in counts if pair != (0, 0)]
        ),
        "Pooling learns nothing: (0, 0).": walk(pool=lambda layer, shape: (layer["size"] ** 2, 0)),
        "Pooling makes the image smaller: divide height and width by its size.": walk(
            pooled=lambda n, size: n
        ),
        "Windows of the pooling that stick out are left away: round down.": walk(
            pooled=lambda n, size: -(-n // size)
        ),
        "You halve height and width at every pooling. Divide by its size.": walk(
            pooled=lambda n, size: n // 2
        ),
        "Pooling with windows that do not overlap: height // size, not height - size + 1.": walk(
            pooled=lambda n, size: n - size + 1
        ),
        "A convolution changes height and width, by the formula of section 1.": walk(
            size=lambda n, layer: n
        ),
        "The padding is forgotten in height and width of what comes out.": walk(
            size=lambda n, layer: (n - layer["kernel"]) // layer["stride"] + 1
        ),
        "The padding is on both sides: it counts twice in the formula.": walk(
            size=lambda n, layer: (n + layer["padding"] - layer["kernel"]) // layer["stride"] + 1
        ),
        "The stride is forgotten in height and width of what comes out.": walk(
            size=lambda n, layer: n + 2 * layer["padding"] - layer["kernel"] + 1
        ),
        "The 1 at the end of the formula for height and width is missing.": walk(
            size=lambda n, layer: (n + 2 * layer["padding"] - layer["kernel"]) // layer["stride"]
        ),
        "The last step of a stride that would leave the image is not taken: round down.": walk(
            size=lambda n, layer: (
                -(-(n + 2 * layer["padding"] - layer["kernel"]) // layer["stride"]) + 1
            )
        ),
        "After a convolution there are as many channels as it has filters.": walk(
            channels=lambda before, filters: before
        ),
        "After a convolution there are as many channels as filters. You multiply the channels by "
        "them.": walk(channels=lambda before, filters: before * filters),
        "A dense layer takes every number of the image, of all channels.": walk(
            dense=lambda layer, shape: (shape[0] * shape[1] * layer["units"], layer["units"])
        ),
        "A dense layer takes every number of the image, not one for each channel.": walk(
            dense=lambda layer, shape: (shape[2] * layer["units"], layer["units"])
        ),
        "A dense layer has a bias for each unit, not for each input.": walk(
            dense=lambda layer, shape: (
                int(np.prod(shape)) * layer["units"],
                int(np.prod(shape)),
            )
        ),
        "Behind a dense layer there is no image left: what comes out is 1 by 1, with `units` "
        "channels.": walk(after_dense=lambda shape, units: (*shape[:2], units)),
        "The next dense layer has as many inputs as the one before has units.": walk(
            after_dense=lambda shape, units: shape
        ),
        "The image is taken to be square. Height and width may differ.": (
            lambda input_shape, layers: walk()(
                (input_shape[0], input_shape[0], input_shape[2]), layers
            )
        ),
        "In a convolution the biases are counted among the weights. They come second, by "
        "themselves.": walk(
            conv=lambda layer, shape: (
                (layer["kernel"] ** 2 * shape[2] + 1) * layer["filters"],
                layer["filters"],
            )
        ),
        "In a dense layer the biases are counted among the weights. They come second, by "
        "themselves.": walk(
            dense=lambda layer, shape: (
                (int(np.prod(shape)) + 1) * layer["units"],
                layer["units"],
            )
        ),
        "A dense layer has biases too, one for each unit.": walk(
            dense=lambda layer, shape: (int(np.prod(shape)) * layer["units"], 0)
        ),
        "Each unit of a dense layer has a bias of its own.": walk(
            dense=lambda layer, shape: (int(np.prod(shape)) * layer["units"], 1)
        ),
        "A kernel of k by k has k times k numbers, not 2 k.": walk(
            conv=lambda layer, shape: (
                2 * layer["kernel"] * shape[2] * layer["filters"],
                layer["filters"],
            )
        ),
        "You count height and width as if the padding kept the size. Use the padding of the "
        "layer.": walk(size=lambda n, layer: -(-n // layer["stride"])),
        "The count of places is rounded to the nearest number. Round it down, with //.": walk(
            size=lambda n, layer: (
                round((n + 2 * layer["padding"] - layer["kernel"]) / layer["stride"]) + 1
            )
        ),
        "The stride divides n + 2 padding - kernel as a whole: put it in parentheses.": walk(
            size=lambda n, layer: n + 2 * layer["padding"] - layer["kernel"] // layer["stride"] + 1
        ),
        "The stride divides n + 2 padding - kernel, not the height alone.": walk(
            size=lambda n, layer: n // layer["stride"] + 2 * layer["padding"] - layer["kernel"] + 1
        ),
        "Pooling divides height by its size and width by its size. You divide each by the "
        "square.": walk(pooled=lambda n, size: n // size**2),
        "Pooling is left out, and does not make the image smaller either. It is a layer with (0, "
        "0), and divides height and width.": walk(
            pooled=lambda n, size: n,
            out=lambda counts: [pair for pair in counts if pair != (0, 0)],
        ),
        "All numbers stand in one row. A tuple for each layer is asked.": walk(
            out=lambda counts: [number for pair in counts for number in pair]
        ),
        "The places of a convolution are divided with /, so parts of a place count. Round down, "
        "with //.": walk(
            size=lambda n, layer: (n + 2 * layer["padding"] - layer["kernel"]) / layer["stride"] + 1
        ),
        "Pooling divides with /, so parts of a window count. Round down, with //.": walk(
            pooled=lambda n, size: n / size
        ),
    },
)

"""Right and wrong counts of weights and biases, for `count_parameters`."""

import numpy as np


def walk(
    conv=lambda layer, shape: (
        layer["kernel"] ** 2 * shape[2] * layer["filters"],
        layer["filters"],
    ),
    pool=lambda layer, shape: (0, 0),
    dense=lambda layer, shape: (shape[0] * shape[1] * shape[2] * layer["units"], layer["units"]),
    size=lambda n, layer: (n + 2 * layer["padding"] - layer["kernel"]) // layer["stride"] + 1,
    pooled=lambda n, size: n // size,
    channels=lambda before, filters: filters,
    after_dense=lambda shape, units: (1, 1, units),
    out=lambda counts: counts,
):
    """A count with some of its rules changed."""
    rules = {"conv": conv, "pool": pool, "dense": dense}

    def count_parameters(input_shape, layers):
        height, width, depth = input_shape
        counts = []
        for layer in layers:
            counts.append(rules[layer["kind"]](layer, (height, width, depth)))
            if layer["kind"] == "conv":
                height, width = size(height, layer), size(width, layer)
                depth = channels(depth, layer["filters"])
            elif layer["kind"] == "pool":
                height, width = pooled(height, layer["size"]), pooled(width, layer["size"])
            else:
                height, width, depth = after_dense((height, width, depth), layer["units"])
        return out(counts)

    return count_parameters


def by_arrays(input_shape, layers):
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


def by_matching(input_shape, layers):
    size, channels, counts = list(input_shape[:2]), input_shape[2], []
    for layer in layers:
        match layer:
            case {"kind": "conv", "filters": f, "kernel": k, "padding": p, "stride": s}:
                counts.append([f * channels * k * k, f])
                size = [(n + p + p - k + s) // s for n in size]
                channels = f
            case {"kind": "pool", "size": k}:
                counts.append([0, 0])
                size = [(n - k) // k + 1 for n in size]
            case {"units": units}:
                counts.append([size[0] * size[1] * channels * units, units])
                size, channels = [1, 1], units
    return counts


def numpy_integers(input_shape, layers):
    """NumPy's integers instead of Python's."""
    return [tuple(np.int64(n) for n in pair) for pair in walk()(input_shape, layers)]

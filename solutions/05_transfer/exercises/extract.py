"""What exercise `extract` of lab 5 is checked on."""

import numpy as np

from course_utils.exercises import Case, Exercise, Fixture, edit


def _cases(rng):
    def images(n, height=5, width=4, channels=3):
        return rng.integers(0, 256, (n, height, width, channels), dtype=np.uint8)

    def case(name, n, batch, most=None, **shape):
        return Case(name, Fixture("few_at_once", most=most or batch), images(n, **shape), batch)

    # "the network is called on so many images at a": the fixture notes how many at each call.
    yield case("two full batches", 6, 3)
    # "The last batch may be smaller."
    yield case("a last batch of one", 7, 3)
    yield case("fewer images than one batch takes", 2, 5)
    yield case("one at a time", 3, 1)
    yield case("a batch smaller than the network takes", 8, 3, most=6)
    yield case("one grey image", 1, 2, height=3, width=6, channels=1)


def _by_filling(network, images, batch):
    """Writes into an array that was made beforehand."""
    z = None
    done = 0
    while done < len(images):
        part = network((images[done : done + batch] / np.float32(255) - np.float32(0.5)) * 2)
        if z is None:
            z = np.empty((len(images), part.shape[1]), dtype=np.float64)
        z[done : done + len(part)] = part
        done += len(part)
    return z


def _by_split(network, images, batch):
    cuts = np.arange(batch, len(images), batch)
    return np.vstack([network(x / 127.5 - 1.0) for x in np.split(images, cuts)])


def _by_tensors(network, images, batch):
    from keras import ops

    scaled = ops.cast(images, "float32") / 127.5 - 1.0
    parts = [
        network(ops.convert_to_numpy(scaled[i : i + batch])) for i in range(0, len(images), batch)
    ]
    return ops.concatenate(parts, axis=0)


extract = Exercise(
    points=1,
    cases=_cases,
    rtol=1e-4,
    atol=1e-5,
    hints=[
        "range(0, len(images), batch) gives where each batch begins. A slice may run beyond the "
        "end: NumPy stops there.",
        "0 must become -1 and 255 must become 1. Scale one batch at a time, as decimal numbers.",
        "Collect the features of the batches in a list; np.concatenate makes one array of them.",
    ],
    alternatives=[_by_filling, _by_split, _by_tensors],
    mistakes={
        "All images go through the network at once. It has no room for them: cut them into "
        "batches.": edit("images), batch)", "images), len(images))", "start + batch", ""),
        "The last batch, which is not full, is left out.": edit(
            "len(images)", "len(images) // batch * batch or len(images)"
        ),
        "Batches that are not full are left out, also where there is no other.": edit(
            "len(images)", "len(images) // batch * batch"
        ),
        "The last batch is filled up: cut off what belongs to no image.": edit(
            "features = []",
            "n, features = -(-len(images) // batch) * batch, []\n"
            "images = np.pad(images, [(0, n - len(images)), (0, 0), (0, 0), (0, 0)])",
        ),
        "The images go through the network one by one, which is slow: `batch` of them at a "
        "time.": edit("images), batch)", "images))", "start + batch", "start + 1"),
        "The batches have a size of their own: `batch` says how many images go at a time.": edit(
            "images), batch)",
            "images), 2 if batch > 1 else 1)",
            "start + batch",
            "start + (2 if batch > 1 else 1)",
        ),
        "The batches lie in a list, or on an axis of their own: np.concatenate.": edit(
            "np.concatenate(features)", "features"
        ),
        "The features of the batches are joined side by side: one row for each image is asked, "
        "axis=0.": edit("(features)", "(features, axis=1)"),
        "Only the features of the last batch came back.": edit(
            "np.concatenate(features)", "features[-1]"
        ),
        "Only the features of the first batch came back: is the return inside the loop?": edit(
            "np.concatenate(features)", "features[0]"
        ),
        "The features of all batches are added up. Each image has its own.": edit(
            "np.concatenate(features)", "np.concatenate(features).sum(axis=0, keepdims=True)"
        ),
        "Each batch is averaged. Each image has its own features.": edit(
            "127.5 - 1)", "127.5 - 1).mean(axis=0, keepdims=True)"
        ),
        "The pixels go in as they are, 0 to 255. The network learned with -1 to 1.": edit(
            " / 127.5 - 1", ""
        ),
        "The pixels are scaled to 0 to 1. The network learned with -1 to 1.": edit(
            "127.5 - 1", "255"
        ),
        "The pixels are scaled to -0.5 to 0.5. The network learned with -1 to 1.": edit(
            "127.5 - 1", "255 - 0.5"
        ),
        "Divided by 255 and 1 subtracted: that gives -1 to 0. Half of 255 is the divisor.": edit(
            "127.5", "255"
        ),
        "Divided by 128, 255 becomes a little less than 1: divide by 127.5.": edit("127.5", "128"),
        "The subtraction is done in whole numbers of 8 bits, where 0 - 127 is 129. Make the pixels "
        "float32 first.": edit(" - 1", "", '.astype("float32")', " - 127"),
        "// divides in whole numbers: every pixel becomes -1, 0 or 1. Use /.": edit("/", "//"),
        "Each image is scaled by its own brightest pixel. 255 is 1 in every image.": edit(
            "127.5", "np.maximum(pixels.max(axis=(1, 2, 3), keepdims=True), 1) * 2"
        ),
        "The batches overlap: each begins one image behind the last, not `batch` images.": edit(
            "images), batch)", "images))"
        ),
        "The batches come in the wrong order: the features of image i belong into row i.": edit(
            "(features)", "(features[::-1])"
        ),
    },
)

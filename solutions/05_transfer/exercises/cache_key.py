"""What exercise `cache_key` of lab 5 is checked on."""

import hashlib

import numpy as np

from course_utils.exercises import Case, Exercise, edit


def _cases(rng):
    def weights(*names):
        return {name: rng.normal(size=(2, 3)).astype(np.float32) for name in names}

    images = rng.integers(0, 256, (2, 4, 4, 3), dtype=np.uint8)
    yield Case("two weights and an image", images[:1].copy(), weights("kernel", "bias"))
    first = weights("conv2", "conv1", "dense")
    yield Case("three weights", images, first)
    yield Case("the same weights in another order", images, dict(reversed(first.items())))
    other = {name: value.copy() for name, value in first.items()}
    other["dense"][1, 2] += 1
    yield Case("one number of one weight is another", images, other)
    pixel = images.copy()
    pixel[1, 3, 2, 0] ^= 1
    yield Case("one bit of one pixel is another", pixel, first)
    yield Case("the same bytes in another shape", images.reshape(4, 2, 4, 3), first)
    yield Case("the same bytes of another dtype", images.view(np.int8), first)
    large = rng.integers(0, 256, (3, 40, 40, 3), dtype=np.uint8)
    yield Case("many numbers", large, first)


def _in_one_piece(images, weights):
    pieces = []
    for name, array in [*sorted(weights.items()), ("images", images)]:
        numbers = np.ascontiguousarray(array)
        shape = "(" + ", ".join(str(n) for n in numbers.shape) + ("," * (numbers.ndim == 1)) + ")"
        pieces += [f"{name} {numbers.dtype.name} {shape}".encode(), numbers.data.tobytes()]
    return hashlib.new("sha256", b"".join(pieces)).hexdigest()


def _by_memory(images, weights):
    digest = hashlib.sha256(usedforsecurity=False)
    arrays = dict(weights)
    for name in [*sorted(arrays), "images"]:
        array = images if name == "images" else arrays[name]
        digest.update(bytes(name + " " + str(array.dtype) + " " + str(array.shape), "utf-8"))
        digest.update(bytes(array.flatten(order="C")))
    return digest.digest().hex()


cache_key = Exercise(
    points=2,
    cases=_cases,
    hints=[
        "digest = hashlib.sha256() begins, digest.update(some_bytes) adds bytes, and "
        "digest.hexdigest() gives 64 digits as text. Adding in two steps is adding both at once.",
        "A text becomes bytes by text.encode(), an array by array.tobytes(), which writes its "
        "numbers row by row, however they lie in memory.",
        "sorted(weights) gives the names in their order. For each: "
        'f"{name} {array.dtype} {array.shape}", then the numbers. At last the images, named '
        '"images".',
    ],
    alternatives=[_in_one_piece, _by_memory],
    mistakes={
        "The weights come in the order of the dict, so that the same network has two keys. Sort "
        "them by name.": edit("sorted(weights.items())", "weights.items()"),
        "The dtypes are missing: the same bytes mean other numbers with another dtype.": edit(
            " {array.dtype}", ""
        ),
        "The shapes are missing: a matrix of 2 x 3 and one of 3 x 2 have the same bytes.": edit(
            " {array.shape}", ""
        ),
        "The names are missing: two weights could change places unnoticed.": edit("{name} ", ""),
        "Only the bytes of the numbers are in your key: name, dtype and shape are missing.": edit(
            "{name} {array.dtype} {array.shape}", ""
        ),
        "Only name, dtype and shape are in your key: the numbers themselves are missing.": edit(
            "digest.update(array.tobytes())", ""
        ),
        "str(array) leaves out most numbers of a large array, and rounds the rest: use "
        "array.tobytes().": edit("array.tobytes()", "str(array).encode()"),
        "The images come first: the weights do, then the images.": edit(
            "[*sorted(weights.items()), (", "[(", "images)]", "images), *sorted(weights.items())]"
        ),
        "The images are missing: two sets of images would share their features.": edit(
            ', ("images", images)', ""
        ),
        "The weights are missing: a network that learned on would be served old features.": edit(
            "*sorted(weights.items()), ", ""
        ),
        "Only the first image is in your key.": edit("images)]", "images[:1])]"),
        "These are the 32 bytes; their 64 hexadecimal digits are asked: hexdigest().": edit(
            "digest.hexdigest()", "str(digest.digest())"
        ),
        "The digest itself came back, an object: hexdigest() gives its text.": edit(
            ".hexdigest()", ""
        ),
        "This is MD5, for which two contents of one key can be made. SHA-256 is asked.": edit(
            "sha256", "md5"
        ),
        "This is SHA-1; SHA-256 is asked.": edit("sha256", "sha1"),
        "The key is cut off: all 64 digits are asked.": edit("hexdigest()", "hexdigest()[:16]"),
        "The digits are capital letters; hexdigest() gives small ones.": edit(
            "hexdigest()", "hexdigest().upper()"
        ),
        "The numbers are turned into float64 first: their bytes are others then.": edit(
            "array.tobytes", "array.astype(float).tobytes"
        ),
        "Commas stand between name, dtype and shape: one space is asked.": edit(
            "{name} {array.dtype} {", "{name},{array.dtype},{"
        ),
        "Nothing stands between name, dtype and shape: one space is asked.": edit(
            "{name} {array.dtype} {", "{name}{array.dtype}{"
        ),
        "The weights are sorted from z to a.": edit("items())", "items(), reverse=True)"),
    },
)

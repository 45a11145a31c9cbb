"""What `receptive_field` is checked on."""

from course_utils.exercises import Case, Exercise


def _receptive_field_cases(rng):
    def n(low, high):
        return int(rng.integers(low, high + 1))

    yield Case("no layer", [])
    yield Case("one layer", [(n(5, 9), 1, 1)])
    yield Case("one layer with an even kernel", [(4, 1, 1)])
    yield Case("one layer with a stride", [(n(4, 6), 3, 1)])
    yield Case("one layer with dilation", [(n(3, 5), 1, n(3, 5))])
    yield Case("stacked kernels of 3", [(3, 1, 1)] * n(3, 6))
    yield Case("kernels of different size", [(5, 1, 1), (n(2, 4), 1, 1), (n(7, 9), 1, 1)])
    yield Case("dilation doubles", [(3, 1, 2**i) for i in range(n(4, 6))])
    yield Case("a stride, then a kernel", [(3, 2, 1), (n(4, 6), 1, 1)])
    yield Case("two strides, then a kernel", [(3, 3, 1), (5, 2, 1), (n(4, 6), 1, 1)])
    yield Case("two poolings", [(5, 1, 1), (2, 2, 1), (n(3, 5), 1, 1), (2, 2, 1)])
    yield Case("kernels of 1 with strides", [(1, 2, 1), (1, 3, 1), (n(2, 4), 1, 1)])
    yield Case("strides and dilation", [(3, 2, 2), (4, 3, n(2, 3)), (n(2, 5), 1, n(3, 4))])


def _walk(
    growth=lambda k, s, d, jump: (k - 1) * d * jump,
    jump_after=lambda k, s, d, jump: jump * s,
    start=1,
    jump_first=False,
):
    """A walk from the image upwards, with some of its rules changed."""

    def receptive_field(layers):
        field, jump = start, 1
        for k, s, d in layers:
            if jump_first:
                jump = jump_after(k, s, d, jump)
            field += growth(k, s, d, jump)
            if not jump_first:
                jump = jump_after(k, s, d, jump)
        return field

    return receptive_field


def _downwards(layers):
    """From the last layer to the image: a window of r units covers (r - 1) s + (k - 1) d + 1."""
    field = 1
    for kernel, stride, dilation in reversed(layers):
        field = (field - 1) * stride + (kernel - 1) * dilation + 1
    return field


def _by_places(layers):
    """The places of the image that unit 0 sees, layer by layer."""
    seen = {0}
    for kernel, stride, dilation in layers[::-1]:
        seen = {place * stride + step * dilation for place in seen for step in range(kernel)}
    return max(seen) - min(seen) + 1


def _recursive(layers):
    if not layers:
        return 1
    (kernel, stride, dilation), *rest = layers
    return 1 + (kernel - 1) * dilation + stride * (_recursive(rest) - 1)


def _forwards_with_downward_rule(layers):
    field = 1
    for kernel, stride, dilation in layers:
        field = (field - 1) * stride + (kernel - 1) * dilation + 1
    return field


def _previous_stride(layers):
    field, before = 1, 1
    for kernel, stride, dilation in layers:
        field += (kernel - 1) * dilation * before
        before = stride
    return field


def _product(layers):
    field = 1
    for kernel, _, _ in layers:
        field *= kernel
    return field


def _distinct_places(layers):
    """Counts only the pixels that matter."""
    seen = {0}
    for kernel, stride, dilation in layers[::-1]:
        seen = {place * stride + step * dilation for place in seen for step in range(kernel)}
    return len(seen)


receptive_field = Exercise(
    points=2,
    cases=_receptive_field_cases,
    hints=[
        "Without a layer a unit is a pixel, and sees 1. One layer with a kernel of k sees k, which "
        "is k - 1 more.",
        "Carry two numbers, field and jump, both 1 at the start. jump is how many pixels lie "
        "between two neighbouring units of the layer below.",
        "A kernel of k reaches over k - 1 steps of the layer below. How many pixels is one such "
        "step, with dilation and jump?",
        "field grows by (kernel - 1) * dilation * jump. Only after that is jump multiplied by the "
        "layer's own stride.",
    ],
    alternatives=[_downwards, _by_places, _recursive],
    mistakes={
        "You begin with 0. A unit without a layer below it sees one pixel: itself.": _walk(start=0),
        "Each layer adds its whole kernel. It adds kernel - 1 steps: one unit was there "
        "before.": _walk(growth=lambda k, s, d, jump: k * d * jump),
        "The kernels are multiplied. Windows overlap, so the field grows by steps that are "
        "added.": _product,
        "The stride is not used: behind it a step is several pixels.": _walk(
            jump_after=lambda k, s, d, jump: 1
        ),
        "The dilation is not used: it makes each step of a kernel longer.": _walk(
            growth=lambda k, s, d, jump: (k - 1) * jump
        ),
        "Neither stride nor dilation is used.": _walk(growth=lambda k, s, d, jump: k - 1),
        "A layer's own stride acts on the layers above it, not on its own kernel: multiply jump "
        "after the field has grown.": _walk(jump_first=True),
        "You use the layer's own stride in place of the product of the strides below it.": _walk(
            growth=lambda k, s, d, jump: (k - 1) * d * s
        ),
        "You use only the stride of the layer right below. All strides so far "
        "multiply.": _previous_stride,
        "The strides are added up. They multiply: behind strides of 3 and 2, a step is 6 "
        "pixels.": _walk(jump_after=lambda k, s, d, jump: jump + s),
        "The strides less 1 are added up. They multiply: behind strides of 3 and 2, a step is 6 "
        "pixels.": _walk(jump_after=lambda k, s, d, jump: jump + s - 1),
        "The dilation of a layer makes only its own steps longer. It does not stay for the layers "
        "above.": _walk(jump_after=lambda k, s, d, jump: jump * s * d),
        "A kernel of k with dilation d spans (k - 1) d + 1 places, which is (k - 1) d more than "
        "one. You add k d - 1.": _walk(growth=lambda k, s, d, jump: (k * d - 1) * jump),
        "dilation is added to the kernel's steps. It multiplies them.": _walk(
            growth=lambda k, s, d, jump: (k - 1 + d - 1) * jump
        ),
        "Each pixel that is skipped counts too: from the first to the last, gaps "
        "included.": _distinct_places,
        "The layers are taken in the wrong order. A rule that goes up from the image begins with "
        "the first of the list; one that goes down to the image, with the last.": (
            _forwards_with_downward_rule
        ),
        "Field and jump both come back. Only the field is asked.": lambda layers: (
            _downwards(layers),
            _jump(layers),
        ),
        "Only the last layer counts in your answer. All of them do.": lambda layers: _downwards(
            layers[-1:]
        ),
        "Only the first layer counts in your answer: is the return in the loop?": (
            lambda layers: _downwards(layers[:1])
        ),
        "Without a layer a unit is a pixel: it sees 1, not 0.": lambda layers: (
            _downwards(layers) if layers else 0
        ),
        "The last layer is left out.": lambda layers: _downwards(layers[:-1]),
        "The first layer is left out.": lambda layers: _downwards(layers[1:]),
        "kernel // 2 pixels on each side are too many for an even kernel. It reaches over kernel - "
        "1 steps in all.": _walk(growth=lambda k, s, d, jump: 2 * (k // 2) * d * jump),
        "Every kernel is taken to be 3. Use the kernel that is given.": _walk(
            growth=lambda k, s, d, jump: 2 * d * jump
        ),
        "Only the number of layers counts in your answer. Kernel, stride and dilation do "
        "too.": lambda layers: 2 * len(layers) + 1,
        "Stride and dilation are swapped: the tuple is (kernel, stride, dilation).": (
            lambda layers: _downwards([(k, d, s) for k, s, d in layers])
        ),
        "The kernel's steps are divided by the strides. A step is so many pixels: multiply.": _walk(
            growth=lambda k, s, d, jump: (k - 1) * d / jump
        ),
    },
)


def _jump(layers):
    jump = 1
    for _, stride, _ in layers:
        jump *= stride
    return jump

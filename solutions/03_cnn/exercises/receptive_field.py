"""What `receptive_field` is checked on."""

from course_utils.exercises import Case, Exercise, edit

#: A rule that goes down, from the last layer to the image.
_DOWN = (
    "field += (kernel - 1) * dilation * jump",
    "field = (field - 1) * stride + (kernel - 1) * dilation + 1",
)


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


def _seen(layers):
    """The places of the image that unit 0 sees."""
    seen = {0}
    for kernel, stride, dilation in layers[::-1]:
        seen = {place * stride + step * dilation for place in seen for step in range(kernel)}
    return seen


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
    alternatives=[
        lambda layers: max(_seen(layers)) - min(_seen(layers)) + 1,
        edit(*_DOWN, "in layers", "in reversed(layers)"),
    ],
    mistakes={
        "You begin with 0. A unit without a layer below it sees one pixel: itself.": edit(
            "1, 1", "0, 1"
        ),
        "Each layer adds its whole kernel. It adds kernel - 1 steps: one unit was there "
        "before.": edit("(kernel - 1)", "kernel"),
        "The kernels are multiplied. Windows overlap, so the field grows by steps that are "
        "added.": edit("field += (kernel - 1) * dilation * jump", "field *= kernel"),
        "The stride is not used: behind it a step is several pixels.": edit(
            "jump *= stride", "pass"
        ),
        "The dilation is not used: it makes each step of a kernel longer.": edit(" * dilation", ""),
        "Neither stride nor dilation is used.": edit(" * dilation * jump", ""),
        "A layer's own stride acts on the layers above it, not on its own kernel: multiply jump "
        "after the field has grown.": edit(
            "field +=", "jump *= stride\n    field +=", "jump\n    jump *= stride", "jump"
        ),
        "You use the layer's own stride in place of the product of the strides below it.": edit(
            "* jump", "* stride"
        ),
        "You use only the stride of the layer right below. All strides so far multiply.": edit(
            "jump *= stride", "jump = stride"
        ),
        "The strides are added up. They multiply: behind strides of 3 and 2, a step is 6 "
        "pixels.": edit("jump *= stride", "jump += stride"),
        "The strides less 1 are added up. They multiply: behind strides of 3 and 2, a step is 6 "
        "pixels.": edit("jump *= stride", "jump += stride - 1"),
        "The dilation of a layer makes only its own steps longer. It does not stay for the layers "
        "above.": edit("jump *= stride", "jump *= stride * dilation"),
        "A kernel of k with dilation d spans (k - 1) d + 1 places, which is (k - 1) d more than "
        "one. You add k d - 1.": edit("(kernel - 1) * dilation", "(kernel * dilation - 1)"),
        "dilation is added to the kernel's steps. It multiplies them.": edit(
            "(kernel - 1) * dilation", "(kernel - 1 + dilation - 1)"
        ),
        "Each pixel that is skipped counts too: from the first to the last, gaps "
        "included.": lambda layers: len(_seen(layers)),
        "The layers are taken in the wrong order. A rule that goes up from the image begins with "
        "the first of the list; one that goes down to the image, with the last.": edit(*_DOWN),
        "Field and jump both come back. Only the field is asked.": edit(
            "return field", "return field, jump"
        ),
        "Only the last layer counts in your answer. All of them do.": edit(
            "in layers", "in layers[-1:]"
        ),
        "Only the first layer counts in your answer: is the return in the loop?": edit(
            "in layers", "in layers[:1]"
        ),
        "Without a layer a unit is a pixel: it sees 1, not 0.": edit(
            "return field", "return field if layers else 0"
        ),
        "The last layer is left out.": edit("in layers", "in layers[:-1]"),
        "The first layer is left out.": edit("in layers", "in layers[1:]"),
        "kernel // 2 pixels on each side are too many for an even kernel. It reaches over kernel - "
        "1 steps in all.": edit("(kernel - 1)", "2 * (kernel // 2)"),
        "Every kernel is taken to be 3. Use the kernel that is given.": edit("(kernel - 1)", "2"),
        "Only the number of layers counts in your answer. Kernel, stride and dilation do "
        "too.": edit("return field", "return 2 * len(layers) + 1"),
        "Stride and dilation are swapped: the tuple is (kernel, stride, dilation).": edit(
            "stride, dilation", "dilation, stride"
        ),
        "The kernel's steps are divided by the strides. A step is so many pixels: multiply.": edit(
            "* jump", "/ jump"
        ),
    },
)

"""What `ReLU` is checked on."""

import numpy as np

from course_utils.exercises import Call, Case, Exercise, edit

from ._activations import activation_cases


def _relu_cases(rng):
    yield from activation_cases(rng, None)
    Z = np.array([[0.0, 1.5, -0.5], [-2.0, 0.0, 0.3]])
    dA = np.array([[0.8, -0.6, 1.1], [-0.9, 1.2, 0.4]])
    yield Case("A, z = 0", steps=[Call("forward", Z)])
    yield Case("delta, z = 0", steps=[Call("forward", Z), Call("backward", dA)])
    Z = np.array([[1e-4, -1e-4, 7.5], [-7.5, 300.0, -300.0]]) * rng.uniform(1.0, 1.2)
    yield Case("delta, small and large z", steps=[Call("forward", Z), Call("backward", dA)])


ReLU = Exercise(
    points=1,
    cases=_relu_cases,
    hints=[
        "Remember in forward which gates were open. A comparison gives that for the whole array.",
        "In backward, gradients pass the open gates unchanged and become 0 at closed ones.",
    ],
    alternatives=[
        edit(
            "self.open = Z > 0\nreturn np.maximum(0.0, Z)",
            "self.closed = np.asarray(Z) <= 0\nA = Z.copy()\nA[self.closed] = 0.0\nreturn A",
            "return dA * self.open",
            "delta = dA.copy()\ndelta[self.closed] = 0.0\nreturn delta",
        ),
        edit(
            "np.maximum(0.0, Z)", "Z * self.open", "dA * self.open", "np.where(self.open, dA, 0.0)"
        ),
        edit("Z > 0", "np.heaviside(Z, 0.0)", "np.maximum(0.0, Z)", "(Z + np.abs(Z)) / 2"),
    ],
    mistakes={
        "At z = 0 the slope is 0 here: the gate is open only where z > 0.": edit("Z > 0", "Z >= 0"),
        "At z = 0 we agreed on the slope 0, not 1/2.": edit("Z > 0", "np.heaviside(Z, 0.5)"),
        "The gate depends on z, the input of forward; you look at the sign of dA.": edit(
            "dA * self.open", "np.maximum(0.0, dA)"
        ),
        "Gradients pass an open gate whatever their sign. You also stop the negative ones.": edit(
            "dA * self.open", "dA * (self.open & (dA > 0))"
        ),
        "backward returns the gates alone, 1 and 0. Multiply them by dA.": edit(
            "dA * self.open", "self.open.astype(float)"
        ),
        "backward returns True and False, the gates alone. Multiply them by dA.": edit("dA * ", ""),
        "backward returns dA as it came. Where z was not above 0, the gradient is 0.": edit(
            " * self.open", ""
        ),
        "The slope of an open gate is 1; you multiply by the output a.": edit(
            "= Z > 0", "= np.maximum(0.0, Z)"
        ),
        "The slope of an open gate is 1; you multiply by z.": edit("Z > 0", "Z"),
        "The gates are the wrong way round: gradients pass where z > 0.": edit("Z > 0", "Z <= 0"),
        "A closed gate lets nothing back, not even a hundredth (this is the leaky ReLU).": edit(
            "Z > 0", "np.where(Z > 0, 1, 0.01)"
        ),
        "The sign of z is the slope of |z|. ReLU has slope 0 below 0.": edit("Z > 0", "np.sign(Z)"),
        "forward returns |z|. Below 0 ReLU gives 0.": edit("np.maximum(0.0, Z)", "np.abs(Z)"),
        "forward lets a part of negative numbers through "
        "(this is the leaky ReLU). Below 0 it is 0.": edit("0.0, Z", "0.01 * Z, Z"),
        "forward returns 0 and 1, the gates. An open gate lets z itself through.": edit(
            "np.maximum(0.0, Z)", "(Z > 0).astype(float)"
        ),
        "forward takes the smaller of 0 and z. ReLU takes the larger.": edit("maximum", "minimum"),
        "numpy.max gives the largest number of the whole array. numpy.maximum "
        "compares each element with 0.": edit("np.maximum(0.0, Z)", "max(0.0, np.max(Z))"),
        "forward overwrites the caller's Z. Make a new array.": edit(
            "return np.maximum(0.0, Z)", "Z[Z < 0] = 0.0\nreturn Z"
        ),
        "backward overwrites the caller's dA. Make a new array.": edit(
            "return dA * self.open", "dA[~self.open] = 0.0\nreturn dA"
        ),
        "backward uses the gates of the first batch. forward must keep them anew each time.": edit(
            "= Z > 0", '= getattr(self, "open", Z > 0)'
        ),
        "forward cuts z off at 6 (this is ReLU6). ReLU has no upper end.": edit(
            "np.maximum(0.0, Z)", "np.clip(Z, 0, 6)"
        ),
        "forward cuts z off at 1. ReLU has no upper end.": edit(
            "np.maximum(0.0, Z)", "np.clip(Z, 0, 1)"
        ),
        "A small z above 0 opens the gate too: compare with 0, not with a small number.": edit(
            "Z > 0", "Z > 1e-2"
        ),
        "forward returns log(1 + e^z), the softplus. ReLU is its corner: 0 below 0, z above.": edit(
            "maximum", "logaddexp"
        ),
        "forward returns only the numbers above 0. "
        "The others become 0 and keep their places.": edit("np.maximum(0.0, Z)", "Z[Z > 0]"),
        "delta is averaged over the batch. Each example keeps its own row, "
        "and the loss has divided already.": edit("dA * self.open", "dA * self.open / len(dA)"),
        "One open gate opens its whole row in your backward. "
        "Each element has a gate of its own.": edit("Z > 0", "(Z > 0).any(axis=1, keepdims=True)"),
    },
)

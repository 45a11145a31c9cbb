"""What `ReLU` is checked on."""

import numpy as np

from course_utils.exercises import Call, Case, Exercise

from ._activations import activation, activation_cases


def _relu_cases(rng):
    yield from activation_cases(rng, None)
    Z = np.array([[0.0, 1.5, -0.5], [-2.0, 0.0, 0.3]])
    dA = np.array([[0.8, -0.6, 1.1], [-0.9, 1.2, 0.4]])
    yield Case("A, z = 0", steps=[Call("forward", Z)])
    yield Case("delta, z = 0", steps=[Call("forward", Z), Call("backward", dA)])
    Z = np.array([[1e-4, -1e-4, 7.5], [-7.5, 300.0, -300.0]]) * rng.uniform(1.0, 1.2)
    yield Case("delta, small and large z", steps=[Call("forward", Z), Call("backward", dA)])


def _relu(backward, forward=lambda Z: np.maximum(0.0, Z)):
    return activation(forward, backward)


class _ReLUByIndex:
    def forward(self, Z):
        self.closed = np.asarray(Z) <= 0
        A = Z.copy()
        A[self.closed] = 0.0
        return A

    def backward(self, dA):
        delta = dA.copy()
        delta[self.closed] = 0.0
        return delta


class _ReLUForwardInPlace:
    def forward(self, Z):
        Z[Z < 0] = 0.0
        self.A = Z
        return Z

    def backward(self, dA):
        return dA * (self.A > 0)


class _ReLUBackwardInPlace(_relu(None)):
    def backward(self, dA):
        dA[self.Z <= 0] = 0.0
        return dA


class _ReLUFirstGate(_relu(None)):
    def forward(self, Z):
        self.gate = getattr(self, "gate", Z > 0)
        return np.maximum(0.0, Z)

    def backward(self, dA):
        return dA * self.gate


ReLU = Exercise(
    points=1,
    cases=_relu_cases,
    hints=[
        "Remember in forward which gates were open. A comparison gives that for the whole array.",
        "In backward, gradients pass the open gates unchanged and become 0 at closed ones.",
    ],
    alternatives=[
        _ReLUByIndex,
        _relu(lambda dA, Z, A: np.where(A > 0, dA, 0.0), lambda Z: Z * (Z > 0)),
        _relu(lambda dA, Z, A: dA * np.heaviside(Z, 0.0), lambda Z: (Z + np.abs(Z)) / 2),
    ],
    mistakes={
        "At z = 0 the slope is 0 here: the gate is open only where z > 0.": _relu(
            lambda dA, Z, A: dA * (Z >= 0)
        ),
        "At z = 0 we agreed on the slope 0, not 1/2.": _relu(
            lambda dA, Z, A: dA * np.heaviside(Z, 0.5)
        ),
        "The gate depends on z, the input of forward; you look at the sign of dA.": _relu(
            lambda dA, Z, A: np.maximum(0.0, dA)
        ),
        "Gradients pass an open gate whatever their sign. You also stop the negative ones.": _relu(
            lambda dA, Z, A: np.where((Z > 0) & (dA > 0), dA, 0.0)
        ),
        "backward returns the gates alone, 1 and 0. Multiply them by dA.": _relu(
            lambda dA, Z, A: (Z > 0).astype(float)
        ),
        "backward returns True and False, the gates alone. Multiply them by dA.": _relu(
            lambda dA, Z, A: Z > 0
        ),
        "backward returns dA as it came. Where z was not above 0, the gradient is 0.": _relu(
            lambda dA, Z, A: dA
        ),
        "The slope of an open gate is 1; you multiply by the output a.": _relu(
            lambda dA, Z, A: dA * A
        ),
        "The slope of an open gate is 1; you multiply by z.": _relu(lambda dA, Z, A: dA * Z),
        "The gates are the wrong way round: gradients pass where z > 0.": _relu(
            lambda dA, Z, A: dA * (Z <= 0)
        ),
        "A closed gate lets nothing back, not even a hundredth (this is the leaky ReLU).": _relu(
            lambda dA, Z, A: np.where(Z > 0, dA, 0.01 * dA)
        ),
        "The sign of z is the slope of |z|. ReLU has slope 0 below 0.": _relu(
            lambda dA, Z, A: dA * np.sign(Z)
        ),
        "forward returns |z|. Below 0 ReLU gives 0.": _relu(lambda dA, Z, A: dA * (Z > 0), np.abs),
        "forward lets a part of negative numbers through (this is the leaky ReLU). Below 0 it is "
        "0.": _relu(lambda dA, Z, A: dA * (Z > 0), lambda Z: np.where(Z > 0, Z, 0.01 * Z)),
        "forward returns 0 and 1, the gates. An open gate lets z itself through.": _relu(
            lambda dA, Z, A: dA * (Z > 0), lambda Z: (Z > 0).astype(float)
        ),
        "forward takes the smaller of 0 and z. ReLU takes the larger.": _relu(
            lambda dA, Z, A: dA * (Z > 0), lambda Z: np.minimum(0.0, Z)
        ),
        "numpy.max gives the largest number of the whole array. numpy.maximum compares each "
        "element with 0.": _relu(lambda dA, Z, A: dA * (Z > 0), lambda Z: max(0.0, np.max(Z))),
        "forward overwrites the caller's Z. Make a new array.": _ReLUForwardInPlace,
        "backward overwrites the caller's dA. Make a new array.": _ReLUBackwardInPlace,
        "backward uses the gates of the first batch. forward must keep them anew each time.": (
            _ReLUFirstGate
        ),
        "forward cuts z off at 6 (this is ReLU6). ReLU has no upper end.": _relu(
            lambda dA, Z, A: dA * (Z > 0), lambda Z: np.clip(Z, 0, 6)
        ),
        "forward cuts z off at 1. ReLU has no upper end.": _relu(
            lambda dA, Z, A: dA * (Z > 0), lambda Z: np.clip(Z, 0, 1)
        ),
        "A small z above 0 opens the gate too: compare with 0, not with a small number.": _relu(
            lambda dA, Z, A: dA * (Z > 1e-2)
        ),
        "forward returns log(1 + e^z), the softplus. ReLU is its corner: 0 below 0, z above.": (
            _relu(lambda dA, Z, A: dA * (Z > 0), lambda Z: np.logaddexp(0, Z))
        ),
        "forward returns only the numbers above 0. The others become 0 and keep their "
        "places.": _relu(lambda dA, Z, A: dA * (Z > 0), lambda Z: Z[Z > 0]),
        "delta is averaged over the batch. Each example keeps its own row, and the loss has "
        "divided already.": _relu(lambda dA, Z, A: dA * (Z > 0) / len(dA)),
        "One open gate opens its whole row in your backward. Each element has a gate of its "
        "own.": _relu(lambda dA, Z, A: dA * (Z > 0).any(axis=1, keepdims=True)),
    },
)

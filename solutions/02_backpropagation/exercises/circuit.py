"""What `circuit` is checked on."""

from course_utils.exercises import Case, Exercise


def _circuit_cases(rng):
    yield Case("the circuit of the picture", -2.0, 5.0, -4.0)
    yield Case("other numbers", *(float(n) for n in rng.uniform(1.2, 4.0, size=3)))
    yield Case("x and y cancel", 1.5, -1.5, 2.5)
    yield Case("z is 0", *(float(n) for n in rng.uniform(-3.0, -1.2, size=2)), 0.0)


def _circuit_by_differences(x, y, z):
    def f(x, y, z):
        return (x + y) * z

    h = 1e-3  # f is linear in each input, so the step makes no error
    return (
        f(x, y, z),
        (f(x + h, y, z) - f(x - h, y, z)) / (2 * h),
        (f(x, y + h, z) - f(x, y - h, z)) / (2 * h),
        (f(x, y, z + h) - f(x, y, z - h)) / (2 * h),
    )


circuit = Exercise(
    points=1,
    cases=_circuit_cases,
    hints=[
        "First the gradient at q: what comes out of the times, on the side of the sum?",
        "A times hands to each side the value of the other side. Which is the other side for z?",
        "A plus has slope 1 on both sides: what arrives at q arrives at x and at y.",
    ],
    alternatives=[
        lambda x, y, z: (x * z + y * z, z, z, x + y),
        lambda x, y, z: [(x + y) * z, z, z, x + y],
        _circuit_by_differences,
    ],
    mistakes={
        "df/dx and df/dy are the slopes of the sum alone. Multiply them by what comes from the "
        "right, df/dq.": lambda x, y, z: ((x + y) * z, 1, 1, x + y),
        "At the times the two sides are swapped: each side gets the value of the other side.": (
            lambda x, y, z: ((x + y) * z, x + y, x + y, z)
        ),
        "df/dz is not z: at the times each side gets the value of the other side.": (
            lambda x, y, z: ((x + y) * z, z, z, z)
        ),
        "df/dz is not 1: z is multiplied by q, and that is its slope.": (
            lambda x, y, z: ((x + y) * z, z, z, 1)
        ),
        "A plus multiplies nothing: x and y get what arrives at q, and not that times their own "
        "value.": lambda x, y, z: ((x + y) * z, z * x, z * y, x + y),
        "A plus hands on to each side the whole of what it gets; you share it out in halves.": (
            lambda x, y, z: ((x + y) * z, z / 2, z / 2, x + y)
        ),
        "Slopes along a way multiply. You add them.": (
            lambda x, y, z: ((x + y) * z, z + 1, z + 1, x + y)
        ),
        "You return the gradient of f with respect to q, x and z, without y's: four numbers are "
        "asked, f, df/dx, df/dy, df/dz.": lambda x, y, z: ((x + y) * z, z, x + y),
        "f itself is missing: it comes first, before the three gradients.": (
            lambda x, y, z: (z, z, x + y)
        ),
        "You return f alone. The three gradients are asked as well.": lambda x, y, z: (x + y) * z,
        "f comes first, then the three gradients: yours comes last.": (
            lambda x, y, z: (z, z, x + y, (x + y) * z)
        ),
        "The parentheses of (x + y) z are missing: y z is computed first. (Your gradients are "
        "right.)": (lambda x, y, z: (x + y * z, z, z, x + y)),
        "This is x + y z, with its gradients. The sum x + y comes first.": (
            lambda x, y, z: (x + y * z, 1, z, y)
        ),
        "These are the numbers of the picture. Compute them from x, y and z.": (
            lambda x, y, z: (-12.0, -4.0, -4.0, 3.0)
        ),
        "The gradients have the wrong sign: f falls where you say it rises.": (
            lambda x, y, z: ((x + y) * z, -z, -z, -(x + y))
        ),
        "z acts on f through the times, whose other side is q, the sum of x and y, not their "
        "product.": lambda x, y, z: ((x + y) * z, z, z, x * y),
        "y has a gradient of its own, equal to that of x: a plus hands on to both sides.": (
            lambda x, y, z: ((x + y) * z, z, 0, x + y)
        ),
        "df/dq = z is what arrives at x and y; you multiply it by q once more.": (
            lambda x, y, z: ((x + y) * z, (x + y) * z, (x + y) * z, x + y)
        ),
        "f is not a product of x, y and z alone: df/dx is the slope 1 of the sum times df/dq = "
        "z.": lambda x, y, z: ((x + y) * z, y * z, x * z, x + y),
        "df/dz is what the times hands to z, q = x + y; you multiply it by z, which makes f.": (
            lambda x, y, z: ((x + y) * z, z, z, (x + y) * z)
        ),
        "The way back begins with df/df = 1; you begin it with the value of f.": (
            lambda x, y, z: tuple((x + y) * z * slope for slope in (1, z, z, x + y))
        ),
        "The gradients are in another order than asked: df/dx, df/dy, then df/dz.": (
            lambda x, y, z: ((x + y) * z, x + y, z, z)
        ),
        "Return one tuple of four numbers, not a number and a tuple of three.": (
            lambda x, y, z: ((x + y) * z, (z, z, x + y))
        ),
        "A gradient may be negative: you return absolute values.": (
            lambda x, y, z: ((x + y) * z, abs(z), abs(z), abs(x + y))
        ),
        "The decimals are cut off: x, y and z are any numbers, leave int() out.": (
            lambda x, y, z: tuple(int(number) for number in ((x + y) * z, z, z, x + y))
        ),
    },
)

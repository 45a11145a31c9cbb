"""What `circuit` is checked on."""

from course_utils.exercises import Case, Exercise, edit


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
        edit("q * z", "x * z + y * z"),
        edit("return q * z, df_dq * 1, df_dq * 1, q", "return [q * z, z, z, q]"),
        _circuit_by_differences,
    ],
    mistakes={
        "df/dx and df/dy are the slopes of the sum alone. "
        "Multiply them by what comes from the right, df/dq.": edit("df_dq * 1, df_dq * 1", "1, 1"),
        "At the times the two sides are swapped: each side gets the value of the other side.": edit(
            "df_dq = z", "df_dq = q", "1, q", "1, z"
        ),
        "df/dz is not z: at the times each side gets the value of the other side.": edit(
            "1, q", "1, z"
        ),
        "df/dz is not 1: z is multiplied by q, and that is its slope.": edit("1, q", "1, 1"),
        "A plus multiplies nothing: x and y get what arrives at q, "
        "and not that times their own value.": edit("df_dq * 1, df_dq * 1", "df_dq * x, df_dq * y"),
        "A plus hands on to each side the whole of what it gets; you share it out in halves.": edit(
            "df_dq = z", "df_dq = z / 2"
        ),
        "Slopes along a way multiply. You add them.": edit(
            "df_dq * 1, df_dq * 1", "df_dq + 1, df_dq + 1"
        ),
        "You return the gradient of f with respect to q, x and z, without y's: "
        "four numbers are asked, f, df/dx, df/dy, df/dz.": edit("df_dq * 1, df_dq * 1", "df_dq"),
        "f itself is missing: it comes first, before the three gradients.": edit("q * z, ", ""),
        "You return f alone. The three gradients are asked as well.": edit(
            ", df_dq * 1, df_dq * 1, q", ""
        ),
        "f comes first, then the three gradients: yours comes last.": edit(
            "q * z, ", "", "1, q", "1, q, q * z"
        ),
        "The parentheses of (x + y) z are missing: y z "
        "is computed first. (Your gradients are right.)": edit("q * z", "x + y * z"),
        "This is x + y z, with its gradients. The sum x + y comes first.": edit(
            "q * z, df_dq * 1, df_dq * 1, q", "x + y * z, 1, z, y"
        ),
        "These are the numbers of the picture. Compute them from x, y and z.": edit(
            "q = x", "x, y, z = -2.0, 5.0, -4.0\nq = x"
        ),
        "The gradients have the wrong sign: f falls where you say it rises.": edit(
            "df_dq = z", "df_dq = -z", "1, q", "1, -q"
        ),
        "z acts on f through the times, whose other side "
        "is q, the sum of x and y, not their product.": edit("1, q", "1, x * y"),
        "y has a gradient of its own, equal to that of x: a plus hands on to both sides.": edit(
            "df_dq * 1, q", "0, q"
        ),
        "df/dq = z is what arrives at x and y; you multiply it by q once more.": edit(
            "df_dq = z", "df_dq = q * z"
        ),
        "f is not a product of x, y and z alone: df/dx "
        "is the slope 1 of the sum times df/dq = z.": edit("df_dq * 1, df_dq * 1", "y * z, x * z"),
        "df/dz is what the times hands to z, q = x + y; you multiply it by z, which makes f.": edit(
            "1, q", "1, q * z"
        ),
        "The way back begins with df/df = 1; you begin it with the value of f.": edit(
            "df_dq = z", "df_dq = q * z * z", "1, q", "1, q * z * q"
        ),
        "The gradients are in another order than asked: df/dx, df/dy, then df/dz.": edit(
            "df_dq * 1, df_dq * 1, q", "q, df_dq, df_dq"
        ),
        "Return one tuple of four numbers, not a number and a tuple of three.": edit(
            "df_dq * 1, df_dq * 1, q", "(df_dq, df_dq, q)"
        ),
        "A gradient may be negative: you return absolute values.": edit(
            "df_dq = z", "df_dq = abs(z)", "1, q", "1, abs(q)"
        ),
        "The decimals are cut off: x, y and z are any numbers, leave int() out.": edit(
            "q * z, df_dq * 1, df_dq * 1, q", "int(q * z), int(z), int(z), int(q)"
        ),
    },
)

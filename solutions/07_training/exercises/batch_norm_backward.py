"""What `batch_norm_backward` is checked on."""

import numpy as np

from course_utils.exercises import Case, Exercise, edit


def _cases(rng):
    def case(name, batch, units, scale=1.0):
        """z_hat and s as a forward pass would leave them."""
        z = scale * rng.normal(size=(batch, units)) + rng.normal(size=units)
        s = np.sqrt(z.var(axis=0) + 1e-3)
        delta = rng.normal(size=(batch, units))
        return Case(name, delta, rng.uniform(0.5, 2, units), (z - z.mean(axis=0)) / s, s)

    yield case("one unit, two examples", 2, 1)
    yield case("one unit", 5, 1)
    yield case("a batch", 6, 3)
    yield case("as many units as examples", 4, 4)
    yield case("more units than examples", 3, 5, scale=3.0)
    yield case("small numbers", 7, 2, scale=0.1)
    yield Case(
        "gradients that are all the same",
        np.ones((4, 2)),
        np.array([1.0, 2.0]),
        np.array([[1.0, -1], [-1, 1], [1, 1], [-1, -1]]),
        np.array([0.5, 3.0]),
    )


def _by_jacobian(delta, gamma, z_hat, s):
    """The Jacobian of each unit, (n, n), written out."""
    n = len(delta)
    dz = np.empty_like(z_hat)
    for unit in range(delta.shape[1]):
        h = z_hat[:, unit]
        J = (np.eye(n) - np.ones((n, n)) / n - np.outer(h, h) / n) / s[unit]
        dz[:, unit] = J.T @ (gamma[unit] * delta[:, unit])
    return dz, np.einsum("nu,nu->u", delta, z_hat), np.ones(n) @ delta


def _by_the_papers_form(delta, gamma, z_hat, s):
    n = delta.shape[0]
    dgamma, db = (delta * z_hat).sum(0), delta.sum(0)
    return [gamma / (n * s) * (n * delta - db - z_hat * dgamma), dgamma, db]


batch_norm_backward = Exercise(
    points=3,
    cases=_cases,
    hints=[
        "db and dgamma first: y = gamma z_hat + b, and gamma and b serve all examples, so their "
        "gradients are sums over the batch.",
        "dz: three terms, each with 1 / s, over gamma * delta. The means run over the batch: "
        "axis=0.",
        "The third term is z_hat times the mean of (gamma delta z_hat).",
        "dz = (d - d.mean(axis=0) - z_hat * (d * z_hat).mean(axis=0)) / s with d = gamma * delta.",
    ],
    alternatives=[_by_jacobian, _by_the_papers_form],
    mistakes={
        "The way through the mean m is missing.": edit("- through_m ", ""),
        "The way through s is missing.": edit(" - through_s", ""),
        "Only the direct way is there: m and s depend on z as well.": edit(
            "- through_m - through_s", ""
        ),
        "gamma is missing in dz: what comes back to z_hat is gamma delta.": edit(
            "gamma * delta", "1.0 * delta"
        ),
        "dz is not divided by s.": edit("through_s) / s", "through_s) / 1"),
        "dz is multiplied by s. Divide by it.": edit("through_s) / s", "through_s) * s"),
        "The way through s has a plus: it is subtracted.": edit("- through_s", "+ through_s"),
        "The way through m is a sum. It is the mean over the batch.": edit(
            "d_hat.mean(axis=0)", "d_hat.sum(axis=0)"
        ),
        "The way through s has a sum. It is the mean over the batch.": edit(
            "np.mean(d_hat * z_hat, axis=0)", "np.sum(d_hat * z_hat, axis=0)"
        ),
        "The means run over the units. They run over the batch: axis=0.": edit(
            "d_hat.mean(axis=0)",
            "d_hat.mean(axis=1, keepdims=True)",
            "np.mean(d_hat * z_hat, axis=0)",
            "np.mean(d_hat * z_hat, axis=1, keepdims=True)",
        ),
        "In the way through s the factor z_hat outside the mean is missing.": edit(
            "z_hat * np.mean(d_hat * z_hat, axis=0)", "np.mean(d_hat * z_hat, axis=0)"
        ),
        "dgamma is a mean. It is a sum over the batch.": edit(
            "np.sum(delta * z_hat, axis=0)", "np.mean(delta * z_hat, axis=0)"
        ),
        "db is a mean. It is a sum over the batch.": edit(
            "delta.sum(axis=0)", "delta.mean(axis=0)"
        ),
        "dgamma and db are swapped.": edit(
            "np.sum(delta * z_hat, axis=0), delta.sum(axis=0)",
            "delta.sum(axis=0), np.sum(delta * z_hat, axis=0)",
        ),
        "dgamma holds gamma once more: it is the sum of delta z_hat.": edit(
            "np.sum(delta * z_hat, axis=0)", "np.sum(d_hat * z_hat, axis=0)"
        ),
        "Both ways through m and s are sums. They are means over the batch.": edit(
            "d_hat.mean(axis=0)",
            "d_hat.sum(axis=0)",
            "np.mean(d_hat * z_hat, axis=0)",
            "np.sum(d_hat * z_hat, axis=0)",
        ),
        "The means run over all numbers. Each unit has its own: axis=0.": edit(
            "d_hat.mean(axis=0)",
            "d_hat.mean()",
            "np.mean(d_hat * z_hat, axis=0)",
            "np.mean(d_hat * z_hat)",
        ),
        "The ways through m and through s are added. They are subtracted.": edit(
            "- through_m - through_s", "+ through_m + through_s"
        ),
        "In the way through s the factor z_hat inside the mean is missing.": edit(
            "np.mean(d_hat * z_hat, axis=0)", "np.mean(d_hat, axis=0)"
        ),
        "The way through s is not divided by s.": edit(
            "(d_hat - through_m - through_s) / s", "(d_hat - through_m) / s - through_s"
        ),
        "dz is divided by s squared. It is divided by s.": edit(
            "through_s) / s", "through_s) / s**2"
        ),
        "dgamma and db are means. They are sums over the batch.": edit(
            "np.sum(delta * z_hat, axis=0)",
            "np.mean(delta * z_hat, axis=0)",
            "delta.sum(axis=0)",
            "delta.mean(axis=0)",
        ),
        "dgamma and db are summed over the units. Sum over the batch: axis=0.": edit(
            "np.sum(delta * z_hat, axis=0)",
            "np.sum(delta * z_hat, axis=1)",
            "delta.sum(axis=0)",
            "delta.sum(axis=1)",
        ),
        "dgamma has z, before it was divided by s. It has z_hat.": edit(
            "np.sum(delta * z_hat, axis=0)", "np.sum(delta * z_hat * s, axis=0)"
        ),
        "dgamma lacks delta: it is the sum of delta z_hat.": edit(
            "np.sum(delta * z_hat, axis=0)", "np.sum(z_hat, axis=0)"
        ),
        "delta is changed in place, and then dgamma and db are those of the changed one.": edit(
            "d_hat = gamma * delta", "delta *= gamma\nd_hat = delta"
        ),
    },
)

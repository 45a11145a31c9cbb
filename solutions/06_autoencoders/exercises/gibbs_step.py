"""What `gibbs_step` is checked on."""

from course_utils.exercises import Case, Exercise, edit

from ._machines import machine, states


def _uniform(rng, batch, visible, hidden):
    return rng.random((batch, hidden)).round(3), rng.random((batch, visible)).round(3)


def _gibbs_step_cases(rng):
    def case(name, batch, visible, hidden, scale=1.0):
        parts = machine(rng, visible, hidden, scale)
        return Case(
            name, states(rng, batch, visible), *parts, *_uniform(rng, batch, visible, hidden)
        )

    yield case("one example", 1, 4, 3)
    yield case("a batch", 6, 5, 4)
    yield case("more hidden units", 5, 3, 6)
    yield case("as many of both", 6, 4, 4)
    W, b, c = machine(rng, 4, 5)
    yield Case("no weights", states(rng, 5, 4), 0 * W, b, c, *_uniform(rng, 5, 4, 5))
    W, b, c = machine(rng, 5, 4, 2.0)
    yield Case("no biases", states(rng, 6, 5), W, 0 * b, 0 * c, *_uniform(rng, 6, 5, 4))


gibbs_step = Exercise(
    points=1,
    cases=_gibbs_step_cases,
    hints=[
        "Two lines: first the hidden units, then the visible ones from the hidden states.",
        "The input of the hidden units is v @ W + c. On the way down, W is transposed.",
        "(u < p) is an array of True and False; .astype(float) makes 1 and 0 of it.",
    ],
    alternatives=[
        edit("sigmoid(v @ W + c)).astype(float)", "1 / (1 + np.exp(-(c + v @ W)))) * 1.0"),
        edit(
            "u_hidden < sigmoid(",
            "np.log(u_hidden / (1 - u_hidden)) < (",
            "u_visible < sigmoid(",
            "np.log(u_visible / (1 - u_visible)) < (",
        ),
        edit("h, visible", "[h, visible]"),
    ],
    mistakes={
        "The units fire where u lies above p. A unit fires with probability p: where u < p.": edit(
            "u_hidden <", "u_hidden >", "u_visible <", "u_visible >"
        ),
        "The hidden units fire where u lies above p: where u < p.": edit(
            "u_hidden <", "u_hidden >"
        ),
        "The visible units fire where u lies above p: where u < p.": edit(
            "u_visible <", "u_visible >"
        ),
        "The hidden units came back as probabilities. Draw them: 1 where u < p.": edit(
            "(u_hidden < sigmoid(v @ W + c)).astype(float)", "sigmoid(v @ W + c)"
        ),
        "The visible units came back as probabilities. Draw them: 1 where u < p.": edit(
            "(u_visible < sigmoid(h @ W.T + b)).astype(float)", "sigmoid(h @ W.T + b)"
        ),
        "The visible units are drawn from the hidden probabilities. Draw the hidden states first, "
        "and go on from those.": edit("h @", "sigmoid(v @ W + c) @"),
        "The uniform numbers are not used: the units are rounded. Compare u with p.": edit(
            "u_hidden <", "0.5 <", "u_visible <", "0.5 <"
        ),
        "The hidden units are rounded. Compare u with p.": edit("u_hidden <", "0.5 <"),
        "The visible units are rounded. Compare u with p.": edit("u_visible <", "0.5 <"),
        "The hidden biases are missing: v W + c.": edit(" + c", ""),
        "The visible biases are missing: h W^T + b.": edit(" + b", ""),
        "The sign in the logistic function is wrong: 1 / (1 + e^(-x)).": edit(
            "v @ W + c", "-(v @ W + c)", "h @ W.T + b", "-(h @ W.T + b)"
        ),
        "u is compared with the input. Compare it with the probability, the logistic function of "
        "the input.": edit("sigmoid(v", "(v", "sigmoid(h", "(h"),
        "The two are in the wrong order: first the hidden states, then the visible ones.": edit(
            "h, visible", "visible, h"
        ),
        "Only the visible states came back. Return both: h, v.": edit("h, visible", "visible"),
        "The visible states that you return are the old ones.": edit("h, visible", "h, v.copy()"),
    },
)

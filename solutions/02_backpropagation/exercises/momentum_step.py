"""What `momentum_step` is checked on."""

import numpy as np

from course_utils.exercises import Case, Exercise, edit


def _momentum_cases(rng):
    def arrays(*shape):
        return [rng.normal(size=shape) for _ in range(3)]

    w, dw, _ = arrays(4)
    yield Case("the first step, v = 0", w, dw, np.zeros(4), 0.1, 0.9)
    yield Case("no momentum", *arrays(3), 0.3, 0.0)
    w, _, v = arrays(4)
    yield Case("it coasts: dw = 0", w, np.zeros(4), v, 0.1, 0.8)
    yield Case("a vector", *arrays(5), 0.2, 0.9)
    yield Case("a matrix", *arrays(3, 2), 0.05, 0.5)


momentum_step = Exercise(
    points=2,
    cases=_momentum_cases,
    hints=[
        "Two lines, in the order of the formula: first the velocity, then the weights.",
        "The old velocity counts momentum times; the gradient counts minus rate times.",
        "The weights move by the new velocity. Make new arrays: v = ..., not v -= ...",
    ],
    alternatives=[
        edit(
            "v = momentum * v - rate * dw\nreturn w + v, v",
            "w, v = w.copy(), v.copy()\nv *= momentum\nv -= rate * dw\nw += v\nreturn w, v",
        ),
        edit(
            "v = momentum * v - rate * dw\nreturn w + v, v",
            "step = rate * dw - momentum * v\nreturn w - step, -step",
        ),
        edit("w + v, v", "[w + v, v]"),
    ],
    mistakes={
        "w moves by the old velocity. Update v first, then use the new one.": edit(
            "v = momentum", "old, v = v, momentum", "w + v", "w + old"
        ),
        "The step goes uphill: the gradient counts minus rate times.": edit("- rate", "+ rate"),
        "You subtract the velocity. It has its minus already: w <- w + v.": edit("w + v", "w - v"),
        "You keep the velocity with the other sign, v <- momentum v + rate dw, and subtract "
        "it. w is right, v is not what is asked.": edit("- rate", "+ rate", "w + v", "w - v"),
        "Here the rate belongs into the velocity: v <- momentum v - rate dw. (Yours, with the rate "
        "at the step, is PyTorch's form.)": edit("- rate * dw", "+ dw", "w + v", "w - rate * v"),
        "The learning rate multiplies the old velocity too. It belongs "
        "to the gradient alone.": edit("momentum * v - rate * dw", "rate * (momentum * v - dw)"),
        "The learning rate is missing.": edit("rate * dw", "dw"),
        "The old velocity counts momentum times, not once.": edit("momentum * v", "v"),
        "The momentum is not used: the old velocity is missing in the new one.": edit(
            "momentum * v - rate", "-rate"
        ),
        "rate and momentum are swapped.": edit("momentum * v - rate", "rate * v - momentum"),
        "This is the running mean of Adam, with a factor 1 - momentum. Here there is none.": edit(
            "- rate", "- (1 - momentum) * rate"
        ),
        "This is a form with 1 - momentum at the gradient and the rate at the step. Here "
        "v <- momentum v - rate dw.": edit("- rate", "+ (1 - momentum)", "w + v", "w - rate * v"),
        "The velocity lacks the gradient: - rate dw belongs into v, not only into w.": edit(
            " - rate * dw", "", "w + v", "w + v - rate * dw"
        ),
        "Momentum shrinks the weights in your step. It belongs to the velocity.": edit(
            "w + v", "momentum * w + v"
        ),
        "The momentum is applied twice: v holds it already when it is added "
        "to w. (This is close to Nesterov's form.)": edit("w + v", "w + momentum * v - rate * dw"),
        "w moves by the plain gradient. It moves by the new velocity.": edit(
            "w + v", "w - rate * dw"
        ),
        "The gradient is used twice: it is in the new velocity already.": edit(
            "w + v", "w + v - rate * dw"
        ),
        "The two are in the wrong order: return w first, then v.": edit("w + v, v", "v, w + v"),
        "Only w comes back. The velocity is needed for the next step: return both.": edit(
            "w + v, v", "w + v"
        ),
        "The velocity that you return is the old one.": edit(
            "v = momentum", "old, v = v, momentum", "w + v, v", "w + v, old"
        ),
        "You change the caller's arrays: v *= and w += work in place. Make new ones.": edit(
            "v = momentum * v - rate * dw\nreturn w + v, v",
            "v *= momentum\nv -= rate * dw\nw += v\nreturn w, v",
        ),
        "You set the momentum to 0.9. Use the one that is given.": edit("momentum * v", "0.9 * v"),
        "You set the rate to 0.1. Use the one that is given.": edit("rate * dw", "0.1 * dw"),
        "You return the velocity twice. The first is w, moved by the velocity.": edit(
            "w + v, v", "v, v"
        ),
        "The velocity remembers the velocity before; "
        "you multiply the weights by the momentum.": edit("momentum * v", "momentum * w"),
    },
)

"""What `momentum_step` is checked on."""

import numpy as np

from course_utils.exercises import Case, Exercise


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


def _momentum_in_place(w, dw, v, rate, momentum):
    v *= momentum
    v -= rate * dw
    w += v
    return w, v


def _momentum_on_copies(w, dw, v, rate, momentum):
    w, v = w.copy(), v.copy()
    return _momentum_in_place(w, dw, v, rate, momentum)


def _ball(w_new, v_new):
    """A step from formulas for v and then for w, which knows the new v."""

    def step(w, dw, v, rate, momentum):
        v_after = v_new(dw, v, rate, momentum)
        return w_new(w, dw, v, v_after, rate, momentum), v_after

    return step


def _v(dw, v, rate, momentum):
    return momentum * v - rate * dw


def _w(w, dw, v, v_after, rate, momentum):
    return w + v_after


momentum_step = Exercise(
    points=2,
    cases=_momentum_cases,
    hints=[
        "Two lines, in the order of the formula: first the velocity, then the weights.",
        "The old velocity counts momentum times; the gradient counts minus rate times.",
        "The weights move by the new velocity. Make new arrays: v = ..., not v -= ...",
    ],
    alternatives=[
        _momentum_on_copies,
        lambda w, dw, v, rate, momentum: (
            w - (rate * dw - momentum * v),
            -(rate * dw - momentum * v),
        ),
        lambda w, dw, v, rate, momentum: [w + momentum * v - rate * dw, momentum * v - rate * dw],
    ],
    mistakes={
        "w moves by the old velocity. Update v first, then use the new one.": _ball(
            lambda w, dw, v, v_after, rate, momentum: w + v, _v
        ),
        "The step goes uphill: the gradient counts minus rate times.": _ball(
            _w, lambda dw, v, rate, momentum: momentum * v + rate * dw
        ),
        "You subtract the velocity. It has its minus already: w <- w + v.": _ball(
            lambda w, dw, v, v_after, rate, momentum: w - v_after, _v
        ),
        "You keep the velocity with the other sign, v <- momentum v + rate dw, and subtract it. w "
        "is right, v is not what is asked.": _ball(
            lambda w, dw, v, v_after, rate, momentum: w - v_after,
            lambda dw, v, rate, momentum: momentum * v + rate * dw,
        ),
        "Here the rate belongs into the velocity: v <- momentum v - rate dw. (Yours, with the rate "
        "at the step, is PyTorch's form.)": _ball(
            lambda w, dw, v, v_after, rate, momentum: w - rate * v_after,
            lambda dw, v, rate, momentum: momentum * v + dw,
        ),
        "The learning rate multiplies the old velocity too. It belongs to the gradient "
        "alone.": _ball(_w, lambda dw, v, rate, momentum: rate * (momentum * v - dw)),
        "The learning rate is missing.": _ball(_w, lambda dw, v, rate, momentum: momentum * v - dw),
        "The old velocity counts momentum times, not once.": _ball(
            _w, lambda dw, v, rate, momentum: v - rate * dw
        ),
        "The momentum is not used: the old velocity is missing in the new one.": _ball(
            _w, lambda dw, v, rate, momentum: -rate * dw
        ),
        "rate and momentum are swapped.": _ball(
            _w, lambda dw, v, rate, momentum: rate * v - momentum * dw
        ),
        "This is the running mean of Adam, with a factor 1 - momentum. Here there is none.": _ball(
            _w, lambda dw, v, rate, momentum: momentum * v - (1 - momentum) * rate * dw
        ),
        "This is a form with 1 - momentum at the gradient and the rate at the step. Here v <- "
        "momentum v - rate dw.": _ball(
            lambda w, dw, v, v_after, rate, momentum: w - rate * v_after,
            lambda dw, v, rate, momentum: momentum * v + (1 - momentum) * dw,
        ),
        "The velocity lacks the gradient: - rate dw belongs into v, not only into w.": _ball(
            lambda w, dw, v, v_after, rate, momentum: w + v_after - rate * dw,
            lambda dw, v, rate, momentum: momentum * v,
        ),
        "Momentum shrinks the weights in your step. It belongs to the velocity.": _ball(
            lambda w, dw, v, v_after, rate, momentum: momentum * w + v_after, _v
        ),
        "The momentum is applied twice: v holds it already when it is added to w. (This is close "
        "to Nesterov's form.)": _ball(
            lambda w, dw, v, v_after, rate, momentum: w + momentum * v_after - rate * dw, _v
        ),
        "w moves by the plain gradient. It moves by the new velocity.": _ball(
            lambda w, dw, v, v_after, rate, momentum: w - rate * dw, _v
        ),
        "The gradient is used twice: it is in the new velocity already.": _ball(
            lambda w, dw, v, v_after, rate, momentum: w + v_after - rate * dw, _v
        ),
        "The two are in the wrong order: return w first, then v.": (
            lambda *inputs: _momentum_on_copies(*inputs)[::-1]
        ),
        "Only w comes back. The velocity is needed for the next step: return both.": (
            lambda w, dw, v, rate, momentum: w + momentum * v - rate * dw
        ),
        "The velocity that you return is the old one.": lambda w, dw, v, rate, momentum: (
            w + momentum * v - rate * dw,
            v,
        ),
        "You change the caller's arrays: v *= and w += work in place. Make new ones.": (
            _momentum_in_place
        ),
        "You set the momentum to 0.9. Use the one that is given.": _ball(
            _w, lambda dw, v, rate, momentum: 0.9 * v - rate * dw
        ),
        "You set the rate to 0.1. Use the one that is given.": _ball(
            _w, lambda dw, v, rate, momentum: momentum * v - 0.1 * dw
        ),
        "You return the velocity twice. The first is w, moved by the velocity.": _ball(
            lambda w, dw, v, v_after, rate, momentum: v_after, _v
        ),
        "The velocity remembers the velocity before; you multiply the weights by the momentum.": (
            lambda w, dw, v, rate, momentum: (
                w + momentum * w - rate * dw,
                momentum * w - rate * dw,
            )
        ),
    },
)

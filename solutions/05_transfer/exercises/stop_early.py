"""What exercise `stop_early` of lab 5 is checked on."""

import numpy as np

from course_utils.exercises import Case, Exercise, edit


def _cases(rng):
    # "Training ends after the first epoch that comes `patience` epochs after the best so far."
    yield Case("down, then up", [0.9, 0.5, 0.6, 0.7, 0.8], 2)
    yield Case("a patience of 1", [0.9, 0.7, 0.8, 0.6], 1)
    # "What the losses would have been later must not count."
    yield Case("better only after the end", [0.8, 0.6, 0.7, 0.65, 0.1, 0.05], 2)
    # "So far": a better epoch begins the waiting anew.
    yield Case("a bump that the patience outlasts", [0.8, 0.6, 0.7, 0.5, 0.55, 0.6, 0.9, 0.4], 3)
    # "Where there is none, after the last."
    yield Case("falling to the end", [0.9, 0.8, 0.7], 2)
    yield Case("ending before the patience does", [0.9, 0.5, 0.6], 5)
    # "The first one of equals."
    yield Case("equal losses", [0.7, 0.5, 0.5, 0.5, 0.5], 3)
    # "At least one."
    yield Case("a single epoch", [0.4], 1)
    # The first epoch is the best.
    yield Case("rising from the start", [0.3, 0.4, 0.5, 0.6], 2)
    # "Numbers": of any sign and size.
    yield Case("a likelihood, below 0", [-1.0, -2.5, -2.0, -1.5, -1.0], 3)
    losses = np.cumsum(rng.normal(size=20)).round(2)
    yield Case("twenty epochs", losses.tolist(), int(rng.integers(3, 6)))
    yield Case("twenty epochs, large losses", (100 + losses).round(2).tolist(), 2)


def _by_waiting(losses, patience):
    """A count of the epochs without improvement, as Keras's own callback has it."""
    best, smallest, waited = -1, float("inf"), 0
    for epoch, loss in enumerate(losses):
        if loss < smallest:
            best, smallest, waited = epoch, loss, 0
        else:
            waited += 1
            if waited >= patience:
                return epoch, best
    return len(losses) - 1, best


def _by_argmin(losses, patience):
    for epoch in range(len(losses)):
        best = int(np.argmin(losses[: epoch + 1]))
        if epoch >= best + patience:
            break
    return epoch, best


stop_early = Exercise(
    points=1,
    cases=_cases,
    hints=[
        "Walk through the epochs, and keep in mind which one was the best so far.",
        "First see whether this epoch is a new best. Then see whether epoch - best has reached "
        "the patience.",
        "Where the loop ends without a break, the last epoch is the one after which it ended.",
    ],
    alternatives=[_by_waiting, _by_argmin],
    mistakes={
        "Equal losses count as better: the first one of equals is the best.": edit(
            "losses[epoch] <", "losses[epoch] <="
        ),
        "Training ends one epoch too late: it ends when the best is `patience` epochs old.": edit(
            "== patience", "== patience + 1"
        ),
        "Training ends one epoch too early: the best must be `patience` epochs old.": edit(
            "== patience", "== max(patience - 1, 1)"
        ),
        "The best of all losses is taken. Those after the end are never seen.": edit(
            "return epoch, best", "return epoch, losses.index(min(losses))"
        ),
        "Training never ends before the last epoch.": edit("break", "pass"),
        "Each loss is compared with the one before it. Compare it with the best so far.": edit(
            "losses[best]", "losses[epoch - 1]"
        ),
        "The order is the other way round: first where it ended, then the best.": edit(
            "epoch, best", "best, epoch"
        ),
        "You return a loss. The number of the best epoch is asked.": edit(
            "return epoch, best", "return epoch, losses[best]"
        ),
        "Epochs are counted from 1 here: they count from 0.": edit(
            "return epoch, best", "return epoch + 1, best + 1"
        ),
        "The largest loss is taken for the best. The smallest is.": edit(
            "losses[epoch] <", "losses[epoch] >"
        ),
        "The waiting does not begin anew with a better epoch: it is counted from the start.": edit(
            "epoch - best", "epoch"
        ),
    },
)

"""What `stopped` is checked on."""

import numpy as np

from course_utils.exercises import Case, Exercise, edit


def _cases(rng):
    def drawn(count):
        return [float(number) for number in rng.uniform(0.1, 0.9, count).round(3)]

    yield Case("falls to the end", [0.9, 0.8, 0.7, 0.6], 2)
    yield Case("falls, then rises", [0.9, 0.5, 0.6, 0.7, 0.8, 0.9], 2)
    yield Case("a patience of 1", [0.9, 0.5, 0.6, 0.4], 1)
    yield Case("a new best just in time", [0.9, 0.5, 0.6, 0.4, 0.6, 0.7, 0.3], 2)
    yield Case("the best comes too late", [0.9, 0.5, 0.6, 0.7, 0.1], 2)
    yield Case("better than the last, not than the best", [0.9, 0.5, 0.8, 0.7, 0.6, 0.55, 0.4], 3)
    yield Case("equal to the best is no new best", [0.5, 0.5, 0.5, 0.5, 0.4], 3)
    yield Case("rises from the first epoch", [0.2, 0.3, 0.4, 0.5, 0.6], 3)
    yield Case("a small step down is a new best", [0.5, 0.499, 0.498, 0.4979, 0.6], 1)
    yield Case("one epoch", [0.7], 2)
    yield Case("the end comes while waiting", [0.9, 0.5, 0.6], 4)
    for patience in (1, 2, 4):
        yield Case(f"drawn errors, patience {patience}", drawn(12), patience)


def _by_search(errors, patience):
    """By looking at all errors at once."""
    for epoch in range(1, len(errors) + 1):
        best = int(np.argmin(errors[:epoch]))
        if epoch - 1 - best >= patience:
            break
    return epoch, (best + 1) * np.array([1.0, 0.1])


def _by_accumulating(errors, patience):
    lows = np.minimum.accumulate(errors)
    new = np.flatnonzero(np.r_[True, np.diff(lows) < 0])
    since = [epoch - new[new <= epoch][-1] for epoch in range(len(errors))]
    end = next((epoch for epoch, wait in enumerate(since) if wait >= patience), len(errors) - 1)
    best = new[new <= end][-1]
    return int(end) + 1, np.array([best + 1.0, (best + 1) / 10])


stopped = Exercise(
    points=2,
    cases=_cases,
    hints=[
        "Is this error below the best so far? Then note it, keep the weights, and begin to wait "
        "anew.",
        "Else one more epoch was waited. Stop when that makes as many as patience says.",
        "w will change: keep a copy of it, w.copy().",
    ],
    alternatives=[
        _by_search,
        _by_accumulating,
        edit(
            "w.copy()",
            "np.array(w)",
            "self.waited >= self.patience",
            "not self.waited < self.patience",
        ),
    ],
    mistakes={
        "The weights are those of the last epoch. Keep a copy of them, since training goes on "
        "changing w, and only when the error is a new lowest.": edit("w.copy()", "w"),
        "An error equal to the best is no new best: use <.": edit("error <", "error <="),
        "You stop one epoch late: stop when patience epochs were waited.": edit(
            "self.waited >= self.patience", "self.waited > self.patience"
        ),
        "You stop one epoch early.": edit(
            "self.waited >= self.patience", "self.waited >= max(1, self.patience - 1)"
        ),
        "Every epoch counts as waited. Set self.waited to 0 at a new best.": edit(
            "    self.waited = 0\n", ""
        ),
        "You compare with the last error, not with the lowest so far.": edit(
            "if error < self.best_error:",
            "last, self.last = getattr(self, 'last', np.inf), error\nif error < last:",
        ),
        "You never stop: return True when patience epochs were waited.": edit(
            "return self.waited >= self.patience", "return False"
        ),
        "You wait for a higher error. Lower is better.": edit(
            "if error < self.best_error:",
            "if self.best_weights is None or error > self.best_error:",
        ),
        "A new best does not begin the waiting anew: self.waited is 0 again.": edit(
            "self.waited += 1\nif",
            "if",
            "    self.waited = 0\n",
            "else:\n    self.waited += 1\n",
        ),
        "When training stops, the weights of that epoch are kept. Keep those of the best.": edit(
            "return self.waited >= self.patience",
            "if self.waited >= self.patience:\n    self.best_weights = w.copy()\n"
            "return self.waited >= self.patience",
        ),
        "best_error stays at infinity: note each new lowest error.": edit(
            "self.best_error, self.best_weights = error, w.copy()", "self.best_weights = w.copy()"
        ),
        "No error is above infinity, where best_error begins: lower is better.": edit(
            "if error <", "if error >"
        ),
        "A small improvement is one, too: compare with <, and nothing else.": edit(
            "error < self.best_error", "error < self.best_error - 0.01"
        ),
        "The epoch in which training stops is not counted. Count first, then ask.": edit(
            "epochs += 1\nif stopping.update(error, w):\n    break",
            "if stopping.update(error, w):\n    break\nepochs += 1",
        ),
        "The epochs are not counted.": edit("epochs += 1\n", ""),
        "Training stops when update says no. Stop when it says True.": edit(
            "if stopping.update", "if not stopping.update"
        ),
        "The epochs up to the best are counted. All that were run are asked.": edit(
            "    break", "    epochs -= stopping.waited\n    break"
        ),
    },
)

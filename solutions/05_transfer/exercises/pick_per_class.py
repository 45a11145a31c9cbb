"""What exercise `pick_per_class` of lab 5 is checked on."""

import numpy as np

from course_utils.exercises import Case, Exercise


def _cases(rng):
    def case(name, labels, n):
        return Case(name, labels, n, rng.permutation(len(labels)))

    three = np.array([0, 0, 0, 1, 1, 1, 2, 2, 2])
    yield Case("in the order of the labels", three, 2, np.arange(9))
    yield case("one of each", three, 1)
    yield case("two of each, sorted labels", three, 2)
    yield case("two of each, mixed labels", rng.permutation(three), 2)
    # 4 of one class, 9 of another, 6 of a third.
    uneven = rng.permutation(np.repeat([0, 1, 2], [4, 9, 6]))
    yield case("classes of different sizes", uneven, 3)
    yield case("all that a class has", uneven, 4)
    yield case("labels that do not begin at 0", rng.permutation(np.repeat([3, 7], 6)), 2)
    yield case("a single class", np.full(6, 2), 3)
    yield Case("an order that leaves examples out", three, 1, rng.permutation(9)[::-1][:8])


def _by_counting(labels, n, order):
    taken, found = {}, []
    for index in order:
        label = labels[index]
        taken[label] = taken.get(label, 0) + 1
        if taken[label] <= n:
            found.append(index)
    return np.array(found)


def _by_ranks(labels, n, order):
    """The place of each among those of its class, from a table of running counts."""
    ordered = labels[order]
    running = np.cumsum(ordered[:, None] == np.unique(labels), axis=0)
    rank = running[np.arange(len(order)), np.searchsorted(np.unique(labels), ordered)]
    return order[rank <= n]


def _by_masks(labels, n, order):
    keep = np.zeros(len(order), dtype=bool)
    for label in set(labels.tolist()):
        keep[np.flatnonzero(labels[order] == label)[:n]] = True
    return order[keep]


def _grouped(labels, n, order):
    return np.concatenate([order[labels[order] == label][:n] for label in np.unique(labels)])


def _without_order(labels, n, order):
    return np.sort(np.concatenate([np.flatnonzero(labels == c)[:n] for c in np.unique(labels)]))


def _labels_not_ordered(labels, n, order):
    """Looks at labels where the places in order are meant."""
    keep = np.zeros(len(order), dtype=bool)
    for label in np.unique(labels):
        keep[np.flatnonzero(labels[: len(order)] == label)[:n]] = True
    return order[keep]


def _only_of(count):
    """Goes through so many classes, from 0 on."""

    def answer(labels, n, order):
        keep = np.zeros(len(order), dtype=bool)
        for label in range(count(labels)):
            keep[np.flatnonzero(labels[order] == label)[:n]] = True
        return order[keep]

    return answer


pick_per_class = Exercise(
    points=2,
    cases=_cases,
    hints=[
        "labels[order] are the labels in the order in which the examples are offered.",
        "For one class c: np.flatnonzero(labels[order] == c)[:n] are the places in order of the "
        "first n of that class.",
        "Mark these places, for all classes, as True in an array of False of the length of order. "
        "Then order[mask] has them in the right order.",
    ],
    alternatives=[_by_counting, _by_ranks, _by_masks],
    mistakes={
        "They stand class by class. Asked is the order in which they stand in `order`.": _grouped,
        "`order` is not used: you take the first of each class as they lie.": _without_order,
        "They are sorted. Asked is the order in which they stand in `order`.": (
            lambda labels, n, order: np.sort(_by_masks(labels, n, order))
        ),
        "You return places in `order`. Asked are the indices that stand there: order[places].": (
            lambda labels, n, order: np.flatnonzero(np.isin(order, _by_masks(labels, n, order)))
        ),
        "You return the labels. Asked are the indices of the examples.": (
            lambda labels, n, order: labels[_by_masks(labels, n, order)]
        ),
        "These are the first n of all. Asked are n of each class.": lambda labels, n, order: order[
            :n
        ],
        "These are as many as asked, but not n of each class.": lambda labels, n, order: order[
            : n * len(np.unique(labels))
        ],
        "The last n of each class are taken. Asked are the first.": lambda labels, n, order: (
            _by_masks(labels, n, order[::-1])[::-1]
        ),
        "There is one too many of each class: where does the comparison with n begin?": (
            lambda labels, n, order: _by_masks(labels, n + 1, order)
        ),
        "There is one too few of each class: where does the comparison with n begin?": (
            lambda labels, n, order: _by_masks(labels, n - 1, order)
        ),
        "labels[order] are the labels in the order of `order`. You look at labels as they "
        "lie.": _labels_not_ordered,
        "The classes need not be 0, 1, 2, ...: np.unique(labels) says which there are.": (
            _only_of(lambda labels: len(np.unique(labels)))
        ),
        "The first class is missing. np.unique(labels) says which there are.": (
            lambda labels, n, order: _by_masks(labels, n, order[labels[order] != labels.min()])
        ),
        "A mask came back. Asked are the indices: order[mask].": lambda labels, n, order: np.isin(
            order, _by_masks(labels, n, order)
        ),
        "They stand in a row for each class. Asked is one row of indices.": (
            lambda labels, n, order: _grouped(labels, n, order).reshape(-1, n)
        ),
    },
)

"""What exercise `pick_per_class` of lab 5 is checked on."""

import numpy as np

from course_utils.exercises import Case, Exercise, edit


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


#: The picked ones, a row for each class.
_BY_CLASS = "[order[labels[order] == label][:n] for label in np.unique(labels)]"

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
    alternatives=[_by_counting, _by_ranks, edit("np.unique(labels)", "set(labels.tolist())")],
    mistakes={
        "They stand class by class. Asked is the order in which they stand in `order`.": edit(
            "order[keep]", f"np.concatenate({_BY_CLASS})"
        ),
        "`order` is not used: you take the first of each class as they lie.": edit(
            "keep = ", "order = np.arange(len(labels))\nkeep = "
        ),
        "They are sorted. Asked is the order in which they stand in `order`.": edit(
            "order[keep]", "np.sort(order[keep])"
        ),
        "You return places in `order`. Asked are the indices that stand there: "
        "order[places].": edit("order[keep]", "np.flatnonzero(keep)"),
        "You return the labels. Asked are the indices of the examples.": edit(
            "order[keep]", "labels[order[keep]]"
        ),
        "These are the first n of all. Asked are n of each class.": edit("[keep]", "[:n]"),
        "These are as many as asked, but not n of each class.": edit(
            "[keep]", "[: n * len(np.unique(labels))]"
        ),
        "The last n of each class are taken. Asked are the first.": edit("[:n]", "[-n:]"),
        "There is one too many of each class: where does the comparison with n begin?": edit(
            "[:n]", "[: n + 1]"
        ),
        "There is one too few of each class: where does the comparison with n begin?": edit(
            "[:n]", "[: n - 1]"
        ),
        "labels[order] are the labels in the order of `order`. You look at labels as they "
        "lie.": edit("labels[order]", "labels[: len(order)]"),
        "The classes need not be 0, 1, 2, ...: np.unique(labels) says which there are.": edit(
            "np.unique(labels)", "range(len(np.unique(labels)))"
        ),
        "The first class is missing. np.unique(labels) says which there are.": edit(
            "np.unique(labels)", "np.unique(labels)[1:]"
        ),
        "A mask came back. Asked are the indices: order[mask].": edit("order[keep]", "keep"),
        "They stand in a row for each class. Asked is one row of indices.": edit(
            "order[keep]", f"np.array({_BY_CLASS})"
        ),
    },
)

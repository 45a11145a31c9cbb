"""What exercise `domain_gap` of lab 5 is checked on."""

import numpy as np

from course_utils.exercises import Case, Exercise, edit


def _probabilities(labels, classes, right, rng):
    """Probabilities (n, classes) of which a part `right` is largest at the label."""
    p = rng.uniform(0.1, 1, size=(len(labels), classes))
    hit = rng.random(len(labels)) < right
    target = np.where(hit, labels, (labels + rng.integers(1, classes, len(labels))) % classes)
    p[np.arange(len(labels)), target] = 1.5
    return p / p.sum(axis=1, keepdims=True)


def _cases(rng):
    def case(name, classes, counts, others, right=0.8, less=0.4):
        """counts, others: how many images each class has in the two domains."""
        t, u = (rng.permutation(np.repeat(np.arange(classes), n)) for n in (counts, others))
        p, q = (_probabilities(x, classes, part, rng) for x, part in ((t, right), (u, less)))
        return Case(name, t, p, u, q)

    sure = np.array([[0.8, 0.2], [0.3, 0.7]])
    yield Case(
        "two classes, by hand",
        np.array([0, 0, 1, 1]),
        sure[[0, 0, 1, 1]],
        np.array([0, 0, 1, 1]),
        sure[[0, 1, 1, 1]],
    )
    yield case("three classes", 3, 6, 6)
    yield case("more images in the second domain", 3, 4, 9)
    yield case("classes of different sizes", 4, [2, 5, 9, 3], [7, 3, 4, 8])
    yield case("a second domain that is easier", 3, 8, 8, right=0.3, less=0.9)
    yield case("all right in the first", 3, 5, 7, right=1.0, less=0.5)


def _by_loops(t, p, t_other, p_other):
    gaps = []
    for label in range(p.shape[1]):
        shares = []
        for truth, scores in ((t, p), (t_other, p_other)):
            rows = [scores[i] for i in range(len(truth)) if truth[i] == label]
            shares.append(sum(int(np.argmax(row)) == label for row in rows) / len(rows))
        gaps.append(shares[0] - shares[1])
    return np.array(gaps)


def _by_counts(t, p, t_other, p_other):
    def shares(truth, scores):
        right = truth == scores.argmax(axis=1)
        classes = scores.shape[1]
        return np.bincount(truth, right, classes) / np.bincount(truth, minlength=classes)

    return shares(t, p) - shares(t_other, p_other)


def _by_one_hot(t, p, t_other, p_other):
    def shares(truth, scores):
        members = np.eye(scores.shape[1], dtype=np.float32)[truth]
        chosen = np.eye(scores.shape[1], dtype=np.float32)[scores.argmax(axis=1)]
        return np.sum(members * chosen, axis=0) / members.sum(axis=0)

    return shares(t, p) - shares(t_other, p_other)


def _by_sklearn(t, p, t_other, p_other):
    from sklearn.metrics import recall_score

    first = recall_score(t, p.argmax(axis=1), average=None)
    return first - recall_score(t_other, p_other.argmax(axis=1), average=None)


domain_gap = Exercise(
    points=2,
    cases=_cases,
    hints=[
        "The class that a network decides for is the one of the largest probability: "
        "p.argmax(axis=1).",
        "For class c, look at the images with t == c alone. Which part of them is decided for c?",
        "np.mean(p.argmax(axis=1)[t == c] == c) is this part. Do the same in the other domain, and "
        "subtract.",
    ],
    alternatives=[_by_loops, _by_counts, _by_one_hot, _by_sklearn],
    mistakes={
        "The sign is flipped: accuracy in the first domain minus that in the second.": edit(
            "first - second", "second - first"
        ),
        "One number for all classes came back. Each class has its own gap.": edit(
            "np.array([np.mean(decided[t == c] == c) for c in classes])",
            "np.mean(decided == t)",
        ),
        "This is the precision: of the images decided for a class, those that belong to it. Asked "
        "are, of the images of a class, those decided for it.": edit(
            "np.mean(decided[t == c] == c)",
            "np.sum(t[decided == c] == c) / max(1, sum(decided == c))",
        ),
        "You average the probability of the right class. Count the images whose largest "
        "probability is that of the right class.": edit("decided[t == c] == c", "p[t == c, c]"),
        "You count how often each class is decided for, right or wrong.": edit("[t == c]", ""),
        "You subtract numbers of images. Divide each by the number of images of its class.": edit(
            "np.mean", "np.sum"
        ),
        "You divide by the number of all images. Divide by the number of images of the "
        "class.": edit("np.mean(decided[t == c] == c)", "np.mean((decided == c) & (t == c))"),
        "Images of other classes that are rightly not taken for this one count, too. Look at the "
        "images of the class alone.": edit("decided[t == c] == c", "(decided == c) == (t == c)"),
        "The size of the gap came back. Where the second domain is easier, it is negative.": edit(
            "first - second", "np.abs(first - second)"
        ),
        "This is the ratio of the two accuracies. Their difference is asked.": edit(
            "first - second", "second / first"
        ),
        "Only the first domain is in your answer. Subtract the accuracy in the second.": edit(
            "first - second", "first"
        ),
        "Only the second domain is in your answer. Subtract it from the accuracy in the "
        "first.": edit("first - second", "second"),
        "argmax is taken over the images. Take it over the classes: axis=1.": edit(
            "np.mean(decided[t == c] == c)", "float(t[p.argmax(axis=0)[c]] == c)"
        ),
        "The gap is in percent. A fraction from -1 to 1 is asked.": edit(
            "first - second", "100 * (first - second)"
        ),
        "The smallest probability is taken for the decision. Take the largest: argmax.": edit(
            "argmax", "argmin"
        ),
    },
)

"""What exercise `nearest` of lab 5 is checked on."""

import numpy as np

from course_utils.exercises import Case, Exercise, edit


def _cases(rng):
    def vectors(n, features):
        """Of very different lengths, as bottlenecks are: no entry is below 0."""
        return rng.gamma(0.7, size=(n, features)) * rng.uniform(0.2, 5, size=(n, 1))

    yield Case(
        "two directions and two lengths",
        np.array([[1.0, 0.2]]),
        np.array([[0.1, 3.0], [4.0, 4.0], [0.5, 0.0]]),
        2,
    )
    yield Case("a gallery of 12", vectors(4, 5), vectors(12, 5), 3)
    yield Case("one query, one neighbour", vectors(1, 4), vectors(9, 4), 1)
    yield Case("the whole gallery, in order", vectors(3, 6), vectors(7, 6), 7)
    both = vectors(8, 5)
    yield Case("queries that lie in the gallery themselves", both[2:5].copy(), both, 4)
    yield Case("numbers of single precision", *(vectors(n, 8).astype("f") for n in (5, 20)), 5)


def _by_loops(query, gallery, k):
    rows = []
    for q in query:
        scores = []
        for row, g in enumerate(gallery):
            dot = sum(float(a) * float(b) for a, b in zip(q, g, strict=True))
            scores.append((-dot / np.sqrt(np.sum(np.square(g, dtype=float))), row))
        rows.append([row for _, row in sorted(scores)[:k]])
    return np.array(rows)


def _by_sklearn(query, gallery, k):
    from sklearn.neighbors import NearestNeighbors

    search = NearestNeighbors(n_neighbors=k, metric="cosine").fit(gallery)
    return search.kneighbors(query, return_distance=False)


def _by_partition(query, gallery, k):
    """Only the best k are put in order."""
    s = np.einsum("if,jf->ij", query, gallery) / np.sqrt(np.einsum("jf,jf->j", gallery, gallery))
    best = np.argpartition(s, -k, axis=1)[:, -k:]
    order = np.argsort(np.take_along_axis(s, best, axis=1), axis=1)[:, ::-1]
    return np.take_along_axis(best, order, axis=1)


#: The full cosine: the reference leaves out what is the same for all vectors of the gallery.
_UNIT_QUERY = "query / np.linalg.norm(query, axis=1, keepdims=True) @"

nearest = Exercise(
    points=2,
    cases=_cases,
    hints=[
        "The cosine of two vectors is their inner product, divided by both lengths.",
        "Divide each row of the gallery by np.linalg.norm(gallery, axis=1, keepdims=True). A "
        "matrix product then gives all cosines at once, up to the lengths of the queries.",
        "np.argsort(-s, axis=1) gives the order from the largest to the smallest of each row.",
    ],
    alternatives=[_by_loops, _by_sklearn, _by_partition, edit("query @", _UNIT_QUERY)],
    mistakes={
        "These are the largest inner products. A long vector of the gallery wins them whatever its "
        "direction: divide by its length.": edit("(gallery / lengths[:, None])", "gallery"),
        "These are the neighbours by distance. The cosine asks for the direction alone.": edit(
            "query @ (gallery / lengths[:, None]).T",
            "-np.linalg.norm(query[:, None] - gallery, axis=2)",
        ),
        "The order is upside down: the least similar come first.": edit(
            "-similarity", "similarity"
        ),
        "The right rows, but the most similar one comes last: turn them round.": edit(
            ":k]", ":k][:, ::-1]"
        ),
        "You leave out the most similar one, as if it were the query itself. Here it counts.": edit(
            ":k]", "1 : k + 1]"
        ),
        "These are the similarities. Asked is which rows of the gallery they belong to.": edit(
            "query @", _UNIT_QUERY, "np.argsort(-", "-np.sort(-"
        ),
        "The order of the whole gallery came back: only the first k are asked.": edit(
            "[:, :k]", ""
        ),
        "Queries and gallery are swapped: one row for each query is asked.": edit(
            "lengths = ", "query, gallery = gallery, query\nlengths = "
        ),
        "You divide each feature by its length over the gallery (axis=0). Divide each vector, "
        "axis=1.": edit("gallery, axis=1", "gallery, axis=0", "lengths[:, None]", "lengths"),
        "You divide by the sum of the entries. The length of a vector is the root of the sum of "
        "their squares.": edit("np.linalg.norm(gallery, axis=1)", "gallery.sum(axis=1)"),
        "You divide by the squares of the lengths: the root is missing.": edit(
            "lengths[:, None]", "lengths[:, None] ** 2"
        ),
        "You subtract each vector's mean first: that is a correlation. The cosine takes the "
        "vectors as they are.": edit(
            "lengths = ", "gallery = gallery - gallery.mean(axis=1, keepdims=True)\nlengths = "
        ),
        "Only the neighbours of the first query came back.": edit(":k]", ":k][:1]"),
        "Rows are counted from 1 here; they count from 0.": edit(":k]", ":k] + 1"),
        "The sort runs down the columns: sort each row, axis=1.": edit(
            "similarity, axis=1", "similarity, axis=0"
        ),
        "One row for each query is asked; queries run down here, neighbours across.": edit(
            ":k]", ":k].T"
        ),
    },
)

"""Where rays meet solids. A ray is o + t d; in the unit shape of a solid it stays one, same t.

Arrays of vectors are (3, n): NumPy works on whole rows of x, y and z.

Method: interval of t inside a convex solid, after J. T. Kajiya and T. L. Kay, Ray tracing complex
scenes, SIGGRAPH 1986 (slabs), and A. S. Glassner (ed.), An Introduction to Ray Tracing, 1989.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from scripts.chairs.shapes import BRIM, Kind, Solid

Array: TypeAlias = NDArray[np.float64]
MISS = np.inf
#: Hits nearer than that, in units of t, are the surface that the ray starts on.
NEAREST = 1e-6
_TINY = 1e-12


def hits(solid: Solid, origin: Array, direction: Array) -> Array:
    """Return the smallest t > 0 at which each ray meets the solid's surface, inf where it misses.

    origin: (3, n), or (3, 1) for rays from one point. direction: (3, n), of any length.
    Returns (n,).
    """
    inverse = np.linalg.inv(solid.axes)
    o = inverse @ (origin - solid.centre[:, None])
    d = inverse @ direction
    # No division by 0: a ray within a face of a box counts as all but within it.
    d = np.where(np.abs(d) < _TINY, _TINY, d)
    if solid.kind == "bowl":
        return _bowl(o, d)
    near, far = _inside(solid.kind, o, d)
    t = np.where(near > NEAREST, near, far)
    return np.where((near <= far) & (t > NEAREST), t, MISS)


def normals(kind: Kind, q: Array) -> Array:
    """Return the outward normals (3, n), of any length, at points q (3, n) of a unit shape."""
    if kind in ("ellipsoid", "bowl"):
        return q
    size = np.abs(q)
    if kind == "box":
        return np.where(size == size.max(axis=0), np.sign(q), 0.0)
    at_end = size[2] >= np.hypot(q[0], q[1])  # of a cylinder: there z is 1, else x^2 + y^2 is
    ends = np.stack([np.zeros_like(q[0]), np.zeros_like(q[0]), np.sign(q[2])])
    sides = np.stack([q[0], q[1], np.zeros_like(q[0])])
    return np.where(at_end, ends, sides)


def _inside(kind: Kind, o: Array, d: Array) -> tuple[Array, Array]:
    """Return from which to which t each ray is inside; the first above the second where never."""
    if kind == "ellipsoid":
        return _quadric(o, d, 3)
    if kind == "box":
        return _slabs(o, d)
    round_near, round_far = _quadric(o, d, 2)
    flat_near, flat_far = _slabs(o[2:], d[2:])
    return np.maximum(round_near, flat_near), np.minimum(round_far, flat_far)


def _slabs(o: Array, d: Array) -> tuple[Array, Array]:
    """Where all the given coordinates lie between -1 and 1."""
    middle, half = -o / d, 1 / np.abs(d)
    near, far = middle - half, middle + half
    first, last = near[0], far[0]
    for n, f in zip(near[1:], far[1:], strict=True):
        first, last = np.maximum(first, n), np.minimum(last, f)
    return first, last


def _quadric(o: Array, d: Array, axes: int) -> tuple[Array, Array]:
    """Where the sum of the squares of the first coordinates is at most 1."""
    a, b, c = (sum((x[i] * y[i] for i in range(axes)), 0.0) for x, y in ((d, d), (o, d), (o, o)))
    inner = b * b - a * (c - 1)
    root = np.sqrt(np.maximum(inner, 0.0))
    near: Array = np.where(inner >= 0, (-b - root) / a, MISS)
    return near, np.where(inner >= 0, (-b + root) / a, -MISS)


def _bowl(o: Array, d: Array) -> Array:
    """The nearer of the two points on the sphere that lies below the brim."""
    near, far = _quadric(o, d, 3)
    best = np.full_like(near, MISS)
    for t in (far, near):
        finite = np.where(np.isfinite(t), t, 0.0)
        found = (finite > NEAREST) & (o[2] + finite * d[2] <= BRIM)
        best = np.where(found, finite, best)
    return best

"""Plain data of every kind, for properties of what reads it."""

from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

arrays = hnp.arrays(
    st.sampled_from(["f8", "f4", "i8", "u1", "?", "c16"]),
    hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4),
)
plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | arrays,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=3), inner, max_size=3)
        | st.tuples(inner, inner)
    ),
    max_leaves=8,
)

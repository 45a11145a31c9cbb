"""Small machines for the cases of several exercises."""


def machine(rng, visible, hidden, scale=1.0):
    """W, b and c of a machine, rounded so that a card can show them."""
    shapes = (visible, hidden), (visible,), (hidden,)
    return [(scale * rng.normal(size=shape)).round(2) for shape in shapes]


def states(rng, batch, units):
    """Random states 0 and 1 (batch, units), float."""
    return (rng.random((batch, units)) < 0.5).astype(float)

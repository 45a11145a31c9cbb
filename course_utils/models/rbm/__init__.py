"""Restricted Boltzmann machines in NumPy, and deep autoencoders that start from a stack of them."""

from course_utils.models.rbm.divergence import ContrastiveDivergence
from course_utils.models.rbm.exact import exact_gradient
from course_utils.models.rbm.machine import RBM
from course_utils.models.rbm.stack import (
    decoded,
    decoder_of,
    encoded,
    encoder_of,
    new_stack,
    pretrain,
    unroll,
)

__all__ = [
    "RBM",
    "ContrastiveDivergence",
    "decoded",
    "decoder_of",
    "encoded",
    "encoder_of",
    "exact_gradient",
    "new_stack",
    "pretrain",
    "unroll",
]

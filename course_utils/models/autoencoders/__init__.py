"""Autoencoders: networks that learn to give back their input through a code.

Seven kinds, each a function from the shape of one example, (features,), (height, width) or
(height, width, channels), to an untrained Keras model of arrays (batch, *shape) to arrays of the
same shape: `linear`, `tied` (undercomplete, one layer or deep), `sparse`, `denoising`,
`contractive`, `convolutional` and `variational`. Compile it with "mse" (`variational` with
`summed_cross_entropy`), fit it with `fit(x, x)`; penalties are inside. Every one saves and loads as
any Keras model. `encoder` and `decoder` cut it at its code. `pretrain` trains a deep one layer by
layer, `classifier` puts a softmax on a code.
"""

from course_utils.models.autoencoders.contractive import ContractiveDense, contractive
from course_utils.models.autoencoders.convolutional import convolutional
from course_utils.models.autoencoders.denoising import MaskingNoise, denoising
from course_utils.models.autoencoders.dense import linear, tied
from course_utils.models.autoencoders.shapes import decoder, encoder
from course_utils.models.autoencoders.sparse import SparsityPenalty, Threshold, sparse
from course_utils.models.autoencoders.stacking import classifier, pretrain, unrolled
from course_utils.models.autoencoders.tied_dense import TiedDense
from course_utils.models.autoencoders.variational import (
    GaussianCode,
    summed_cross_entropy,
    variational,
)

__all__ = [
    "ContractiveDense",
    "GaussianCode",
    "MaskingNoise",
    "SparsityPenalty",
    "Threshold",
    "TiedDense",
    "classifier",
    "contractive",
    "convolutional",
    "decoder",
    "denoising",
    "encoder",
    "linear",
    "pretrain",
    "sparse",
    "summed_cross_entropy",
    "tied",
    "unrolled",
    "variational",
]

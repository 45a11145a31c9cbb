"""Networks of the lectures, each a function from an input shape to an untrained Keras model.

All take images (batch, height, width, channels) and return probabilities (batch, classes); their
last layer is called "probabilities". Those with `include_top=False` then return the vector that
the classifier would have seen, (batch, features). A shape that a network cannot take raises a
CourseError which says which it can.

GoogLeNet, which has weights, is a package of its own, `course_utils.models.googlenet`.
`autoencoders`, `rbm` and `recurrent` are packages of other kinds of network. What a network costs
and sees is found by `course_utils.interpret`.

Importing this package defines every layer, initialiser and loss of the course, and registers it
with Keras: a saved model that holds some can then be loaded. A module with a new one is imported
here.
"""

from course_utils.models import autoencoders, ensemble, recurrent
from course_utils.models.alexnet import alexnet
from course_utils.models.lenet import lenet5
from course_utils.models.locally_connected import deepface
from course_utils.models.mlp import mlp
from course_utils.models.resnet import (
    resnet18,
    resnet34,
    resnet50,
    resnet101,
    resnet152,
    small_resnet,
)
from course_utils.models.vgg import vgg16, vgg19

__all__ = [
    "alexnet",
    "autoencoders",
    "deepface",
    "ensemble",
    "lenet5",
    "mlp",
    "recurrent",
    "resnet18",
    "resnet34",
    "resnet50",
    "resnet101",
    "resnet152",
    "small_resnet",
    "vgg16",
    "vgg19",
]

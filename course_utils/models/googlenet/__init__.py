"""GoogLeNet (Szegedy et al. 2014): the network, its weights, and what its images must look like."""

from course_utils.models.googlenet.network import googlenet
from course_utils.models.googlenet.prediction import predictor
from course_utils.models.googlenet.preprocessing import course_input, imagenet_input
from course_utils.models.googlenet.weights import class_names

__all__ = ["class_names", "course_input", "googlenet", "imagenet_input", "predictor"]

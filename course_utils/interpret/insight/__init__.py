"""Looking inside a trained network: what its layers see, and what its answers rest on.

Every function takes a Sequential or Functional model and a batch of images (batch, height, width,
channels) as the model takes them, and returns NumPy arrays. Nothing changes the model.
"""

from course_utils.interpret.insight.activations import Patch, feature_maps, top_patches
from course_utils.interpret.insight.ascent import ascend
from course_utils.interpret.insight.attribution import data_gradient, occlusion, saliency
from course_utils.interpret.insight.gradients import gradient, gradients
from course_utils.interpret.insight.images import scores_model
from course_utils.interpret.insight.reconstruction import reconstruct

__all__ = [
    "Patch",
    "ascend",
    "data_gradient",
    "feature_maps",
    "gradient",
    "gradients",
    "occlusion",
    "reconstruct",
    "saliency",
    "scores_model",
    "top_patches",
]

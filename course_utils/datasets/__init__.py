"""The data of the labs: one function for each data set, and the split into parts."""

from course_utils.datasets.adding_problem import adding_problem
from course_utils.datasets.augmentation import blended, turned_crops
from course_utils.datasets.chairs import CHAIRS, chairs
from course_utils.datasets.chirps import chirps, harmonics
from course_utils.datasets.documents import Documents, documents
from course_utils.datasets.faces import faces
from course_utils.datasets.mackey_glass import mackey_glass
from course_utils.datasets.mnist import mnist
from course_utils.datasets.python_reference import python_reference
from course_utils.datasets.shipped import digits, irises, photographs, sunspots
from course_utils.datasets.split import split

__all__ = [
    "CHAIRS",
    "Documents",
    "adding_problem",
    "blended",
    "chairs",
    "chirps",
    "digits",
    "documents",
    "faces",
    "harmonics",
    "irises",
    "mackey_glass",
    "mnist",
    "photographs",
    "python_reference",
    "split",
    "sunspots",
    "turned_crops",
]

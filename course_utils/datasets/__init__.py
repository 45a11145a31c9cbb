"""The data of the labs: one function for each data set, and the split into parts."""

from course_utils.datasets.digits import digits
from course_utils.datasets.irises import irises
from course_utils.datasets.mnist import mnist
from course_utils.datasets.split import split

__all__ = ["digits", "irises", "mnist", "split"]

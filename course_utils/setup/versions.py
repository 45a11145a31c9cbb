"""Which Pythons can run the course, and what to do about one that cannot.

Any Python 3, however old, has to parse this file: it is then refused in a sentence and not with a
SyntaxError.
"""

import os
import shutil
import subprocess
import sys

OLDEST = (3, 11)
NEWEST = (3, 13)
RECOMMENDED = "3.12"


def supported() -> bool:
    """Return whether TensorFlow 2.21 and Keras 3.15 have wheels for the running Python."""
    return sys.implementation.name == "cpython" and OLDEST <= sys.version_info[:2] <= NEWEST


def other_python() -> str:
    """Return the name of a supported Python on PATH that starts, or an empty string."""
    for minor in range(NEWEST[1], OLDEST[1] - 1, -1):
        name = "python3." + str(minor)
        path = shutil.which(name)
        if path is None:
            continue
        # A version manager's stand-in may be on PATH without a Python behind it.
        with open(os.devnull, "w") as nowhere:
            if subprocess.call([path, "-c", ""], stdout=nowhere, stderr=nowhere) == 0:
                return name
    return ""


def refusal() -> str:
    """Return the sentence for a Python that the course cannot run on, with the remedy."""
    name = {"cpython": "Python", "pypy": "PyPy"}.get(sys.implementation.name, "another Python")
    found = other_python()
    command = " ".join([found or "python" + RECOMMENDED, "-m", "course_utils"] + sys.argv[1:])
    install = "" if found else "install Python " + RECOMMENDED + " from python.org, then "
    return (
        "The course needs CPython 3.11 to 3.13, for which TensorFlow 2.21 is made, and this is "
        + name
        + " "
        + ".".join(str(part) for part in sys.version_info[:3])
        + ": "
        + install
        + "run `"
        + command
        + "`."
    )

"""Deep-learning labs.

Usage: python3 -m course_utils [--here] COMMAND

The first start makes .venv beside the code and installs everything into it; --here uses the
environment that it is started in instead. Commands:

  lab [NN]        open JupyterLab on the labs, or on lab NN
  run [NN ...]    execute solved labs, each into one HTML page in build/
  test            run every check and test, notebooks included
  build [NN ...]  make labs/ from solutions/; build --check compares them
  grade FOLDER    grade a class's notebooks: --lab NN --out grades/
  pack            zip what students get
  doctor          say what is wrong here and how to mend it
"""

# This file and __init__.py have to parse on any Python 3, however old: such a Python is then
# refused in a sentence and not with a SyntaxError. Everything newer is imported after the check.
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


def main() -> int:
    """Refuse an unsupported Python in one sentence; otherwise set up and hand over."""
    if not supported():
        sys.stderr.write(refusal() + "\n")
        return 2
    from course_utils.setup.start import start

    return start(sys.argv[1:], usage=__doc__ or "")


if __name__ == "__main__":
    sys.exit(main())

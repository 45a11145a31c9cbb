"""Deep-learning labs: what the notebooks, their authors and their graders import.

Importing this package loads nothing else, so it costs milliseconds; each room loads what it needs.
Once Keras is imported, by whomever, saved models with the course's own layers can be loaded.
This file has to parse on any Python 3, see `__main__.py`.
"""

import sys

__version__ = "0.2.0"

if sys.version_info >= (3, 11):  # any other is refused in a sentence
    from course_utils.common.saved_models import register_with_keras

    register_with_keras()
    del register_with_keras
del sys

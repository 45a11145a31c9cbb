"""Deep-learning labs: what the notebooks, their authors and their graders import.

Importing this package loads nothing else, so it costs milliseconds; each room loads what it needs.
This file has to parse on any Python 3, see `__main__.py`.
"""

__version__ = "0.2.0"

"""Why there is no answer to compare, as the kind of a `Failure`.

Each word holds a space: a student's own exception is a class, and no class statement gives it such
a name.
"""

#: The answer was never kept.
MISSING = "missing answer"
#: It answered differently when it was asked again.
INCONSISTENT = "inconsistent answers"
#: What came back is no plain data, or too much of it.
NO_DATA = "no data"
TOO_LARGE = "too large"

"""The one exception that means: the user can mend this, and the message says how."""


class CourseError(Exception):
    """Something the user can mend.

    The message is one clear sentence: what is wrong, where, and what to do. The commands print it
    without a traceback and exit with 2.
    """

"""The commands of `python3 -m course_utils`, a module each."""

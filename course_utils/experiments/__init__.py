"""Comparisons that a lab shows and others may repeat; their records lie in data/."""

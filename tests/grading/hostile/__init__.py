"""Submissions that cheat, break, or merely surprise: what the grader must give each its due for."""

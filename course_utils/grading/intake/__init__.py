"""Submissions as they come in: found in any layout, opened with care, read as notebooks."""

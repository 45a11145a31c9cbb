"""The checking engine: exercises, cases, observations, comparisons, mistakes."""

from course_utils.exercises.edit import edit
from course_utils.exercises.exercise import Call, Case, Exercise, Fixture, Get, Metric, Probe

__all__ = ["Call", "Case", "Exercise", "Fixture", "Get", "Metric", "Probe", "edit"]

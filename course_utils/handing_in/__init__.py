"""What a student hands in: the saved notebook, and what a grader would find in it."""

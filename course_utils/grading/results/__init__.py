"""What a submission earned, exercise by exercise, and the record of it."""

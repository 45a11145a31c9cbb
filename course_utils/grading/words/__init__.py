"""Results in words and numbers, made fit to be shown."""

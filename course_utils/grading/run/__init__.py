"""One submission from start to end: rebuilt, run in a kernel, observed, scored."""

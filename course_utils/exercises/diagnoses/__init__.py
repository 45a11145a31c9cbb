"""General diagnoses: what went wrong, judged by the numbers alone, one family a module."""

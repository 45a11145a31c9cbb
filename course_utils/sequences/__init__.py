"""Series, text and n-grams."""

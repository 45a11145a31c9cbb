"""A submission put together again from the released lab and the student's own cells."""

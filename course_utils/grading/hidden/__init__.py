"""Hidden cases of a lab: drawn from a seed in a process of their own, kept from the students."""

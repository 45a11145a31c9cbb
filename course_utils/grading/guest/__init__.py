"""What runs in the sandbox, beside the student's code and at its mercy."""

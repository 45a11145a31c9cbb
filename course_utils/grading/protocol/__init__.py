"""What the grading process and a sandbox say to each other, and how far it is believed."""

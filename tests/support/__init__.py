"""What tests in several folders share: made-up labs, classes, kernels and courses."""

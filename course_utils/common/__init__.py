"""What every room may need: errors, paths, files, wording, the list of labs, a quiet TensorFlow."""

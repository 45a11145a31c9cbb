"""What every room may need: errors, paths, the catalogue of labs, a lock, a quiet TensorFlow."""

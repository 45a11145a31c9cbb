"""The renderer of the chairs in data/: ten models, a camera, light, and the rays between them."""

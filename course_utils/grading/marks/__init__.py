"""From a submission to its result: hidden cases, observations, points, and the record of them."""

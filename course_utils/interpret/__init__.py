"""Looking inside networks: what they see, what they cost, what their answers rest on."""

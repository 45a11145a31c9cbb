"""Set-up with the standard library alone: makes .venv, fills it, hands over to the commands."""

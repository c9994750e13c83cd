"""Failing machines: `python -m tests.chaos` tells how the command ends and what its next try makes of it."""

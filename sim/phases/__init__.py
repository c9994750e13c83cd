"""What the phases of the year do, a file for each concern; `sim/year.py` says in which order."""
